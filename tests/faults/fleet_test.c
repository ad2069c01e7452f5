/* fleet_ttl_ms: of all that start at once one does the work, and none returns before it is done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "member.h"

enum { FLEET = 8, FLEET_TTL_MS = 60000, DEADLINE_MS = 8000, SHEET_READS_MAX = 3, WORK_MS = 400 };

#define TURN_KEY "lockrec:fleet:spool_lock:"

static redis_server_t redis;
static emulator_t emulator;
static member_t members[FLEET];
static run_t run;

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  emulator_start(&emulator, NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&emulator);
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  memset(members, 0, sizeof members);
  run_init(&run);
  fixture_use_sheet(&run, &emulator);
  run_use_redis(&run, &redis);
  run.config.deadline_ms = DEADLINE_MS;
  run.config.fleet_ttl_ms = FLEET_TTL_MS;
  return 0;
}

static int end(void **state) {
  (void)state;
  for (int i = 0; i < FLEET; ++i) {
    member_free(&members[i]);
  }
  emulator_tell(&emulator, "{\"op\":\"config\",\"delay_ms\":{}}");
  run_free(&run);
  return 0;
}

static long long sheet_reads(void) {
  return emulator_stat(&emulator, "metadata") + emulator_stat(&emulator, "values") +
         emulator_stat(&emulator, "confirm");
}

/* Every read of the sheet takes so long. */
static void slow_sheet(int delay_ms) {
  emulator_tell(&emulator, "{\"op\":\"config\",\"delay_ms\":{\"metadata\":%d,\"values\":%d,\"confirm\":%d}}", delay_ms,
                delay_ms, delay_ms);
}

static void start_winner(member_t *member) {
  member_start(member, &run.config, &redis);
  while (redis_command(&redis, "EXISTS", TURN_KEY, NULL).integer == 0) {
    sleep_ms(2);
  }
}

static void expect_finished_turn(void) {
  const long long life_ms = redis_life_ms(&redis, TURN_KEY);
  assert_true(life_ms == -2 || (life_ms > 0 && life_ms <= run.config.fleet_ttl_ms));
}

static void eight_at_once_read_the_sheet_for_one(const char *what) {
  int ended[3] = {0};
  int64_t slowest_ms = 0;
  for (int i = 0; i < FLEET; ++i) {
    /* Clocks that are minutes apart decide nothing. */
    run.config.now_unix_ms = FIXTURE_NOW_MS + (i - FLEET / 2) * INT64_C(240000);
    member_start(&members[i], &run.config, &redis);
  }
  for (int i = 0; i < FLEET; ++i) {
    const member_end_t *its = members[i].end;
    member_wait(&members[i], DEADLINE_MS + 2000);
    if (its->result.status < LOCKREC_OK) {
      fail_msg("%s: %s", lockrec_status_name(its->result.status), its->result.message);
    }
    ++ended[its->result.status];
    assert_int_equal(its->locks, FIXTURE_OCCUPIED);
    slowest_ms = its->wall_ms > slowest_ms ? its->wall_ms : slowest_ms;
  }
  assert_int_equal(ended[LOCKREC_OK], 1);
  assert_int_equal(ended[LOCKREC_SKIPPED], FLEET - 1);
  assert_in_range(sheet_reads(), 1, SHEET_READS_MAX);
  expect_finished_turn();
  print_message("measured: eight processes at once%s: %lld reads of the sheet, the last returned after %lld ms\n", what,
                sheet_reads(), (long long)slowest_ms);
}

static void eight_at_once_read_the_sheet_three_times_at_most(void **state) {
  (void)state;
  eight_at_once_read_the_sheet_for_one("");
}

static void eight_at_once_wait_for_a_slow_sheet(void **state) {
  (void)state;
  slow_sheet(WORK_MS);
  eight_at_once_read_the_sheet_for_one(", a slow sheet");
}

static void eight_at_once_without_scripts(void **state) {
  (void)state;
  redis_must(&redis, "ACL", "SETUSER", "lockrec", "reset", "on", ">s3cret-word", "~spool_lock:*", "~lockrec:fleet:*",
             "+get", "+mget", "+set", "+pttl", "+persist", "+del", "+select", "+client|setname", "+watch", "+unwatch",
             "+multi", "+exec", NULL);
  run.config.redis_username = "lockrec";
  run.config.redis_password = "s3cret-word";
  eight_at_once_read_the_sheet_for_one(", no scripts");
}

static void the_contracts_acl_line_is_enough(void **state) {
  (void)state;
  redis_must(&redis, "ACL", "SETUSER", "lockrec", "reset", "on", ">s3cret-word", "~spool_lock:*", "~lockrec:fleet:*",
             "+get", "+mget", "+set", "+pttl", "+persist", "+del", "+select", "+client|setname", "+eval", NULL);
  run.config.redis_username = "lockrec";
  run.config.redis_password = "s3cret-word";
  eight_at_once_read_the_sheet_for_one(", the contract's rights");
}

static void expect_skipped_at_once(void) {
  emulator_tell(&emulator, "{\"op\":\"reset\"}");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_SKIPPED);
  assert_int_equal(run.result.rows_total, 0);
  assert_true(run.wall_ms < 500);
  assert_int_equal(sheet_reads() + emulator_stat(&emulator, "token"), 0);
}

static void a_second_start_in_time_is_skipped_at_once(void **state) {
  (void)state;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  const long long life_ms = redis_life_ms(&redis, TURN_KEY);
  assert_in_range(life_ms, FLEET_TTL_MS - 5000, FLEET_TTL_MS);
  expect_skipped_at_once();
}

static void a_start_after_that_time_works_again(void **state) {
  (void)state;
  run.config.fleet_ttl_ms = 600;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  expect_skipped_at_once();
  sleep_ms(700);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(run.result.already_locked, FIXTURE_OCCUPIED);
}

static void another_prefix_is_another_fleet(void **state) {
  (void)state;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  run.config.key_prefix = "other_lock:";
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(redis_must(&redis, "EXISTS", TURN_KEY, "lockrec:fleet:other_lock:", NULL).integer, 2);
}

static void a_dry_run_takes_no_turn_and_waits_for_none(void **state) {
  (void)state;
  run.config.flags |= LOCKREC_DRY_RUN;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(redis_key_count(&redis), 0);
  run.config.flags = 0;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  run.config.flags |= LOCKREC_DRY_RUN;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(run.result.already_locked, FIXTURE_OCCUPIED);
}

static void who_waits_keeps_its_own_deadline(void **state) {
  (void)state;
  slow_sheet(2500);
  start_winner(&members[0]);
  run.config.deadline_ms = 700;
  run_to_deadline(&run);
  assert_status(&run, LOCKREC_E_DEADLINE);
  assert_message(&run, "process");
  assert_at_deadline(&run);
  assert_true(run.busy_late_ms <= BUSY_LATE_MS);
  assert_nothing_read(&run);
}

static void who_waits_can_be_cancelled(void **state) {
  (void)state;
  slow_sheet(2500);
  start_winner(&members[0]);
  const int64_t late_ms = run_cancelled_after(&run, 300);
  assert_status(&run, LOCKREC_E_CANCELLED);
  assert_true(late_ms <= 50 + NOISE_MS);
  assert_nothing_read(&run);
}

static void who_is_cancelled_gives_the_turn_back(void **state) {
  (void)state;
  slow_sheet(2500);
  run_cancelled_after(&run, 300);
  assert_status(&run, LOCKREC_E_CANCELLED);
  slow_sheet(0);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_true(run.wall_ms < 1500);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(eight_at_once_read_the_sheet_three_times_at_most),
      TEST(eight_at_once_wait_for_a_slow_sheet),
      TEST(eight_at_once_without_scripts),
      TEST(the_contracts_acl_line_is_enough),
      TEST(a_second_start_in_time_is_skipped_at_once),
      TEST(a_start_after_that_time_works_again),
      TEST(another_prefix_is_another_fleet),
      TEST(a_dry_run_takes_no_turn_and_waits_for_none),
      TEST(who_waits_keeps_its_own_deadline),
      TEST(who_waits_can_be_cancelled),
      TEST(who_is_cancelled_gives_the_turn_back),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
