// A date cell: as text of a live sheet, as text of a file, and as a serial number.
#include "domain/date_cell.hpp"

#include <cstring>

#include "rows.hpp"

namespace {

void read(const lockrec::Cell& cell) {
  const lockrec::OccupiedAt at = lockrec::read_occupied_at(cell, fuzz::zone());
  if (at.kind != lockrec::OccupiedAt::Kind::instant) return;
  fuzz::require(at.wall.year() >= 1970 && at.wall.year() <= 2200, "a date is of 1970 to 2200");
  constexpr std::int64_t day_ms = 86400000;
  const std::int64_t wall_ms = (at.wall - cctz::civil_second(1970)) * 1000;
  const std::int64_t apart_ms = at.latest_unix_ms - wall_ms;
  fuzz::require(apart_ms > -2 * day_ms && apart_ms < 3 * day_ms, "what the lock says and what age is judged by agree");
  std::string value;
  lockrec::append_lock_value(value, 93, {}, at.wall);
  constexpr std::size_t length = 2 + 1 + 36 + 1 + 19;
  fuzz::require(value.size() == length, "a lock's date is DD-MM-YYYY HH:MM:SS");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  read(lockrec::sheet::text_cell(text, false));
  read(lockrec::sheet::text_cell(text, true));
  lockrec::Cell number;
  number.kind = lockrec::Cell::Kind::number;
  if (size >= sizeof number.number) {
    std::memcpy(&number.number, data, sizeof number.number);
    read(number);
  }
  return 0;
}
