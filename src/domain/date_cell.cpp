// Serials, written dates and instants, all brought to one wall time and the span of instants it can mean.
#include "domain/date_cell.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "domain/written_date.hpp"

namespace lockrec {

namespace {

constexpr cctz::year_t first_year = 1970;
constexpr cctz::year_t last_year = 2200;
constexpr std::int64_t seconds_a_day = 86400;
constexpr cctz::civil_second serial_zero(1899, 12, 30);

OccupiedAt invalid() { return {OccupiedAt::Kind::invalid, {}, 0, 0}; }

bool is_year_in_range(const cctz::civil_second& wall) { return wall.year() >= first_year && wall.year() <= last_year; }

OccupiedAt at_wall_time(const cctz::civil_second& wall, int millisecond, const TimeZone& zone) {
  const auto instants = zone.instants(wall);
  return {OccupiedAt::Kind::instant, wall, instants.earliest * 1000 + millisecond,
          instants.latest * 1000 + millisecond};
}

OccupiedAt on_day(const cctz::civil_second& midnight, const TimeZone& zone) {
  // Not the next midnight: that one happens twice in some zones, and has then begun the next day already.
  const auto last_second = midnight + (seconds_a_day - 1);
  return {OccupiedAt::Kind::instant, midnight, zone.instants(midnight).earliest * 1000,
          zone.instants(last_second).latest * 1000 + 999};
}

OccupiedAt from_serial(double days, const TimeZone& zone) {
  if (!(days > 0 && days < 200000)) return invalid();
  const std::int64_t seconds = std::llround(days * static_cast<double>(seconds_a_day));
  const auto wall = serial_zero + seconds;
  if (!is_year_in_range(wall)) return invalid();
  return seconds % seconds_a_day == 0 ? on_day(wall, zone) : at_wall_time(wall, 0, zone);
}

OccupiedAt from_written(const WrittenDate& written, const TimeZone& zone) {
  if (!written.utc_offset_s) {
    if (!is_year_in_range(written.wall)) return invalid();
    return written.is_date_alone ? on_day(written.wall, zone) : at_wall_time(written.wall, written.millisecond, zone);
  }
  const std::int64_t unix_s = (written.wall - cctz::civil_second(1970)) - *written.utc_offset_s;
  const auto wall = zone.wall_time(unix_s);
  if (!is_year_in_range(wall)) return invalid();
  const auto unix_ms = unix_s * 1000 + written.millisecond;
  return {OccupiedAt::Kind::instant, wall, unix_ms, unix_ms};
}

// Digits, and a point with digits behind it: no sign, no exponent.
bool read_plain_decimal(std::string_view text, double& into) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto point = std::min(text.find('.'), text.size());
  const auto whole = text.substr(0, point);
  if (whole.empty() || !std::ranges::all_of(whole, is_digit)) return false;
  if (point < text.size()) {
    const auto fraction = text.substr(point + 1);
    if (fraction.empty() || !std::ranges::all_of(fraction, is_digit)) return false;
  }
  return std::from_chars(text.data(), text.data() + text.size(), into, std::chars_format::fixed).ec == std::errc();
}

}  // namespace

OccupiedAt read_occupied_at(const Cell& cell, const TimeZone& zone) {
  switch (cell.kind) {
    case Cell::Kind::empty: return {};
    case Cell::Kind::boolean: return invalid();
    case Cell::Kind::number: return from_serial(cell.number, zone);
    case Cell::Kind::text: break;
  }
  const auto text = trim(cell.text);
  if (text.empty()) return {};
  double serial = 0;
  if (cell.from_text_source && read_plain_decimal(text, serial)) return from_serial(serial, zone);
  const auto written = parse_written_date(text);
  return written ? from_written(*written, zone) : invalid();
}

}  // namespace lockrec
