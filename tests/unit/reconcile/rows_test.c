/* Each count, and what a row must be to fall into it: rows of the host, judged against a real Redis. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "run.h"

/* 2026-01-21 21:00 UTC is 18:00 in Santiago. */
#define NOW_UNIX_MS INT64_C(1769029200000)
#define FRESH "21-01-2026 14:30:00"

static redis_server_t redis;

static int start(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  return 0;
}

static int stop(void **state) {
  (void)state;
  redis_end(&redis);
  return 0;
}

static int clean(void **state) {
  (void)state;
  redis_clean(&redis);
  return 0;
}

typedef struct row_case {
  const char *about;
  lockrec_row_t row;
  int32_t outcome;
  int32_t reason;
} row_case_t;

static void begin(run_t *run, const lockrec_row_t *rows, uint64_t count) {
  run_init(run);
  run_use_rows(run, rows, count, "America/Santiago");
  run_use_redis(run, &redis);
  run->config.now_unix_ms = NOW_UNIX_MS;
}

static void judge(const row_case_t *cases, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    redis_clean(&redis);
    run_t run;
    begin(&run, &cases[i].row, 1);
    assert_int_equal(run_reconcile(&run), LOCKREC_OK);
    const int is_free = cases[i].outcome == LOCKREC_ROW_FREE;
    const int32_t outcome = is_free ? (int32_t)run.result.rows_free - 1 : run.rows[0].outcome;
    if (outcome != cases[i].outcome || (!is_free && run.rows[0].reason != cases[i].reason)) {
      fail_msg("%s: outcome %d, reason %d", cases[i].about, outcome, is_free ? 0 : run.rows[0].reason);
    }
    run_free(&run);
  }
}

static void row_of_each_kind_falls_into_its_count(void **state) {
  (void)state;
  char long_tag[514];
  memset(long_tag, 'x', sizeof long_tag - 1);
  long_tag[513] = '\0';
  const row_case_t cases[] = {
      {"empty owner", {"T", "", FRESH}, LOCKREC_ROW_FREE, 0},
      {"NULL owner", {"T", NULL, FRESH}, LOCKREC_ROW_FREE, 0},
      {"free value in other case", {"T", " disponible ", NULL}, LOCKREC_ROW_FREE, 0},
      {"free, tag unreadable", {"#REF!", "DISPONIBLE", "nonsense"}, LOCKREC_ROW_FREE, 0},
      {"owner is a dash", {"T", "-", FRESH}, LOCKREC_ROW_SKIPPED_INVALID, LOCKREC_REASON_OWNER_INVALID},
      {"owner with two ids", {"T", "x(1)(93)", FRESH}, LOCKREC_ROW_SKIPPED_INVALID, LOCKREC_REASON_OWNER_INVALID},
      {"owner id zero", {"T", "MR(0)", FRESH}, LOCKREC_ROW_SKIPPED_INVALID, LOCKREC_REASON_OWNER_INVALID},
      {"Arabic digits",
       {"T", "MR(\xd9\xa9\xd9\xa3)", FRESH},
       LOCKREC_ROW_SKIPPED_INVALID,
       LOCKREC_REASON_OWNER_INVALID},
      {"no tag", {" ", "MR(93)", FRESH}, LOCKREC_ROW_SKIPPED_INVALID, LOCKREC_REASON_TAG_EMPTY},
      {"sheet error as tag", {"#N/A", "MR(93)", FRESH}, LOCKREC_ROW_SKIPPED_INVALID, LOCKREC_REASON_TAG_INVALID},
      {"still loading", {"Loading...", "MR(93)", FRESH}, LOCKREC_ROW_SKIPPED_INVALID, LOCKREC_REASON_TAG_INVALID},
      {"tag too long", {long_tag, "MR(93)", FRESH}, LOCKREC_ROW_SKIPPED_INVALID, LOCKREC_REASON_TAG_TOO_LONG},
      {"31st of February",
       {"T", "MR(93)", "31-02-2026 10:00:00"},
       LOCKREC_ROW_SKIPPED_INVALID,
       LOCKREC_REASON_DATE_INVALID},
      {"year 1969", {"T", "MR(93)", "01-01-1969 10:00:00"}, LOCKREC_ROW_SKIPPED_INVALID, LOCKREC_REASON_DATE_INVALID},
      {"exactly 24 hours",
       {"T", "MR(93)", "20-01-2026 18:00:00"},
       LOCKREC_ROW_RECONCILED,
       LOCKREC_REASON_NOT_CONFIRMED},
      {"a second more", {"T", "MR(93)", "20-01-2026 17:59:59"}, LOCKREC_ROW_SKIPPED_STALE, LOCKREC_REASON_TOO_OLD},
      {"yesterday, a date alone", {"T", "MR(93)", "20-01-2026"}, LOCKREC_ROW_RECONCILED, LOCKREC_REASON_NOT_CONFIRMED},
      {"the day before, a date alone",
       {"T", "MR(93)", "19-01-2026"},
       LOCKREC_ROW_SKIPPED_STALE,
       LOCKREC_REASON_TOO_OLD},
      {"tag with spaces around", {"  T ", "MR(93)", FRESH}, LOCKREC_ROW_RECONCILED, LOCKREC_REASON_NOT_CONFIRMED},
  };
  judge(cases, sizeof cases / sizeof *cases);
}

static void rows_that_are_blank_are_not_counted(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"", " ", NULL}, {"T", "MR(93)", FRESH}, {NULL, NULL, NULL}};
  run_t run;
  begin(&run, rows, 3);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.rows_total, 1);
  assert_int_equal(run.rows[0].row_number, 2);
  run_free(&run);
}

static void zero_rows_are_ok(void **state) {
  (void)state;
  run_t run;
  begin(&run, NULL, 0);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.rows_total, 0);
  assert_int_equal(redis_key_count(&redis), 0);
  run_free(&run);
}

static void undated_and_future_rows_are_kept_with_a_warning(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"UNDATED", "MR(93)", NULL},
                                {"FUTURE", "MR(93)", "21-01-2026 18:06:00"},
                                {"NEAR", "MR(93)", "21-01-2026 18:04:59"}};
  run_t run;
  begin(&run, rows, 3);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, 3);
  assert_int_equal(run.rows[0].reason, LOCKREC_REASON_DATE_MISSING);
  assert_int_equal(run.rows[1].reason, LOCKREC_REASON_DATE_IN_FUTURE);
  assert_logged(&run, LOCKREC_LOG_WARNING, "UNDATED");
  assert_logged(&run, LOCKREC_LOG_WARNING, "FUTURE");
  for (size_t i = 0; i < run.line_count; ++i) assert_null(strstr(run.lines[i].text, "NEAR"));
  /* The run's start becomes the date. */
  const redis_reply_t value = redis_must(&redis, "GET", "spool_lock:UNDATED", NULL);
  assert_non_null(strstr(value.text, ":21-01-2026 18:00:00"));
  run_free(&run);
}

static void repeated_tag_shares_the_first_rows_fate(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {
      {"A", "MR(93)", FRESH}, {"A", "XY(093)", FRESH}, {"A", "NR(94)", FRESH}, {"B", "MR(93)", "01-01-2026 10:00:00"},
      {"B", "NR(94)", FRESH}, {"C", "MR(93)", FRESH},  {"C", "MR(93)", FRESH}};
  run_t run;
  begin(&run, rows, 7);
  redis_must(&redis, "SET", "spool_lock:C", "7:u:d", NULL);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  const int32_t outcomes[] = {LOCKREC_ROW_RECONCILED,    LOCKREC_ROW_ALREADY_LOCKED, LOCKREC_ROW_SKIPPED_INVALID,
                              LOCKREC_ROW_SKIPPED_STALE, LOCKREC_ROW_RECONCILED,     LOCKREC_ROW_CONFLICTING,
                              LOCKREC_ROW_CONFLICTING};
  for (int i = 0; i < 7; ++i) assert_int_equal(run.rows[i].outcome, outcomes[i]);
  assert_int_equal(run.rows[1].reason, LOCKREC_REASON_DUPLICATE);
  assert_int_equal(run.rows[2].reason, LOCKREC_REASON_DUPLICATE_OWNER);
  assert_logged(&run, LOCKREC_LOG_WARNING, "the first row stands");
  run_free(&run);
}

static void first_twenty_rows_of_a_kind_are_logged_and_all_are_counted(void **state) {
  (void)state;
  lockrec_row_t rows[137];
  for (int i = 0; i < 137; ++i) rows[i] = (lockrec_row_t){"T", "-", FRESH};
  run_t run;
  begin(&run, rows, 137);
  run.config.log_level = LOCKREC_LOG_WARNING;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.skipped_invalid, 137);
  assert_int_equal(run.line_count, 21);
  assert_non_null(strstr(run.lines[20].text, "137"));
  run_free(&run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(row_of_each_kind_falls_into_its_count, clean),
      cmocka_unit_test_setup(rows_that_are_blank_are_not_counted, clean),
      cmocka_unit_test_setup(zero_rows_are_ok, clean),
      cmocka_unit_test_setup(undated_and_future_rows_are_kept_with_a_warning, clean),
      cmocka_unit_test_setup(repeated_tag_shares_the_first_rows_fate, clean),
      cmocka_unit_test_setup(first_twenty_rows_of_a_kind_are_logged_and_all_are_counted, clean),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
