/* A fleet whose winner dies, freezes or fails, or whose Redis forgets: another one does the work, and no harm is done.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "member.h"

enum { MEMBERS = 4, FLEET_TTL_MS = 60000, DEADLINE_MS = 12000, TURN_MS = 3000 };

#define TURN_KEY "lockrec:fleet:spool_lock:"

static redis_server_t redis;
static emulator_t emulator;
static member_t members[MEMBERS];
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
  for (int i = 0; i < MEMBERS; ++i) {
    process_signal(&members[i].process, SIGCONT);
    member_free(&members[i]);
  }
  run_free(&run);
  return 0;
}

/* The first one wins, and is then held by one reply of the emulator while the others arrive. */
static void start_all(const char *where, int delay_ms) {
  emulator_tell(&emulator, "{\"op\":\"fault\",\"where\":\"%s\",\"kind\":\"delay\",\"delay_ms\":%d}", where, delay_ms);
  member_start(&members[0], &run.config, &redis);
  while (redis_command(&redis, "EXISTS", TURN_KEY, NULL).integer == 0) {
    sleep_ms(2);
  }
  while (emulator_stat(&emulator, where) == 0) {
    sleep_ms(10);
  }
  for (int i = 1; i < MEMBERS; ++i) {
    member_start(&members[i], &run.config, &redis);
  }
  sleep_ms(200);
}

/* Of those that waited one did the work. Returns when the first of them returned. */
static int64_t expect_takeover(void) {
  int64_t first_ms = INT64_MAX;
  int done = 0;
  for (int i = 1; i < MEMBERS; ++i) {
    const member_end_t *its = members[i].end;
    member_wait(&members[i], DEADLINE_MS + 2000);
    if (its->result.status < LOCKREC_OK) {
      fail_msg("%s: %s", lockrec_status_name(its->result.status), its->result.message);
    }
    done += its->result.status == LOCKREC_OK;
    assert_int_equal(its->locks, FIXTURE_OCCUPIED);
    first_ms = its->returned_at_ms < first_ms ? its->returned_at_ms : first_ms;
  }
  assert_int_equal(done, 1);
  return first_ms;
}

static void killed_while_reading(void **state) {
  (void)state;
  start_all("values", 5000);
  const int64_t killed_ms = monotonic_ms();
  process_kill(&members[0].process);
  const int64_t took_ms = expect_takeover() - killed_ms;
  assert_in_range(took_ms, 500, TURN_MS + 1500);
  print_message("measured: a killed winner was replaced, and all was done, after %lld ms\n", (long long)took_ms);
}

static void killed_between_claim_and_commit(void **state) {
  (void)state;
  start_all("confirm", 5000);
  process_kill(&members[0].process);
  expect_takeover();
}

/* It awakes when all is done: a lock that went with its occupation meanwhile stays gone. */
static void stopped_and_continued_later(void **state) {
  (void)state;
  start_all("confirm", 300);
  process_signal(&members[0].process, SIGSTOP);
  expect_takeover();
  emulator_tell(&emulator, "{\"op\":\"set\",\"tag\":\"SP-0001\",\"column\":\"Ocupado_Por\",\"value\":\"DISPONIBLE\"}");
  redis_must(&redis, "DEL", "spool_lock:SP-0001", NULL);
  process_signal(&members[0].process, SIGCONT);
  member_wait(&members[0], DEADLINE_MS);
  assert_int_equal(redis_permanent_count(&redis), FIXTURE_OCCUPIED - 1);
  assert_int_not_equal(redis_life_ms(&redis, "spool_lock:SP-0001"), -1);
  assert_true(redis_life_ms(&redis, TURN_KEY) > 0);
}

/* Its turn is somebody else's when it awakes: that one's turn is not its to end or to renew. */
static void stopped_and_continued_during_the_next_turn(void **state) {
  (void)state;
  start_all("values", 300);
  emulator_tell(&emulator, "{\"op\":\"fault\",\"where\":\"values\",\"kind\":\"delay\",\"delay_ms\":1500}");
  process_signal(&members[0].process, SIGSTOP);
  while (emulator_stat(&emulator, "values") < 2) {
    sleep_ms(10);
  }
  process_signal(&members[0].process, SIGCONT);
  expect_takeover();
  member_wait(&members[0], DEADLINE_MS);
  assert_true(members[0].end->result.status >= LOCKREC_OK);
  assert_int_equal(redis_permanent_count(&redis), FIXTURE_OCCUPIED);
}

static void failed_gives_the_turn_back(void **state) {
  (void)state;
  emulator_tell(&emulator,
                "{\"op\":\"fault\",\"where\":\"metadata\",\"kind\":\"google_error\",\"name\":\"not_shared\","
                "\"delay_ms\":600}");
  member_start(&members[0], &run.config, &redis);
  while (redis_command(&redis, "EXISTS", TURN_KEY, NULL).integer == 0) {
    sleep_ms(2);
  }
  for (int i = 1; i < MEMBERS; ++i) {
    member_start(&members[i], &run.config, &redis);
  }
  member_wait(&members[0], DEADLINE_MS);
  assert_int_equal(members[0].end->result.status, LOCKREC_E_SHEET_PERMISSION);
  const int64_t took_ms = expect_takeover() - members[0].end->returned_at_ms;
  assert_true(took_ms < 1500);
  print_message("measured: a turn given back was used, and all was done, after %lld ms\n", (long long)took_ms);
}

static void nobody_left_to_wait_frees_the_turn(void **state) {
  (void)state;
  emulator_tell(&emulator,
                "{\"op\":\"fault\",\"where\":\"metadata\",\"kind\":\"google_error\",\"name\":\"not_shared\"}");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_SHEET_PERMISSION);
  assert_int_equal(redis_key_count(&redis), 0);
}

static void redis_forgets_everything_in_the_middle(void **state) {
  (void)state;
  start_all("confirm", 800);
  redis_restart(&redis);
  for (int i = 0; i < MEMBERS; ++i) {
    const member_end_t *its = members[i].end;
    member_wait(&members[i], DEADLINE_MS + 2000);
    if (its->result.status < LOCKREC_OK) {
      fail_msg("%s: %s", lockrec_status_name(its->result.status), its->result.message);
    }
    assert_int_equal(its->locks, FIXTURE_OCCUPIED);
  }
}

static void a_key_of_somebody_elses_in_its_place_is_named(void **state) {
  (void)state;
  redis_must(&redis, "LPUSH", TURN_KEY, "x", NULL);
  run.config.deadline_ms = 1000;
  run_reconcile(&run);
  assert_true(run.result.status < 0);
  assert_message(&run, "lockrec:fleet:");
  assert_in_time(&run);
  assert_int_equal(redis_must(&redis, "LLEN", TURN_KEY, NULL).integer, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(killed_while_reading),
      TEST(killed_between_claim_and_commit),
      TEST(stopped_and_continued_later),
      TEST(stopped_and_continued_during_the_next_turn),
      TEST(failed_gives_the_turn_back),
      TEST(nobody_left_to_wait_frees_the_turn),
      TEST(redis_forgets_everything_in_the_middle),
      TEST(a_key_of_somebody_elses_in_its_place_is_named),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
