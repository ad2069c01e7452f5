// What a row asks for: the contract's order, and the edges of age.
#include "domain/decision.hpp"

#include <limits>

#include "../unit.hpp"
#include "cells.hpp"
#include "lockrec/lockrec.h"

using lockrec::Cell;
using lockrec::decide;
using lockrec::Decision;

namespace {

constexpr std::int64_t day_ms = 86400000;
constexpr std::int64_t no_time = -1;

// 21-01-2026 14:30:00 in Santiago.
std::int64_t usual_now() { return utc_ms(2026, 1, 21, 17, 30); }

Decision judge(const Cell& tag, const Cell& owner, const Cell& date, std::int64_t now_ms = no_time,
               std::int64_t max_age_ms = day_ms) {
  const auto now = now_ms == no_time ? usual_now() : now_ms;
  return decide({2, tag, owner, date}, {"DISPONIBLE", santiago(), now, max_age_ms});
}

Decision judge_date(std::string_view date, std::int64_t now_ms, std::int64_t max_age_ms = day_ms) {
  return judge(text_cell("MK-1"), text_cell("MR(93)"), text_cell(date), now_ms, max_age_ms);
}

void check_decision(const Decision& got, Decision::Kind kind, std::int32_t reason, std::string_view subject) {
  check_number(static_cast<int>(got.kind), static_cast<int>(kind), subject);
  check_number(got.reason, reason, subject);
}

void row_that_is_fresh_wants_its_lock(void**) {
  const auto got = judge(text_cell(" MK-1 "), text_cell("MR(0093)"), text_cell("21-01-2026 10:00:00"));
  check_decision(got, Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "fresh");
  check_text(got.tag.text(), "MK-1", "tag");
  check_number(static_cast<std::int64_t>(got.owner_id), 93, "owner");
  check_text(text_of(got.wall), "2026-01-21 10:00:00", "wall");
}

void row_with_three_empty_cells_is_blank(void**) {
  check_decision(judge(empty_cell(), empty_cell(), empty_cell()), Decision::Kind::blank, LOCKREC_REASON_NONE, "empty");
  check_decision(judge(text_cell(" "), text_cell("\t"), text_cell("\xC2\xA0")), Decision::Kind::blank,
                 LOCKREC_REASON_NONE, "white space");
}

void row_that_nobody_occupies_is_free_whatever_else_it_holds(void**) {
  const Cell cells[][3] = {
      {text_cell("MK-1"), empty_cell(), empty_cell()},
      {text_cell("#REF!"), text_cell("disponible"), text_cell("rubbish")},
      {empty_cell(), text_cell("DISPONIBLE"), empty_cell()},
      {empty_cell(), empty_cell(), number_cell(46043)},
      {boolean_cell(), empty_cell(), boolean_cell()},
  };
  for (const auto& row : cells) {
    check_decision(judge(row[0], row[1], row[2]), Decision::Kind::free, LOCKREC_REASON_NONE, row[0].text);
  }
}

void row_is_judged_by_tag_then_owner_then_date(void**) {
  const auto bad_owner = text_cell("-");
  const auto bad_date = text_cell("31-02-2026");
  const auto kind = Decision::Kind::invalid;
  check_decision(judge(text_cell("#N/A"), bad_owner, bad_date), kind, LOCKREC_REASON_TAG_INVALID, "all three");
  check_decision(judge(empty_cell(), bad_owner, bad_date), kind, LOCKREC_REASON_TAG_EMPTY, "no tag");
  check_decision(judge(text_cell(std::string(513, 'x')), bad_owner, bad_date), kind, LOCKREC_REASON_TAG_TOO_LONG,
                 "long");
  check_decision(judge(text_cell("MK-1"), bad_owner, bad_date), kind, LOCKREC_REASON_OWNER_INVALID, "owner and date");
  check_decision(judge(text_cell("MK-1"), text_cell("MR(93)"), bad_date), kind, LOCKREC_REASON_DATE_INVALID, "date");
  check_decision(judge(text_cell("MK-1"), bad_owner, text_cell("01-01-1990")), kind, LOCKREC_REASON_OWNER_INVALID,
                 "and old");
}

void row_that_is_invalid_still_shows_its_tag(void**) {
  check_text(judge(text_cell("MK-1"), text_cell("-"), empty_cell()).tag.text(), "MK-1", "owner");
  check_text(judge(text_cell("#N/A"), text_cell("MR(93)"), empty_cell()).tag.text(), "#N/A", "tag");
  check_text(judge(text_cell("MK-1"), empty_cell(), empty_cell()).tag.text(), "", "free");
}

void row_exactly_as_old_as_allowed_is_kept(void**) {
  const auto taken = utc_ms(2026, 1, 20, 17, 30);
  const auto* text = "20-01-2026 14:30:00";
  check_decision(judge_date(text, taken + day_ms), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "24 h");
  check_decision(judge_date(text, taken + day_ms + 1), Decision::Kind::stale, LOCKREC_REASON_TOO_OLD, "and 1 ms");
  check_decision(judge_date(text, taken + 1, 1), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "1 ms");
  check_decision(judge_date(text, taken + 2, 1), Decision::Kind::stale, LOCKREC_REASON_TOO_OLD, "2 ms");
}

void row_that_is_stale_keeps_its_tag(void**) {
  check_text(judge_date("01-01-2026", no_time).tag.text(), "MK-1", "stale");
}

void row_that_naive_clocks_call_fresh_is_stale_when_clocks_went_back(void**) {
  const auto now = utc_ms(2026, 4, 5, 23, 30);  // 19:30, UTC-4
  check_decision(judge_date("04-04-2026 20:00:00", now), Decision::Kind::stale, LOCKREC_REASON_TOO_OLD, "24.5 h");
  check_decision(judge_date("04-04-2026 20:30:00", now), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "24 h");
}

void row_that_naive_clocks_call_stale_is_kept_when_clocks_went_forward(void**) {
  const auto now = utc_ms(2026, 9, 6, 23, 30);  // 20:30, UTC-3
  check_decision(judge_date("05-09-2026 20:00:00", now), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "23.5 h");
  check_decision(judge_date("05-09-2026 19:30:00", now), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "24 h");
  check_decision(judge_date("05-09-2026 19:29:59", now), Decision::Kind::stale, LOCKREC_REASON_TOO_OLD,
                 "a second more");
}

void row_taken_in_the_repeated_hour_is_as_young_as_it_can_be(void**) {
  const auto second_time = utc_ms(2026, 4, 5, 3, 30);
  check_decision(judge_date("04-04-2026 23:30:00", second_time + day_ms), Decision::Kind::wants_lock,
                 LOCKREC_REASON_NONE, "24 h");
  check_decision(judge_date("04-04-2026 23:30:00", second_time + day_ms + 1), Decision::Kind::stale,
                 LOCKREC_REASON_TOO_OLD, "+1");
}

void row_with_a_date_alone_is_stale_a_day_after_its_end(void**) {
  const auto end = utc_ms(2026, 1, 21, 3) - 1;  // of 20-01
  check_decision(judge_date("20-01-2026", end + day_ms), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "a day");
  check_decision(judge_date("20-01-2026", end + day_ms + 1), Decision::Kind::stale, LOCKREC_REASON_TOO_OLD, "and 1 ms");
}

void row_with_todays_date_alone_is_not_in_the_future(void**) {
  check_decision(judge_date("21-01-2026", no_time), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "today");
  check_decision(judge_date("22-01-2026", no_time), Decision::Kind::wants_lock, LOCKREC_REASON_DATE_IN_FUTURE,
                 "tomorrow");
}

void row_taken_in_the_first_of_two_hours_is_not_in_the_future(void**) {
  const auto now = utc_ms(2026, 4, 5, 2, 31);  // 23:31, the first time
  check_decision(judge_date("04-04-2026 23:30:00", now), Decision::Kind::wants_lock, LOCKREC_REASON_NONE,
                 "a minute ago");
}

void row_more_than_five_minutes_ahead_is_kept_and_named(void**) {
  check_decision(judge_date("21-01-2026 14:35:00", no_time), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "5 min");
  const auto got = judge_date("21-01-2026 14:35:01", no_time);
  check_decision(got, Decision::Kind::wants_lock, LOCKREC_REASON_DATE_IN_FUTURE, "5 min and 1 s");
  check_text(text_of(got.wall), "2026-01-21 14:35:01", "its own date");
}

void row_without_a_date_is_kept_with_the_start_of_the_run(void**) {
  const auto got = judge(text_cell("MK-1"), text_cell("MR(93)"), empty_cell(), usual_now() + 999);
  check_decision(got, Decision::Kind::wants_lock, LOCKREC_REASON_DATE_MISSING, "missing");
  check_text(text_of(got.wall), "2026-01-21 14:30:00", "now, in the zone");
  const auto early = judge(text_cell("MK-1"), text_cell("MR(93)"), text_cell(" "), -500);
  check_text(text_of(early.wall), "1969-12-31 20:59:59", "before 1970 rounds down too");
}

void row_at_the_ends_of_time_does_not_overflow(void**) {
  constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
  constexpr auto highest = std::numeric_limits<std::int64_t>::max();
  const auto* text = "21-01-2026 14:30:00";
  check_decision(judge_date(text, highest), Decision::Kind::stale, LOCKREC_REASON_TOO_OLD, "far future");
  check_decision(judge_date(text, highest, highest), Decision::Kind::wants_lock, LOCKREC_REASON_NONE, "any age");
  check_decision(judge_date(text, lowest), Decision::Kind::wants_lock, LOCKREC_REASON_DATE_IN_FUTURE, "far past");
  check_decision(judge_date(text, lowest, highest), Decision::Kind::wants_lock, LOCKREC_REASON_DATE_IN_FUTURE, "both");
  check_decision(judge_date("", lowest), Decision::Kind::wants_lock, LOCKREC_REASON_DATE_MISSING, "no date");
  check_decision(judge_date("", highest), Decision::Kind::wants_lock, LOCKREC_REASON_DATE_MISSING, "no date");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(row_that_is_fresh_wants_its_lock),
      cmocka_unit_test(row_with_three_empty_cells_is_blank),
      cmocka_unit_test(row_that_nobody_occupies_is_free_whatever_else_it_holds),
      cmocka_unit_test(row_is_judged_by_tag_then_owner_then_date),
      cmocka_unit_test(row_that_is_invalid_still_shows_its_tag),
      cmocka_unit_test(row_exactly_as_old_as_allowed_is_kept),
      cmocka_unit_test(row_that_is_stale_keeps_its_tag),
      cmocka_unit_test(row_that_naive_clocks_call_fresh_is_stale_when_clocks_went_back),
      cmocka_unit_test(row_that_naive_clocks_call_stale_is_kept_when_clocks_went_forward),
      cmocka_unit_test(row_taken_in_the_repeated_hour_is_as_young_as_it_can_be),
      cmocka_unit_test(row_with_a_date_alone_is_stale_a_day_after_its_end),
      cmocka_unit_test(row_with_todays_date_alone_is_not_in_the_future),
      cmocka_unit_test(row_taken_in_the_first_of_two_hours_is_not_in_the_future),
      cmocka_unit_test(row_more_than_five_minutes_ahead_is_kept_and_named),
      cmocka_unit_test(row_without_a_date_is_kept_with_the_start_of_the_run),
      cmocka_unit_test(row_at_the_ends_of_time_does_not_overflow),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
