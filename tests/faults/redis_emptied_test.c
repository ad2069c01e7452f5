/* Redis restarts empty, or is lost again and again, in the middle of the work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "relay.h"
#include "spools.h"

/* Two scripts, of 500 and 100 keys; the first one's reply is "*500\r\n" and 500 times ":1\r\n". */
enum { SPOOLS = 600, FIRST_REPLY_BYTES = 6 + 500 * 4 };

static redis_server_t redis;
static relay_t relay;
static spools_t spools;
static run_t run;
static process_t helper;

static int start(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  relay_start(&relay, redis.port, redis.process.pid);
  spools_make(&spools, "SP-", SPOOLS);
  return 0;
}

static int end_all(void **state) {
  (void)state;
  spools_free(&spools);
  relay_end(&relay);
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  relay_pass(&relay);
  run_init(&run);
  spools_use(&spools, &run);
  run.config.redis_url = relay.url;
  helper.pid = 0;
  return 0;
}

static int end(void **state) {
  (void)state;
  process_kill(&helper);
  run_free(&run);
  return 0;
}

/* As a restart without a dump does, in the moment between the lost connection and the next one. */
static void empty_it_when_the_relay_breaks(void *argument) {
  (void)argument;
  while (relay_hits(&relay) == 0) {
    sleep_ms(1);
  }
  redis_must(&redis, "FLUSHALL", NULL);
}

static void expect_all_permanent(const char *moment, int reply_bytes) {
  relay_rule(&relay, moment, reply_bytes, RELAY_RESET, 1);
  process_fork(&helper, empty_it_when_the_relay_breaks, NULL, -1);
  run_reconcile(&run);
  assert_int_equal(relay_hits(&relay), 1);
  assert_int_equal(redis_key_count(&redis), SPOOLS);
  for (int i = 0; i < SPOOLS; ++i) {
    char key[64];
    snprintf(key, sizeof key, "spool_lock:%s", spools.tags[i]);
    assert_int_equal(redis_life_ms(&redis, key), -1);
  }
}

static void between_two_commits_then_all_are_made_again(void **state) {
  (void)state;
  expect_all_permanent("\r\nEVAL\r\n", FIRST_REPLY_BYTES);
  assert_restored(&run, 0);
  assert_logged(&run, LOCKREC_LOG_INFO, "looked at again");
}

static void while_it_is_looked_at_then_all_are_made(void **state) {
  (void)state;
  for (int i = 0; i < SPOOLS; ++i) {
    char key[64];
    snprintf(key, sizeof key, "spool_lock:%s", spools.tags[i]);
    redis_must(&redis, "SET", key, SPOOL_LOCK, NULL);
  }
  expect_all_permanent("\r\nMGET\r\n", SPOOLS / 2 * (int)(sizeof SPOOL_LOCK + 6));
  assert_restored(&run, 0);
}

static void locks_that_survive_keep_their_count(void **state) {
  (void)state;
  for (int i = 0; i < 300; ++i) {
    char key[64];
    snprintf(key, sizeof key, "spool_lock:%s", spools.tags[i]);
    if (i < 100) redis_must(&redis, "SET", key, SPOOL_LOCK, NULL);
    else if (i < 200) redis_must(&redis, "SET", key, FOREIGN_LOCK, NULL);
    else redis_must(&redis, "SET", key, SPOOL_LOCK, "PX", "9000", NULL);
  }
  relay_rule(&relay, "\r\nEVAL\r\n", 400, RELAY_RESET, 1);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(run.result.already_locked, 100);
  assert_int_equal(run.result.conflicting, 100);
  assert_int_equal(run.result.adopted, 100);
  assert_int_equal(run.result.reconciled, 300);
  assert_logged(&run, LOCKREC_LOG_INFO, "looked at again");
}

/* Each window waits for its end: no round after round as fast as the processor can. */
static void claims_that_never_arrive_are_tried_at_a_measured_pace(void **state) {
  (void)state;
  size_t rounds = 0;
  relay_rule(&relay, "\r\nSET\r\n", RELAY_NOTHING, RELAY_RESET, 0);
  run.config.deadline_ms = 2000;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_in_time(&run);
  for (size_t i = 0; i < run.line_count; ++i) {
    rounds += strstr(run.lines[i].text, "another round") != NULL;
  }
  assert_in_range(rounds, 1, 20);
  assert_true(relay_hits(&relay) < 60);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(between_two_commits_then_all_are_made_again),
      TEST(while_it_is_looked_at_then_all_are_made),
      TEST(locks_that_survive_keep_their_count),
      TEST(claims_that_never_arrive_are_tried_at_a_measured_pace),
  };
  return cmocka_run_group_tests(tests, start, end_all);
}
