/* The main use: Redis restarts beside the service, and answers LOADING or nothing at all for a while. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"
#include "folder.h"

enum { SHORT_MS = 700, LONG_MS = 15000 };

static redis_server_t redis;
static run_t run;

/* A data set that takes about three seconds to load: each key's load is held up for 200 microseconds and more. */
static int start_server(void **state) {
  (void)state;
  redis_start(&redis, "--key-load-delay", "200", "--loading-process-events-interval-bytes", "1024", NULL);
  redis_must(&redis, "DEBUG", "POPULATE", "11000", "other", NULL);
  redis_must(&redis, "SAVE", NULL);
  return 0;
}

static int end_server(void **state) {
  (void)state;
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  run_init(&run);
  fixture_use_rows(&run);
  run_use_redis(&run, &redis);
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static void expect_locks(void) {
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0005"), -1);
}

static void loading_past_the_deadline_is_refused(void **state) {
  (void)state;
  redis_restart(&redis);
  run.config.deadline_ms = SHORT_MS;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_LOADING);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

static void loading_for_three_seconds_then_restores_all(void **state) {
  (void)state;
  redis_restart(&redis);
  run.config.deadline_ms = LONG_MS;
  run_reconcile(&run);
  assert_true(run.wall_ms > 1500);
  expect_locks();
}

static void start_later(void *argument) {
  const char *const *argv = argument;
  sleep_ms(400);
  execvp(argv[0], (char *const *)(uintptr_t)argv);
}

static void absent_until_redis_starts_then_restores_all(void **state) {
  (void)state;
  char path[128];
  char log[128];
  process_t helper;
  redis_end(&redis);
  snprintf(path, sizeof path, "%s", redis.unix_path);
  snprintf(log, sizeof log, "%s", temp_path("later.log"));
  const char *argv[] = {redis_program(), "--save", "", "--port", "0", "--unixsocket", path, "--logfile", log, NULL};
  process_fork(&helper, start_later, argv, -1);
  run.config.redis_url = redis.unix_url;
  run.config.deadline_ms = 5000;
  run_reconcile(&run);
  assert_true(run.wall_ms >= 300);
  expect_locks();
  process_kill(&helper);
}

int main(void) {
  if (redis_program_version() < 602) {
    print_message("skip: this Redis says nothing while it loads a small data set\n");
    return 0;
  }
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(loading_past_the_deadline_is_refused),
      TEST(loading_for_three_seconds_then_restores_all),
      TEST(absent_until_redis_starts_then_restores_all),
  };
  return cmocka_run_group_tests(tests, start_server, end_server);
}
