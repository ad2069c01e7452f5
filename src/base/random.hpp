// Randomness drawn in blocks: one system call each costs more than a whole lock.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace lockrec {

using Uuid = std::array<unsigned char, 16>;

class UuidSource {
 public:
  Uuid next();  // version 4

 private:
  std::array<unsigned char, 4096> block_{};
  std::size_t used_ = 4096;
};

// 32 hex digits that nobody else has.
std::string random_name();

// Uniform in [0, limit); limit > 0. For jitter.
std::uint64_t random_below(std::uint64_t limit);

}  // namespace lockrec
