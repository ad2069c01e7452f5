// The contract's order of judgement, and nothing else.
#include "domain/decision.hpp"

#include <limits>
#include <utility>

#include "base/text.hpp"
#include "domain/date_cell.hpp"
#include "domain/owner_cell.hpp"
#include "domain/tag_cell.hpp"
#include "lockrec/lockrec.h"

namespace lockrec {

namespace {

constexpr std::int64_t future_allowed_ms = 300'000;  // five minutes

bool is_blank(const Cell& cell) {
  return cell.kind == Cell::Kind::empty || (cell.kind == Cell::Kind::text && trim(cell.text).empty());
}

std::int64_t add_saturating(std::int64_t left, std::int64_t right) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(left, right, &sum)) return sum;
  return right > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

std::int64_t whole_seconds(std::int64_t unix_ms) { return unix_ms / 1000 - (unix_ms % 1000 < 0 ? 1 : 0); }

Decision invalid(std::int32_t reason, Tag tag) { return {Decision::Kind::invalid, reason, std::move(tag), 0, {}}; }

}  // namespace

Decision decide(const SheetRow& row, const RowRules& rules) {
  const auto owner = read_owner(row.occupied_by, rules.free_value);
  if (owner.kind == Owner::Kind::nobody) {
    const bool is_row_blank = is_blank(row.tag) && is_blank(row.occupied_by) && is_blank(row.occupied_at);
    return {is_row_blank ? Decision::Kind::blank : Decision::Kind::free, LOCKREC_REASON_NONE, {}, 0, {}};
  }

  auto tag = read_tag(row.tag);
  if (tag.reason != LOCKREC_REASON_NONE) return invalid(tag.reason, std::move(tag));
  if (owner.kind == Owner::Kind::invalid) return invalid(LOCKREC_REASON_OWNER_INVALID, std::move(tag));
  const auto at = read_occupied_at(row.occupied_at, rules.zone);
  if (at.kind == OccupiedAt::Kind::invalid) return invalid(LOCKREC_REASON_DATE_INVALID, std::move(tag));

  Decision made{Decision::Kind::wants_lock, LOCKREC_REASON_NONE, std::move(tag), owner.id, at.wall};
  if (at.kind == OccupiedAt::Kind::missing) {
    made.reason = LOCKREC_REASON_DATE_MISSING;
    made.wall = rules.zone.wall_time(whole_seconds(rules.now_unix_ms));
  } else if (rules.now_unix_ms > add_saturating(at.latest_unix_ms, rules.max_age_ms)) {
    made.kind = Decision::Kind::stale;
    made.reason = LOCKREC_REASON_TOO_OLD;
  } else if (at.earliest_unix_ms > add_saturating(rules.now_unix_ms, future_allowed_ms)) {
    made.reason = LOCKREC_REASON_DATE_IN_FUTURE;
  }
  return made;
}

}  // namespace lockrec
