// What a row asks for, judged by itself: pure, no I/O, no memory of other rows.
#pragma once

#include <cctz/civil_time.h>

#include <cstdint>
#include <string_view>

#include "domain/cell.hpp"
#include "domain/tag_cell.hpp"
#include "domain/time_zone.hpp"

namespace lockrec {

struct RowRules {
  std::string_view free_value;
  const TimeZone& zone;
  std::int64_t now_unix_ms;
  std::int64_t max_age_ms;
};

struct Decision {
  enum class Kind { blank, free, invalid, stale, wants_lock };
  Kind kind = Kind::blank;
  std::int32_t reason = 0;  // enum lockrec_reason: why invalid, or what is odd about a row that is kept
  Tag tag;                  // to be shown where the row is invalid; empty where blank or free
  std::uint64_t owner_id = 0;
  cctz::civil_second wall;  // wants_lock: the date that the lock's value will say
};

// In the contract's order: blank (all three cells empty, not counted), free, invalid, stale, wants_lock.
// A missing date is kept with now as its date (DATE_MISSING), one more than five minutes ahead is
// kept too (DATE_IN_FUTURE).
Decision decide(const SheetRow& row, const RowRules& rules);

}  // namespace lockrec
