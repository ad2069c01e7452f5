// Cells and wall times, short enough to fill tables with.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "domain/cell.hpp"
#include "domain/time_zone.hpp"

inline lockrec::Cell empty_cell() { return {}; }
inline lockrec::Cell text_cell(std::string_view text) { return {lockrec::Cell::Kind::text, text, 0, false}; }
inline lockrec::Cell csv_cell(std::string_view text) { return {lockrec::Cell::Kind::text, text, 0, true}; }
inline lockrec::Cell number_cell(double number) { return {lockrec::Cell::Kind::number, {}, number, false}; }
inline lockrec::Cell boolean_cell() { return {lockrec::Cell::Kind::boolean, {}, 0, false}; }

// "2026-01-21 14:30:00"
inline std::string text_of(const cctz::civil_second& wall) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04lld-%02d-%02d %02d:%02d:%02d", static_cast<long long>(wall.year()),
                wall.month(), wall.day(), wall.hour(), wall.minute(), wall.second());
  return text.data();
}

// The instant of a wall time in UTC, for expectations that don't lean on the zone under test.
inline std::int64_t utc_ms(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return (cctz::civil_second(year, month, day, hour, minute, second) - cctz::civil_second(1970)) * 1000;
}

inline const lockrec::TimeZone& santiago() {
  static const auto zone = lockrec::TimeZone::load("America/Santiago");
  return zone;
}

inline const lockrec::TimeZone& utc() {
  static const auto zone = lockrec::TimeZone::load("UTC");
  return zone;
}
