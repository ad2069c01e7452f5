/* Real failovers under real sentinels in the middle of a run: every lock is there afterwards, on the new master. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "redis_sentinels.h"
#include "spools.h"

enum { SPOOLS = 300, LONG_MS = 15000, SHORT_MS = 800 };

static redis_sentinels_t all;
static spools_t spools;
static int master;
static int failovers;
static int64_t overrun_ms;
static process_t helper;
static run_t run;

static int start_all(void **state) {
  (void)state;
  sentinels_start(&all, 0);
  spools_make(&spools, "SP-", SPOOLS);
  return 0;
}

static int end_all(void **state) {
  (void)state;
  sentinels_end(&all);
  spools_free(&spools);
  print_message("measured: %d failovers by sentinels survived, longest overrun of a deadline %" PRId64 " ms\n",
                failovers, overrun_ms);
  return 0;
}

static int begin(void **state) {
  (void)state;
  sentinels_heal(&all);
  helper.pid = 0;
  run_init(&run);
  spools_use(&spools, &run);
  run.config.redis_url = all.url;
  run.config.redis_password = SENTINEL_REDIS_PASSWORD;
  run.config.sentinel_password = SENTINEL_PASSWORD;
  run.config.deadline_ms = LONG_MS;
  master = sentinels_master(&all);
  return 0;
}

static int end(void **state) {
  (void)state;
  process_kill(&helper);
  run_free(&run);
  return 0;
}

static void expect_new_master(void) {
  run_reconcile(&run);
  assert_int_equal(relay_hits(&all.relays[master]), 1);
  assert_restored(&run, 0);
  const int now = sentinels_master(&all);
  assert_int_not_equal(now, master);
  assert_int_equal(redis_permanent_count(&all.redises[now]), SPOOLS);
  ++failovers;
}

static void expect_failover(const char *moment, int reply_bytes, relay_action_t action) {
  relay_rule(&all.relays[master], moment, reply_bytes, action, 1);
  expect_new_master();
}

static void master_killed_before_the_look(void **state) {
  (void)state;
  expect_failover("\r\nMGET\r\n", RELAY_NOTHING, RELAY_KILL_SERVER);
}

static void master_killed_between_look_and_claim(void **state) {
  (void)state;
  expect_failover("\r\nSET\r\n", RELAY_NOTHING, RELAY_KILL_SERVER);
}

static void master_killed_in_the_middle_of_the_claim(void **state) {
  (void)state;
  expect_failover("\r\nSET\r\n", 12, RELAY_KILL_SERVER);
}

static void master_killed_in_the_middle_of_the_commit(void **state) {
  (void)state;
  expect_failover("\r\nEVAL\r\n", 3, RELAY_KILL_SERVER);
}

static void master_stopped_in_the_middle_of_the_commit(void **state) {
  (void)state;
  expect_failover("\r\nEVAL\r\n", RELAY_NOTHING, RELAY_STOP_SERVER);
}

static void fail_over_then_release(void *argument) {
  (void)argument;
  while (relay_hits(&all.relays[master]) == 0) {
    sleep_ms(2);
  }
  sentinels_fail_over(&all);
  relay_release(&all.relays[master]);
}

static void expect_planned_failover(const char *moment) {
  relay_rule(&all.relays[master], moment, RELAY_NOTHING, RELAY_HOLD, 1);
  process_fork(&helper, fail_over_then_release, NULL, -1);
  expect_new_master();
}

/* The old master lives on, and is a replica by the time it hears of the claim. */
static void failover_on_request_between_look_and_claim(void **state) {
  (void)state;
  expect_planned_failover("\r\nSET\r\n");
}

static void failover_on_request_between_claim_and_commit(void **state) {
  (void)state;
  expect_planned_failover("\r\nEVAL\r\n");
}

static void a_stopped_master_does_not_hold_the_deadline(void **state) {
  (void)state;
  run.config.deadline_ms = SHORT_MS;
  relay_rule(&all.relays[master], "\r\nSET\r\n", RELAY_NOTHING, RELAY_STOP_SERVER, 1);
  run_to_deadline(&run);
  overrun_ms = run.wall_ms > SHORT_MS + overrun_ms ? run.wall_ms - SHORT_MS : overrun_ms;
  assert_in_time(&run);
  assert_true(run.busy_late_ms <= BUSY_LATE_MS);
  assert_true(run.result.status < 0);
  assert_int_equal(run.result.unprocessed, SPOOLS);
}

int main(void) {
  if (redis_program_version() < 602) {
    print_message("skip: sentinels of this version have no users\n");
    return 0;
  }
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(master_killed_before_the_look),
      TEST(master_killed_between_look_and_claim),
      TEST(master_killed_in_the_middle_of_the_claim),
      TEST(master_killed_in_the_middle_of_the_commit),
      TEST(master_stopped_in_the_middle_of_the_commit),
      TEST(failover_on_request_between_look_and_claim),
      TEST(failover_on_request_between_claim_and_commit),
      TEST(a_stopped_master_does_not_hold_the_deadline),
  };
  return cmocka_run_group_tests(tests, start_all, end_all);
}
