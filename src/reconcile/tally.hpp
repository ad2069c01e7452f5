// What a call has to tell, on every return: it lives outside the guarded scope, so no error can lose it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "lockrec/lockrec.h"

namespace lockrec {

inline constexpr std::size_t outcome_count = LOCKREC_ROW_UNPROCESSED + 1;

struct Tally {
  std::int32_t phase = LOCKREC_PHASE_CONFIG;
  std::chrono::steady_clock::duration sheet_time{};
  std::chrono::steady_clock::duration redis_time{};    // the confirm read included
  std::chrono::steady_clock::duration confirm_time{};  // belongs to the sheet
  std::array<std::int64_t, outcome_count> rows{};      // by enum lockrec_outcome
  std::int64_t unconfirmed = 0;

  std::int64_t operator[](std::int32_t outcome) const { return rows[static_cast<std::size_t>(outcome)]; }
  std::int64_t total() const;
  void write(lockrec_result_t& result) const;
};

// Adds the time that a scope took, also when an error ends it.
class Stopwatch {
 public:
  explicit Stopwatch(std::chrono::steady_clock::duration& total) : total_(total) {}
  ~Stopwatch() { total_ += std::chrono::steady_clock::now() - start_; }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  std::chrono::steady_clock::duration& total_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace lockrec
