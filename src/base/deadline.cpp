#include "base/deadline.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace lockrec {

namespace {
constexpr std::int64_t longest_budget_ms = 365LL * 86400 * 1000;  // saturates, never overflows
constexpr std::int64_t longest_wait_ms = 50;
constexpr std::int64_t longest_cancellable_wait_ms = 10;
}  // namespace

Deadline::Deadline(std::int64_t budget_ms, const std::int32_t* cancel_flag)
    : start_(Clock::now()),
      end_(start_ + std::chrono::milliseconds(std::clamp<std::int64_t>(budget_ms, 0, longest_budget_ms))),
      cancel_flag_(cancel_flag) {}

Deadline Deadline::sooner(std::int64_t budget_ms) const {
  Deadline other(budget_ms, cancel_flag_);
  other.end_ = std::min(other.end_, end_);
  other.is_window_ = true;
  return other;
}

bool Deadline::expired() const { return Clock::now() >= end_; }

bool Deadline::cancelled() const {
  return cancel_flag_ != nullptr && __atomic_load_n(cancel_flag_, __ATOMIC_ACQUIRE) != 0;
}

std::int64_t Deadline::elapsed_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_).count();
}

std::int64_t Deadline::remaining_ms() const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
  return std::max<std::int64_t>(left, 0);
}

int Deadline::slice_ms() const {
  const auto longest = cancel_flag_ != nullptr ? longest_cancellable_wait_ms : longest_wait_ms;
  return static_cast<int>(std::clamp<std::int64_t>(remaining_ms(), 1, longest));
}

void Deadline::check() const {
  if (cancelled()) throw Error(LOCKREC_E_CANCELLED, "cancelled by the host");
  if (expired()) throw Error(LOCKREC_E_DEADLINE, "the deadline passed");
}

}  // namespace lockrec
