/* Refusals that stay until somebody acts: the call ends at once and says what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "fixture.h"
#include "folder.h"

enum { DEADLINE_MS = 5000, PROMPT_MS = LATE_MS };

static redis_server_t redis;
static run_t run;

static int start_server(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  return 0;
}

static int end_server(void **state) {
  (void)state;
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  run_init(&run);
  fixture_use_rows(&run);
  run_use_redis(&run, &redis);
  run.config.deadline_ms = DEADLINE_MS;
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static void expect_stop(int32_t status, int64_t cause) {
  run_reconcile(&run);
  assert_status(&run, status);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, cause);
  assert_true(run.wall_ms <= PROMPT_MS);
}

static void oom_stops_and_keeps_what_was_there(void **state) {
  (void)state;
  redis_must(&redis, "SET", "spool_lock:SP-0001", "93:here:21-01-2026 14:30:00", NULL);
  redis_must(&redis, "CONFIG", "SET", "maxmemory", "1", NULL);
  expect_stop(LOCKREC_E_REDIS_REFUSED, LOCKREC_REDIS_OOM);
  assert_int_equal(run.result.already_locked, 1);
  assert_int_equal(run.result.unprocessed, FIXTURE_OCCUPIED - 1);
}

static void misconf_stops(void **state) {
  (void)state;
  const char *folder = temp_path("misconf.d");
  assert_int_equal(mkdir(folder, 0700), 0);
  temp_file("misconf.d/kept", "", 0);
  redis_must(&redis, "CONFIG", "SET", "save", "1 1", NULL);
  redis_must(&redis, "CONFIG", "SET", "dbfilename", "misconf.d", NULL);
  redis_must(&redis, "BGSAVE", NULL);
  while (redis_info(&redis, "rdb_bgsave_in_progress") != 0 ||
         strncmp(redis_command(&redis, "SET", "x", "y", NULL).text, "MISCONF", 7) != 0) {
    sleep_ms(10);
  }
  run_reconcile(&run);
  redis_must(&redis, "CONFIG", "SET", "save", "", NULL);
  redis_must(&redis, "CONFIG", "SET", "dbfilename", "redis.rdb", NULL);
  assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_MISCONF);
  assert_true(run.wall_ms <= PROMPT_MS);
  assert_nothing_done(&run);
}

static void wrongpass_stops_and_tells_no_password(void **state) {
  (void)state;
  redis_must(&redis, "ACL", "SETUSER", "clerk", "on", ">right-secret", "~*", "+@all", NULL);
  run.config.redis_username = "clerk";
  run.config.redis_password = "wrong-secret";
  run_forbid(&run, "wrong-secret");
  expect_stop(LOCKREC_E_REDIS_AUTH, LOCKREC_REDIS_WRONGPASS);
  assert_nothing_done(&run);
  assert_message(&run, "clerk");
}

static void wrongpass_in_the_url_tells_no_password(void **state) {
  (void)state;
  char url[128];
  snprintf(url, sizeof url, "redis://clerk:url-secret@127.0.0.1:%d/0", redis.port);
  run.config.redis_url = url;
  run_forbid(&run, "url-secret");
  expect_stop(LOCKREC_E_REDIS_AUTH, LOCKREC_REDIS_WRONGPASS);
  assert_nothing_done(&run);
}

static void missing_password_stops(void **state) {
  (void)state;
  redis_must(&redis, "CONFIG", "SET", "requirepass", "needed", NULL);
  redis.password = "needed";
  run_reconcile(&run);
  redis_must(&redis, "CONFIG", "SET", "requirepass", "", NULL);
  redis.password = NULL;
  assert_status(&run, LOCKREC_E_REDIS_AUTH);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_NOAUTH);
  assert_true(run.wall_ms <= PROMPT_MS);
  assert_nothing_done(&run);
}

static void noperm_for_a_command_stops(void **state) {
  (void)state;
  redis_must(&redis, "ACL", "SETUSER", "reader", "reset", "on", ">reader-secret", "~spool_lock:*", "+get", "+mget",
             "+pttl", "+select", "+client|setname", NULL);
  run.config.redis_username = "reader";
  run.config.redis_password = "reader-secret";
  run_forbid(&run, "reader-secret");
  expect_stop(LOCKREC_E_REDIS_REFUSED, LOCKREC_REDIS_NOPERM);
  assert_nothing_done(&run);
}

static void noperm_for_a_key_fails_that_row_alone(void **state) {
  (void)state;
  redis_must(&redis, "ACL", "SETUSER", "half", "reset", "on", ">half-secret", "~spool_lock:SP-000[1-3]", "+@all", NULL);
  run.config.redis_username = "half";
  run.config.redis_password = "half-secret";
  run_reconcile(&run);
  assert_status(&run, LOCKREC_PARTIAL);
  assert_int_equal(run.result.failed, 2);
  assert_int_equal(run.result.reconciled, 3);
  assert_int_equal(redis_key_count(&redis), 3);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(oom_stops_and_keeps_what_was_there),
      TEST(misconf_stops),
      TEST(wrongpass_stops_and_tells_no_password),
      TEST(wrongpass_in_the_url_tells_no_password),
      TEST(missing_password_stops),
      TEST(noperm_for_a_command_stops),
      TEST(noperm_for_a_key_fails_that_row_alone),
  };
  return cmocka_run_group_tests(tests, start_server, end_server);
}
