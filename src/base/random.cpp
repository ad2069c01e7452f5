// OpenSSL is in the process already, and its generator is seeded and safe across fork.
#include "base/random.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace lockrec {

namespace {
void fill(unsigned char* data, std::size_t size) {
  if (RAND_bytes(data, static_cast<int>(size)) != 1) {
    throw Error(LOCKREC_E_INTERNAL, "the system gives no random bytes");
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
