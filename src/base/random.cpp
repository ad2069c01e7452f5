// From the kernel: where memory ran out while OpenSSL set itself up, its generator crashes ever after.
#include "base/random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string_view>

#include "base/error.hpp"

namespace lockrec {

namespace {
void fill(unsigned char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = getrandom(data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw Error(LOCKREC_E_INTERNAL, "the system gives no random bytes", {LOCKREC_CAUSE_ERRNO, errno});
    data += got;
    size -= static_cast<std::size_t>(got);
  }
}
}  // namespace

Uuid UuidSource::next() {
  Uuid uuid;
  if (used_ + uuid.size() > block_.size()) {
    fill(block_.data(), block_.size());
    used_ = 0;
  }
  std::copy_n(block_.data() + used_, uuid.size(), uuid.data());
  used_ += uuid.size();
  uuid[6] = static_cast<unsigned char>((uuid[6] & 0x0F) | 0x40);
  uuid[8] = static_cast<unsigned char>((uuid[8] & 0x3F) | 0x80);
  return uuid;
}

std::string random_name() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name;
  for (const unsigned char byte : UuidSource().next()) {
    name += digits[byte >> 4];
    name += digits[byte & 15];
  }
  return name;
}

std::uint64_t random_below(std::uint64_t limit) {
  constexpr auto highest = std::numeric_limits<std::uint64_t>::max();
  // Above it, the remainders of small numbers would come up once more than the others.
  const auto fair = highest - highest % limit;
  std::uint64_t drawn = 0;
  do {
    fill(reinterpret_cast<unsigned char*>(&drawn), sizeof drawn);
  } while (drawn >= fair);
  return drawn % limit;
}

}  // namespace lockrec
