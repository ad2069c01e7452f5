// Waits between attempts: they double, with jitter, and never promise more time than is left.
#pragma once

#include <cstdint>

namespace lockrec::net {

struct BackoffPolicy {
  std::int64_t first_ms;
  std::int64_t longest_ms;
  std::int64_t jitter_ms;  // up to so much is added
};

inline constexpr BackoffPolicy google_backoff{500, 8000, 500};
inline constexpr BackoffPolicy redis_backoff{20, 500, 20};

class Backoff {
 public:
  explicit Backoff(BackoffPolicy policy) : policy_(policy), next_ms_(policy.first_ms) {}
  std::int64_t next_ms();
  void reset() { next_ms_ = policy_.first_ms; }

 private:
  BackoffPolicy policy_;
  std::int64_t next_ms_;
};

}  // namespace lockrec::net
