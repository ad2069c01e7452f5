// The time that is left, and whether the host still wants it: one object, passed by reference.
#pragma once

#include <chrono>
#include <cstdint>

namespace lockrec {

class Deadline {
 public:
  // cancel_flag may be null; it is read with acquire.
  explicit Deadline(std::int64_t budget_ms, const std::int32_t* cancel_flag = nullptr);

  // The earlier of this one and budget_ms from now.
  Deadline sooner(std::int64_t budget_ms) const;
  // Made by sooner(): when it is over, there may be time left for another try.
  bool is_window() const { return is_window_; }

  bool expired() const;
  bool cancelled() const;
  std::int64_t elapsed_ms() const;
  // Rounded up, so that it is 0 only once the deadline has passed (0 means for ever to curl).
  std::int64_t remaining_ms() const;
  // How long one wait may last: short enough to see a cancel in time. 1 or more.
  int slice_ms() const;
  // Throws LOCKREC_E_CANCELLED or LOCKREC_E_DEADLINE.
  void check() const;

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_;
  Clock::time_point end_;
  const std::int32_t* cancel_flag_;
  bool is_window_ = false;
};

}  // namespace lockrec
