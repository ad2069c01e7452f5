/* The deadline and a cancel, in each phase: back in time, every row counted, nothing made permanent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"
#include "loopback.h"
#include "relay.h"

enum { SHORT_MS = 900, LONG_MS = 20000, CANCEL_AFTER_MS = 500, CANCELLED_WITHIN_MS = LATE_MS };

static emulator_t google;
static redis_server_t redis;
static relay_t relay;
static run_t run;

struct phase {
  const char *google; /* the request that Google does not answer, or NULL */
  const char *redis;  /* the command that Redis does not answer, or NULL */
  int32_t phase;
  int rows_known;
};

static struct phase phases[] = {
    {"token", NULL, LOCKREC_PHASE_TOKEN, 0},
    {"metadata", NULL, LOCKREC_PHASE_SHEET, 0},
    {"values", NULL, LOCKREC_PHASE_SHEET, 0},
    {NULL, "", LOCKREC_PHASE_CONNECT, 1},
    {NULL, "\r\nMGET\r\n$18\r\nspool_lock:SP-", LOCKREC_PHASE_LOOK, 1},
    {NULL, "SET\r\n$18\r\nspool_lock:SP-", LOCKREC_PHASE_CLAIM, 1},
    {NULL, "EVAL\r\n", LOCKREC_PHASE_COMMIT, 1},
    {"confirm", NULL, LOCKREC_PHASE_CONFIRM, 1},
};

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  relay_start(&relay, redis.port, redis.process.pid);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&google);
  relay_end(&relay);
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  relay_pass(&relay);
  run_init(&run);
  fixture_use_sheet(&run, &google);
  run.config.redis_url = relay.url;
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static void silence_in(const struct phase *phase) {
  if (phase->google != NULL) {
    emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"%s\",\"kind\":\"stall\",\"times\":0}", phase->google);
  } else {
    relay_rule(&relay, phase->redis, RELAY_NOTHING, RELAY_STALL, 0);
  }
}

static void assert_ended_in(const struct phase *phase) {
  assert_int_equal(run.result.phase, phase->phase);
  if (phase->rows_known) {
    assert_nothing_done(&run);
  } else {
    assert_nothing_read(&run);
  }
  assert_nothing_permanent(&redis);
}

static void deadline_in_phase_returns_in_time(void **state) {
  const struct phase *phase = *state;
  silence_in(phase);
  run.config.deadline_ms = SHORT_MS;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_DEADLINE);
  assert_at_deadline(&run);
  assert_ended_in(phase);
}

static void cancel_in_phase_returns_at_once(void **state) {
  const struct phase *phase = *state;
  silence_in(phase);
  run.config.deadline_ms = LONG_MS;
  const int64_t late_ms = run_cancelled_after(&run, CANCEL_AFTER_MS);
  assert_status(&run, LOCKREC_E_CANCELLED);
  assert_true(late_ms >= 0 && late_ms <= CANCELLED_WITHIN_MS);
  assert_ended_in(phase);
}

/* Without a confirm the claims are still right, most likely: half of the time is left for them. */
static void deadline_in_confirm_commits_unconfirmed(void **state) {
  silence_in(*state);
  run.config.deadline_ms = SHORT_MS;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_true(run.wall_ms <= SHORT_MS * 3 / 4 + NOISE_MS);
  assert_all_restored(&run, &redis);
  assert_int_equal(run.result.unconfirmed, FIXTURE_OCCUPIED);
}

/* Confirm ends when the oldest claim has a quarter of its life left, however long the deadline. */
static void confirm_never_outlives_its_claims(void **state) {
  silence_in(*state);
  run.config.deadline_ms = LONG_MS;
  run.config.safety_ttl_ms = 1600;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_true(run.wall_ms <= 1600);
  assert_all_restored(&run, &redis);
  assert_int_equal(run.result.unconfirmed, FIXTURE_OCCUPIED);
}

static void cancel_before_the_call_does_nothing(void **state) {
  (void)state;
  const int32_t flag = 1;
  run.config.cancel_flag = &flag;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_CANCELLED);
  assert_true(run.wall_ms <= CANCELLED_WITHIN_MS);
  assert_nothing_read(&run);
  assert_int_equal(emulator_stat(&google, "token"), 0);
}

static int32_t callback_flag;

static void cancel_from_callback(run_t *of, const char *text) {
  (void)of;
  (void)text;
  __atomic_store_n(&callback_flag, 1, __ATOMIC_RELEASE);
}

static void cancel_from_a_callback_returns_at_once(void **state) {
  (void)state;
  callback_flag = 0;
  run.config.cancel_flag = &callback_flag;
  run.config.deadline_ms = LONG_MS;
  run.on_line = cancel_from_callback;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_CANCELLED);
  assert_nothing_permanent(&redis);
}

static void cancel_while_waiting_to_ask_google_again_returns_at_once(void **state) {
  (void)state;
  emulator_tell(&google,
                "{\"op\":\"fault\",\"where\":\"values\",\"kind\":\"google_error\",\"name\":\"quota_429\","
                "\"headers\":{\"Retry-After\":\"10\"},\"times\":0}");
  run.config.deadline_ms = LONG_MS;
  assert_true(run_cancelled_after(&run, CANCEL_AFTER_MS) <= CANCELLED_WITHIN_MS);
  assert_status(&run, LOCKREC_E_CANCELLED);
  assert_nothing_read(&run);
}

static void cancel_while_waiting_for_redis_returns_at_once(void **state) {
  (void)state;
  char url[64];
  int port;
  const int holder = loopback_refusing(&port);
  snprintf(url, sizeof url, "redis://127.0.0.1:%d/0", port);
  run.config.redis_url = url;
  run.config.deadline_ms = LONG_MS;
  assert_true(run_cancelled_after(&run, CANCEL_AFTER_MS) <= CANCELLED_WITHIN_MS);
  assert_status(&run, LOCKREC_E_CANCELLED);
  assert_nothing_done(&run);
  close(holder);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      {"deadline_in_token_returns_in_time", deadline_in_phase_returns_in_time, begin, end, &phases[0]},
      {"deadline_in_metadata_returns_in_time", deadline_in_phase_returns_in_time, begin, end, &phases[1]},
      {"deadline_in_values_returns_in_time", deadline_in_phase_returns_in_time, begin, end, &phases[2]},
      {"deadline_in_connect_returns_in_time", deadline_in_phase_returns_in_time, begin, end, &phases[3]},
      {"deadline_in_look_returns_in_time", deadline_in_phase_returns_in_time, begin, end, &phases[4]},
      {"deadline_in_claim_returns_in_time", deadline_in_phase_returns_in_time, begin, end, &phases[5]},
      {"deadline_in_commit_returns_in_time", deadline_in_phase_returns_in_time, begin, end, &phases[6]},
      {"deadline_in_confirm_commits_unconfirmed", deadline_in_confirm_commits_unconfirmed, begin, end, &phases[7]},
      {"confirm_never_outlives_its_claims", confirm_never_outlives_its_claims, begin, end, &phases[7]},
      {"cancel_in_token_returns_at_once", cancel_in_phase_returns_at_once, begin, end, &phases[0]},
      {"cancel_in_metadata_returns_at_once", cancel_in_phase_returns_at_once, begin, end, &phases[1]},
      {"cancel_in_values_returns_at_once", cancel_in_phase_returns_at_once, begin, end, &phases[2]},
      {"cancel_in_connect_returns_at_once", cancel_in_phase_returns_at_once, begin, end, &phases[3]},
      {"cancel_in_look_returns_at_once", cancel_in_phase_returns_at_once, begin, end, &phases[4]},
      {"cancel_in_claim_returns_at_once", cancel_in_phase_returns_at_once, begin, end, &phases[5]},
      {"cancel_in_commit_returns_at_once", cancel_in_phase_returns_at_once, begin, end, &phases[6]},
      {"cancel_in_confirm_returns_at_once", cancel_in_phase_returns_at_once, begin, end, &phases[7]},
      TEST(cancel_before_the_call_does_nothing),
      TEST(cancel_from_a_callback_returns_at_once),
      TEST(cancel_while_waiting_to_ask_google_again_returns_at_once),
      TEST(cancel_while_waiting_for_redis_returns_at_once),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
