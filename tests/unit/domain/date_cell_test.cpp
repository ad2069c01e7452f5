// Every form of a date, the wall time that enters the lock's value, and the instants it can mean: rules 3 and 4.
#include "domain/date_cell.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "../unit.hpp"
#include "cells.hpp"

using lockrec::Cell;
using lockrec::OccupiedAt;
using lockrec::read_occupied_at;

namespace {

struct Written {
  std::string_view text;
  std::string_view wall;
};

std::string wall_of(const Cell& cell) {
  const auto at = read_occupied_at(cell, santiago());
  if (at.kind == OccupiedAt::Kind::missing) return "missing";
  return at.kind == OccupiedAt::Kind::invalid ? "invalid" : text_of(at.wall);
}

std::int64_t latest_of(const Cell& cell) { return read_occupied_at(cell, santiago()).latest_unix_ms; }

// A serial as Sheets sends it: at most 11 decimals.
double as_sheets_sends_it(std::int64_t day, int second) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.11f", static_cast<double>(day) + second / 86400.0);
  return std::strtod(text.data(), nullptr);
}

void date_empty_is_missing(void**) {
  check_text(wall_of(empty_cell()), "missing", "empty");
  check_text(wall_of(text_cell("")), "missing", "no text");
  check_text(wall_of(csv_cell(" \xC2\xA0\t")), "missing", "white space");
}

void date_boolean_is_invalid(void**) { check_text(wall_of(boolean_cell()), "invalid", "boolean"); }

void date_serial_counts_days_from_1899_12_30(void**) {
  check_text(wall_of(number_cell(46155.48180555556)), "2026-05-13 11:33:48", "the recorded one");
  check_text(wall_of(number_cell(25569)), "1970-01-01 00:00:00", "first day");
  check_text(wall_of(number_cell(109939.5)), "2200-12-31 12:00:00", "last day");
  check_text(wall_of(number_cell(46043.604166666664)), "2026-01-21 14:30:00", "afternoon");
}

void date_serial_of_every_second_of_a_day_is_that_second(void**) {
  for (int second = 0; second < 86400; ++second) {
    const auto at = read_occupied_at(number_cell(as_sheets_sends_it(46043, second)), utc());
    const auto wanted = cctz::civil_second(2026, 1, 21) + second;
    if (at.wall != wanted) check_text(text_of(at.wall), text_of(wanted), "serial");
  }
}

void date_serial_is_rounded_to_the_nearest_second(void**) {
  check_text(wall_of(number_cell(46043 + 100.49 / 86400)), "2026-01-21 00:01:40", "down");
  check_text(wall_of(number_cell(46043 + 100.51 / 86400)), "2026-01-21 00:01:41", "up");
}

void date_serial_outside_1970_to_2200_is_invalid(void**) {
  for (const double days : {0.0, -1.0, 2.5, 25568.99999, 109940.0, 1e6, 1e300, -1e300, std::nan(""),
                            std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    check_text(wall_of(number_cell(days)), "invalid", std::to_string(days));
  }
  check_text(wall_of(number_cell(25568.999999)), "1970-01-01 00:00:00", "rounds into the range");
}

void date_day_first_is_read(void**) {
  const Written cases[] = {
      {"21-01-2026 14:30:00", "2026-01-21 14:30:00"}, {"21/01/2026 14:30:00", "2026-01-21 14:30:00"},
      {"21-01-2026 14:30", "2026-01-21 14:30:00"},    {"21/1/2026 9:05", "2026-01-21 09:05:00"},
      {"1-2-2026 3:4:5", "2026-02-01 03:04:05"},      {"01-02-2026 00:00:00", "2026-02-01 00:00:00"},
      {"21-01-2026", "2026-01-21 00:00:00"},          {"21/01/2026", "2026-01-21 00:00:00"},
      {"29-02-2024", "2024-02-29 00:00:00"},          {"31-12-2200 23:59:59", "2200-12-31 23:59:59"},
      {"01-01-1970 00:00:00", "1970-01-01 00:00:00"}, {"  21-01-2026  14:30:00 ", "2026-01-21 14:30:00"},
  };
  for (const auto& one : cases) check_text(wall_of(text_cell(one.text)), one.wall, one.text);
}

void date_iso_is_read(void**) {
  const Written cases[] = {
      {"2026-01-21", "2026-01-21 00:00:00"},
      {"2026-01-21T14:30", "2026-01-21 14:30:00"},
      {"2026-01-21T14:30:15", "2026-01-21 14:30:15"},
      {"2026-01-21 14:30:15", "2026-01-21 14:30:15"},
      {"2026-01-21 9:05:00", "2026-01-21 09:05:00"},
      {"2026-01-21T14:30:15.999", "2026-01-21 14:30:15"},
      {"2026-01-21T14:30:15,5", "2026-01-21 14:30:15"},
      {"2026-01-21T14:30:15.123456789123", "2026-01-21 14:30:15"},
  };
  for (const auto& one : cases) check_text(wall_of(text_cell(one.text)), one.wall, one.text);
}

void date_with_an_offset_is_converted_into_the_zone(void**) {
  struct {
    std::string_view text;
    std::string_view wall;
    std::int64_t unix_ms;
  } const cases[] = {
      {"2026-01-21T14:30:00Z", "2026-01-21 11:30:00", utc_ms(2026, 1, 21, 14, 30)},
      {"2026-01-21 14:30:00Z", "2026-01-21 11:30:00", utc_ms(2026, 1, 21, 14, 30)},
      {"2026-01-21T14:30Z", "2026-01-21 11:30:00", utc_ms(2026, 1, 21, 14, 30)},
      {"2026-01-21T14:30:00.250Z", "2026-01-21 11:30:00", utc_ms(2026, 1, 21, 14, 30) + 250},
      {"2026-01-21T14:30:00-03:00", "2026-01-21 14:30:00", utc_ms(2026, 1, 21, 17, 30)},
      {"2026-01-21T14:30:00-0300", "2026-01-21 14:30:00", utc_ms(2026, 1, 21, 17, 30)},
      {"2026-01-21T14:30:00-03", "2026-01-21 14:30:00", utc_ms(2026, 1, 21, 17, 30)},
      {"2026-01-21T01:00:00+05:45", "2026-01-20 16:15:00", utc_ms(2026, 1, 20, 19, 15)},
      {"2026-01-21T14:30:00-00:00", "2026-01-21 11:30:00", utc_ms(2026, 1, 21, 14, 30)},
      {"2026-07-21T14:30:00Z", "2026-07-21 10:30:00", utc_ms(2026, 7, 21, 14, 30)},
      {"2026-04-05T02:30:00Z", "2026-04-04 23:30:00", utc_ms(2026, 4, 5, 2, 30)},  // the first of two 23:30
      {"2026-04-05T03:30:00Z", "2026-04-04 23:30:00", utc_ms(2026, 4, 5, 3, 30)},
  };
  for (const auto& one : cases) {
    const auto at = read_occupied_at(text_cell(one.text), santiago());
    check_text(text_of(at.wall), one.wall, one.text);
    check_number(at.latest_unix_ms, one.unix_ms, one.text);
    check_number(at.earliest_unix_ms, one.unix_ms, one.text);
  }
}

void date_with_one_character_wrong_is_invalid(void**) {
  const std::string right = "13-05-2026 11:33:48";
  check_text(wall_of(text_cell(right)), "2026-05-13 11:33:48", right);
  for (std::size_t at = 0; at < right.size(); ++at) {
    for (const char wrong : {'x', ':', '-', '/', '+', '\x80'}) {
      std::string text = right;
      text[at] = wrong;
      if (text != right) check(read_occupied_at(text_cell(text), santiago()).kind == OccupiedAt::Kind::invalid, text);
    }
  }
  check(read_occupied_at(text_cell("13-05-2026 24:00:00"), santiago()).kind == OccupiedAt::Kind::invalid, "hour 24");
}

void date_that_does_not_exist_is_invalid(void**) {
  for (const auto* text : {"31-02-2026", "29-02-2026", "31-04-2026 10:00", "00-01-2026", "01-00-2026", "01-13-2026",
                           "32-01-2026", "21-01-2026 24:00:00", "21-01-2026 25:00", "21-01-2026 14:60",
                           "21-01-2026 14:30:60", "2026-02-30", "2026-13-01", "2026-01-21T24:00",
                           "2026-01-21T23:59:60Z", "2026-01-21T14:30+24:00", "2026-01-21T14:30+03:60", "29/02/2100"}) {
    check_text(wall_of(text_cell(text)), "invalid", text);
  }
}

void date_outside_1970_to_2200_is_invalid(void**) {
  for (const auto* text : {"31-12-1969 23:59:59", "01-01-2201", "21-01-0026", "1969-12-31", "2201-01-01", "0000-01-01",
                           "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"}) {
    check_text(wall_of(text_cell(text)), "invalid", text);
  }
  check_text(wall_of(text_cell("2201-01-01T00:00:00Z")), "2200-12-31 21:00:00", "the zone's year counts");
}

void date_in_any_other_form_is_invalid(void**) {
  for (const auto* text : {"-",
                           "hoy",
                           "21-01-26",
                           "21.01.2026",
                           "21-01/2026",
                           "21-01-2026x",
                           "21-01-2026 14",
                           "21-01-2026 14:",
                           "21-01-2026 14:30:",
                           "21-01-2026 14:30:00x",
                           "21-01-2026 14:30:00 x",
                           "21-01-2026 2:30 PM",
                           "21-01-2026T14:30:00",
                           "21-01-2026 14:30:00Z",
                           "21-01-2026 14:30:00.5",
                           "21-01-2026 14.30",
                           "021-01-2026",
                           "21-001-2026",
                           "21-01-02026",
                           "2026/01/21",
                           "2026-1-21",
                           "2026-01-1",
                           "2026-01-21T9:05",
                           "2026-01-21T14",
                           "2026-01-21T14:30:0",
                           "2026-01-21T",
                           "2026-01-21Z",
                           "2026-01-21T14:30:00.",
                           "2026-01-21T14:30.5",
                           "2026-01-21T14:30:00 Z",
                           "2026-01-21T14:30:00+3",
                           "2026-01-21T14:30:00+030",
                           "2026-01-21T14:30:00+03:",
                           "2026-01-21T14:30:00+03:0",
                           "2026-01-21T14:30:00ZZ",
                           "2026-01-21T14:30:00+",
                           "20260121",
                           "20260121T143000Z",
                           "2026-W04-3",
                           "+2026-01-21",
                           "21 -01-2026",
                           "\xD9\xA1-01-2026",
                           "21-01-2026 14:30:00\xFF",
                           "2026-01-21T14:30:00z",
                           "2026-01-21t14:30:00"}) {
    check_text(wall_of(text_cell(text)), "invalid", text);
  }
}

void date_plain_decimal_is_a_serial_in_text_sources_only(void**) {
  check_text(wall_of(csv_cell("46155.48180555556")), "2026-05-13 11:33:48", "csv");
  check_text(wall_of(csv_cell(" 46155 ")), "2026-05-13 00:00:00", "csv, whole");
  check_text(wall_of(csv_cell("046155.0")), "2026-05-13 00:00:00", "csv, zeros");
  check_text(wall_of(csv_cell("13-05-2026 11:33:48")), "2026-05-13 11:33:48", "csv, a date");
  check_text(wall_of(text_cell("46155.48180555556")), "invalid", "a live sheet tells numbers from text");
}

void date_decimal_that_is_not_plain_is_invalid_in_text_sources(void**) {
  for (const auto* text : {"46155,48", "4.6155e4", "+46155", "-46155", "46155.", ".5", "46.155.48", "0x46155", "46 155",
                           "inf", "nan", "2026", "20260121", "99999999999999999999999999999999999999999999", "1e400"}) {
    check_text(wall_of(csv_cell(text)), "invalid", text);
  }
  check_text(wall_of(csv_cell(std::string(5000, '9'))), "invalid", "5000 digits");
}

void date_wall_time_is_judged_by_its_second_occurrence(void**) {
  const auto at = read_occupied_at(text_cell("04-04-2026 23:30:00"), santiago());
  check_number(at.latest_unix_ms, utc_ms(2026, 4, 5, 3, 30), "latest");
  check_number(at.earliest_unix_ms, utc_ms(2026, 4, 5, 2, 30), "earliest");
}

void date_wall_time_that_was_skipped_keeps_its_text(void**) {
  const auto at = read_occupied_at(text_cell("06-09-2026 00:30:00"), santiago());
  check_text(text_of(at.wall), "2026-09-06 00:30:00", "wall");
  check_number(at.latest_unix_ms, utc_ms(2026, 9, 6, 4, 30), "latest");
}

void date_alone_is_judged_by_the_end_of_its_day(void**) {
  const auto end_of_21 = utc_ms(2026, 1, 22, 3) - 1;
  for (const auto* text : {"21-01-2026", "21/1/2026", "2026-01-21"})
    check_number(latest_of(text_cell(text)), end_of_21, text);
  check_number(latest_of(number_cell(46043)), end_of_21, "whole serial");
  check_number(latest_of(csv_cell("46043")), end_of_21, "whole serial as text");
  check_number(read_occupied_at(number_cell(46043), santiago()).earliest_unix_ms, utc_ms(2026, 1, 21, 3), "its start");
  check_number(latest_of(text_cell("21-01-2026 00:00:00")), utc_ms(2026, 1, 21, 3), "a midnight that is written");
}

void date_alone_ends_right_where_clocks_change(void**) {
  check_number(latest_of(text_cell("04-04-2026")), utc_ms(2026, 4, 5, 4) - 1, "25 hours");
  check_number(latest_of(text_cell("05-09-2026")), utc_ms(2026, 9, 6, 4) - 1, "the next midnight does not exist");
  check_number(latest_of(text_cell("06-09-2026")), utc_ms(2026, 9, 7, 3) - 1, "23 hours");
  // In Havana 00:00 to 01:00 of the next day happens twice: the day before ends with the first.
  const auto havana = lockrec::TimeZone::load("America/Havana");
  check_number(read_occupied_at(text_cell("31-10-2026"), havana).latest_unix_ms, utc_ms(2026, 11, 1, 4) - 1, "Havana");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(date_empty_is_missing),
      cmocka_unit_test(date_boolean_is_invalid),
      cmocka_unit_test(date_serial_counts_days_from_1899_12_30),
      cmocka_unit_test(date_serial_of_every_second_of_a_day_is_that_second),
      cmocka_unit_test(date_serial_is_rounded_to_the_nearest_second),
      cmocka_unit_test(date_serial_outside_1970_to_2200_is_invalid),
      cmocka_unit_test(date_day_first_is_read),
      cmocka_unit_test(date_iso_is_read),
      cmocka_unit_test(date_with_an_offset_is_converted_into_the_zone),
      cmocka_unit_test(date_with_one_character_wrong_is_invalid),
      cmocka_unit_test(date_that_does_not_exist_is_invalid),
      cmocka_unit_test(date_outside_1970_to_2200_is_invalid),
      cmocka_unit_test(date_in_any_other_form_is_invalid),
      cmocka_unit_test(date_plain_decimal_is_a_serial_in_text_sources_only),
      cmocka_unit_test(date_decimal_that_is_not_plain_is_invalid_in_text_sources),
      cmocka_unit_test(date_wall_time_is_judged_by_its_second_occurrence),
      cmocka_unit_test(date_wall_time_that_was_skipped_keeps_its_text),
      cmocka_unit_test(date_alone_is_judged_by_the_end_of_its_day),
      cmocka_unit_test(date_alone_ends_right_where_clocks_change),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
