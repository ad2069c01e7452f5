#include "base/secret.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace lockrec {

namespace {

// The C library copies through vector registers and leaves in them what it copied; the dynamic linker saves them on
// the stack, for good, when a function is called for the first time. Copying zeros overwrites those that copies use.
void forget_registers() noexcept {
  static void* (*volatile const copy)(void*, const void*, std::size_t) = std::memmove;
  static constexpr std::array<unsigned char, 512> zeros{};
  std::array<unsigned char, 512> nowhere;
  for (std::size_t size = 128; size <= zeros.size(); size *= 2) copy(nowhere.data(), zeros.data(), size);
}

}  // namespace

void wipe(void* data, std::size_t size) noexcept {
  if (data == nullptr || size == 0) return;
  OPENSSL_cleanse(data, size);
  forget_registers();
}

bool quotes(std::string_view text, std::string_view secret) {
  const std::size_t piece_bytes = std::min<std::size_t>(secret.size(), 10);
  if (piece_bytes == 0) return false;
  for (std::size_t at = 0; at + piece_bytes <= text.size(); ++at) {
    if (secret.find(text.substr(at, piece_bytes)) != secret.npos) return true;
  }
  return false;
}

}  // namespace lockrec
