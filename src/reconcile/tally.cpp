#include "reconcile/tally.hpp"

#include <numeric>

namespace lockrec {

namespace {

std::int64_t whole_ms(std::chrono::steady_clock::duration time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

std::int64_t Tally::total() const { return std::accumulate(rows.begin(), rows.end(), std::int64_t{0}); }

void Tally::write(lockrec_result_t& result) const {
  const Tally& tally = *this;
  result.phase = phase;
  result.sheet_ms = whole_ms(sheet_time + confirm_time);
  result.redis_ms = whole_ms(redis_time - confirm_time);
  result.rows_total = total();
  result.rows_free = tally[LOCKREC_ROW_FREE];
  result.skipped_invalid = tally[LOCKREC_ROW_SKIPPED_INVALID];
  result.skipped_stale = tally[LOCKREC_ROW_SKIPPED_STALE];
  result.already_locked = tally[LOCKREC_ROW_ALREADY_LOCKED];
  result.conflicting = tally[LOCKREC_ROW_CONFLICTING];
  result.adopted = tally[LOCKREC_ROW_ADOPTED];
  result.reconciled = tally[LOCKREC_ROW_RECONCILED];
  result.withdrawn = tally[LOCKREC_ROW_WITHDRAWN];
  result.failed = tally[LOCKREC_ROW_FAILED];
  result.unprocessed = tally[LOCKREC_ROW_UNPROCESSED];
  result.unconfirmed = unconfirmed;
}

}  // namespace lockrec
