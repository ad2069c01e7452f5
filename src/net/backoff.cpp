#include "net/backoff.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace lockrec::net {

std::int64_t Backoff::next_ms() {
  const std::int64_t wait_ms = next_ms_;
  next_ms_ = std::min(next_ms_ * 2, policy_.longest_ms);
  return wait_ms + static_cast<std::int64_t>(random_below(static_cast<std::uint64_t>(policy_.jitter_ms) + 1));
}

}  // namespace lockrec::net
