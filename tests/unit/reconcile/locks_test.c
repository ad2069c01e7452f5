/* What a call leaves in Redis: values to the byte, lives, and everything that it must not touch. */
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "acl.h"
#include "run.h"

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

static void begin(run_t *run, const lockrec_row_t *rows, uint64_t count) {
  run_init(run);
  run_use_rows(run, rows, count, "America/Santiago");
  run_use_redis(run, &redis);
  run->config.now_unix_ms = NOW_UNIX_MS;
}

static int matches(const char *text, const char *pattern) {
  regex_t regex;
  assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
  const int result = regexec(&regex, text, 0, NULL, 0) == 0;
  regfree(&regex);
  return result;
}

static void missing_lock_is_made_with_the_value_that_the_application_writes(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"MK-1346-TW-28082-011", "MR(0093)", "2026-01-21T17:30:00Z"},
                                {"N\xc3\x91 {7}", "J. P\xc3\xa9rez(7)", "46043.6041666667"}};
  run_t run;
  begin(&run, rows, 2);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, 2);
  assert_int_equal(run.result.unconfirmed, 2);
  const char *uuid4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  char pattern[160];
  snprintf(pattern, sizeof pattern, "^93:%s:21-01-2026 14:30:00$", uuid4);
  assert_true(matches(redis_must(&redis, "GET", "spool_lock:MK-1346-TW-28082-011", NULL).text, pattern));
  snprintf(pattern, sizeof pattern, "^7:%s:21-01-2026 14:30:00$", uuid4);
  assert_true(matches(redis_must(&redis, "GET", "spool_lock:N\xc3\x91 {7}", NULL).text, pattern));
  assert_int_equal(redis_life_ms(&redis, "spool_lock:MK-1346-TW-28082-011"), -1);
  assert_int_equal(redis_key_count(&redis), 2);
  run_free(&run);
}

static void lock_that_is_there_is_left_as_it_is(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"SAME", "MR(93)", FRESH},  {"ZEROS", "MR(93)", FRESH}, {"BARE", "MR(93)", FRESH},
                                {"OTHER", "MR(93)", FRESH}, {"WORD", "MR(93)", FRESH},  {"LIST", "MR(93)", FRESH}};
  const char *keys[][2] = {{"spool_lock:SAME", "93:u:01-01-2020 00:00:00"},
                           {"spool_lock:ZEROS", "0093:u:d"},
                           {"spool_lock:BARE", "93"},
                           {"spool_lock:OTHER", "94:u:d"},
                           {"spool_lock:WORD", "maintenance"}};
  for (size_t i = 0; i < 5; ++i) redis_must(&redis, "SET", keys[i][0], keys[i][1], NULL);
  redis_must(&redis, "RPUSH", "spool_lock:LIST", "93:u:d", NULL);
  run_t run;
  begin(&run, rows, 6);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.already_locked, 2);
  assert_int_equal(run.result.conflicting, 4);
  assert_int_equal(run.rows[2].reason, LOCKREC_REASON_UNKNOWN_VALUE);
  assert_int_equal(run.rows[3].reason, LOCKREC_REASON_OTHER_OWNER);
  assert_int_equal(run.rows[4].reason, LOCKREC_REASON_UNKNOWN_VALUE);
  assert_int_equal(run.rows[5].reason, LOCKREC_REASON_OTHER_TYPE);
  for (size_t i = 0; i < 5; ++i) assert_string_equal(redis_must(&redis, "GET", keys[i][0], NULL).text, keys[i][1]);
  assert_int_equal(redis_must(&redis, "LLEN", "spool_lock:LIST", NULL).integer, 1);
  run_free(&run);
}

static void half_made_lock_of_the_owner_is_adopted_with_its_own_value(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"HALF", "MR(93)", FRESH}, {"LONG", "MR(93)", FRESH}, {"THEIRS", "MR(93)", FRESH}};
  redis_must(&redis, "SET", "spool_lock:HALF", "93:peer:d", "PX", "9000", NULL);
  redis_must(&redis, "SET", "spool_lock:LONG", "93:peer:d", "PX", "60000", NULL);
  redis_must(&redis, "SET", "spool_lock:THEIRS", "94:peer:d", "PX", "9000", NULL);
  run_t run;
  begin(&run, rows, 3);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.adopted, 1);
  assert_int_equal(run.result.already_locked, 1);
  assert_int_equal(run.result.conflicting, 1);
  assert_string_equal(redis_must(&redis, "GET", "spool_lock:HALF", NULL).text, "93:peer:d");
  assert_int_equal(redis_life_ms(&redis, "spool_lock:HALF"), -1);
  assert_true(redis_life_ms(&redis, "spool_lock:LONG") > 50000);
  assert_true(redis_life_ms(&redis, "spool_lock:THEIRS") > 0);
  assert_int_equal(run.rows[1].reason, LOCKREC_REASON_LOCK_EXPIRES);
  assert_logged(&run, LOCKREC_LOG_WARNING, "will expire");
  run_free(&run);
}

static void dry_run_counts_what_would_be_done_and_writes_nothing(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"A", "MR(93)", FRESH}, {"B", "MR(93)", FRESH}, {"C", "MR(93)", FRESH}};
  redis_must(&redis, "SET", "spool_lock:B", "93:peer:d", "PX", "9000", NULL);
  redis_must(&redis, "SET", "spool_lock:C", "94:peer:d", NULL);
  run_t run;
  begin(&run, rows, 3);
  run.config.flags |= LOCKREC_DRY_RUN;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, 1);
  assert_int_equal(run.result.adopted, 1);
  assert_int_equal(run.result.conflicting, 1);
  assert_int_equal(redis_key_count(&redis), 2);
  assert_true(redis_life_ms(&redis, "spool_lock:B") > 0);
  assert_message(&run, "would be restored");
  run_free(&run);
}

static void second_call_finds_everything_and_writes_nothing(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"A", "MR(93)", FRESH}, {"B", "MR(93)", FRESH}};
  for (int i = 0; i < 2; ++i) {
    run_t run;
    begin(&run, rows, 2);
    redis_must(&redis, "CONFIG", "RESETSTAT", NULL);
    assert_int_equal(run_reconcile(&run), LOCKREC_OK);
    assert_int_equal(run.result.reconciled, i == 0 ? 2 : 0);
    assert_int_equal(run.result.already_locked, i == 0 ? 0 : 2);
    const char *stats = redis_must(&redis, "INFO", "commandstats", NULL).text;
    if (i == 0) assert_non_null(strstr(stats, "cmdstat_set:"));
    if (i == 1) assert_null(strstr(stats, "cmdstat_set:"));
    if (i == 1) assert_null(strstr(stats, "cmdstat_eval:"));
    run_free(&run);
  }
}

static void prefix_and_database_are_the_configured_ones(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"A", "MR(93)", FRESH}};
  char url[160];
  snprintf(url, sizeof url, "%s?db=3", redis.unix_url);
  run_t run;
  begin(&run, rows, 1);
  run.config.redis_url = url;
  run.config.key_prefix = "";
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(redis_key_count(&redis), 0);
  assert_non_null(strstr(redis_must(&redis, "INFO", "keyspace", NULL).text, "db3:keys=1"));
  run_free(&run);
}

static void minimal_permissions_suffice_with_and_without_scripts(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"A", "MR(93)", FRESH}, {"B", "MR(93)", FRESH}};
  static const char *const lines[] = {ACL_LINE, ACL_LINE_WITHOUT_SCRIPTS};
  for (int i = 0; i < 2; ++i) {
    redis_clean(&redis);
    acl_grant(&redis, "lockrec", "s3cret-word", lines[i], NULL);
    redis_must(&redis, "SET", "spool_lock:B", "93:peer:d", "PX", "9000", NULL);
    run_t run;
    begin(&run, rows, 2);
    run.config.redis_username = "lockrec";
    run.config.redis_password = "s3cret-word";
    run_forbid(&run, "s3cret-word");
    assert_int_equal(run_reconcile(&run), LOCKREC_OK);
    assert_int_equal(run.result.reconciled, 1);
    assert_int_equal(run.result.adopted, 1);
    assert_int_equal(redis_life_ms(&redis, "spool_lock:A"), -1);
    assert_int_equal(redis_life_ms(&redis, "spool_lock:B"), -1);
    run_free(&run);
  }
  redis_must(&redis, "ACL", "DELUSER", "lockrec", NULL);
}

static void key_that_redis_refuses_is_failed_alone(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"OK-1", "MR(93)", FRESH}, {"NO-1", "MR(93)", FRESH}};
  redis_must(&redis, "ACL", "SETUSER", "narrow", "reset", "on", "nopass", "~spool_lock:OK-*", "+@all", NULL);
  run_t run;
  begin(&run, rows, 2);
  run.config.redis_username = "narrow";
  run.config.redis_password = "any";
  assert_int_equal(run_reconcile(&run), LOCKREC_PARTIAL);
  assert_int_equal(run.result.reconciled, 1);
  assert_int_equal(run.result.failed, 1);
  assert_int_equal(run.rows[1].reason, LOCKREC_REASON_REDIS_REFUSED);
  assert_logged(&run, LOCKREC_LOG_WARNING, "NO-1");
  run_free(&run);
  redis_must(&redis, "ACL", "DELUSER", "narrow", NULL);
}

static void refusal_of_the_server_stops_claims_and_says_so(void **state) {
  (void)state;
  const lockrec_row_t rows[] = {{"A", "MR(93)", FRESH}, {"B", "MR(93)", FRESH}};
  redis_must(&redis, "SET", "spool_lock:B", "93:peer:d", "PX", "9000", NULL);
  redis_must(&redis, "CONFIG", "SET", "maxmemory", "1", NULL);
  run_t run;
  begin(&run, rows, 2);
  assert_int_equal(run_reconcile(&run), LOCKREC_E_REDIS_REFUSED);
  redis_must(&redis, "CONFIG", "SET", "maxmemory", "0", NULL);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_OOM);
  /* PERSIST works without memory: what was half made is permanent. */
  assert_int_equal(run.result.adopted, 1);
  assert_int_equal(run.result.unprocessed, 1);
  assert_int_equal(run.result.phase, LOCKREC_PHASE_CLAIM);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:B"), -1);
  run_free(&run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(missing_lock_is_made_with_the_value_that_the_application_writes, clean),
      cmocka_unit_test_setup(lock_that_is_there_is_left_as_it_is, clean),
      cmocka_unit_test_setup(half_made_lock_of_the_owner_is_adopted_with_its_own_value, clean),
      cmocka_unit_test_setup(dry_run_counts_what_would_be_done_and_writes_nothing, clean),
      cmocka_unit_test_setup(second_call_finds_everything_and_writes_nothing, clean),
      cmocka_unit_test_setup(prefix_and_database_are_the_configured_ones, clean),
      cmocka_unit_test_setup(minimal_permissions_suffice_with_and_without_scripts, clean),
      cmocka_unit_test_setup(key_that_redis_refuses_is_failed_alone, clean),
      cmocka_unit_test_setup(refusal_of_the_server_stops_claims_and_says_so, clean),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
