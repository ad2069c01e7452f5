// When a spool was taken: what the lock's value will say, and the instant that its age is judged by.
#pragma once

#include <cctz/civil_time.h>

#include <cstdint>

#include "domain/cell.hpp"
#include "domain/time_zone.hpp"

namespace lockrec {

struct OccupiedAt {
  enum class Kind { missing, instant, invalid };
  Kind kind = Kind::missing;
  cctz::civil_second wall;  // Kind::instant: enters the lock's value
  // Kind::instant: the first and the last instant that the cell can mean. Age is judged by the last.
  std::int64_t earliest_unix_ms = 0;
  std::int64_t latest_unix_ms = 0;
};

OccupiedAt read_occupied_at(const Cell& cell, const TimeZone& zone);

}  // namespace lockrec
