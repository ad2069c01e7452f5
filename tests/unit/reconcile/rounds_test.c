/* What happens to a claim between its making and its commit: it goes, is taken by others, or has to wait for a round.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "relay.h"
#include "run.h"

enum { MANY = 3000 };

static redis_server_t redis;
static emulator_t google;
static run_t run;

static int start(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  emulator_start(&google, NULL);
  return 0;
}

static int stop(void **state) {
  (void)state;
  emulator_end(&google);
  redis_end(&redis);
  return 0;
}

/* The confirm read fails, and the line that says so is the moment at which tests step in: claims are made by then. */
static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  run_init(&run);
  fixture_use_sheet(&run, &google);
  run_use_redis(&run, &redis);
  emulator_tell(&google,
                "{\"op\":\"fault\",\"where\":\"confirm\",\"times\":0,\"kind\":\"google_error\","
                "\"name\":\"not_shared\"}");
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static int is_between_claim_and_commit(const char *text) { return strstr(text, "could not be read again") != NULL; }

static void disturb_claims(run_t *at, const char *text) {
  if (!is_between_claim_and_commit(text) || at->user != NULL) return;
  at->user = at; /* once */
  char own[64];
  snprintf(own, sizeof own, "%s", redis_command(&redis, "GET", "spool_lock:SP-0003", NULL).text);
  *strchr(own, ':') = '\0';
  strcat(own, ":the-application-itself:now");
  redis_command(&redis, "DEL", "spool_lock:SP-0001", NULL);
  redis_command(&redis, "SET", "spool_lock:SP-0002", "777:another:now", NULL);
  redis_command(&redis, "SET", "spool_lock:SP-0003", own, NULL);
  redis_command(&redis, "DEL", "spool_lock:SP-0004", NULL);
  redis_command(&redis, "RPUSH", "spool_lock:SP-0004", "x", NULL);
}

static int32_t outcome_of(const char *tag) {
  for (size_t i = 0; i < run.row_count; ++i) {
    if (strcmp(run.rows[i].tag, tag) == 0) return run.rows[i].outcome;
  }
  return -1;
}

static void claim_that_is_no_longer_ours_is_judged_by_what_stands_there(void **state) {
  (void)state;
  run.on_line = disturb_claims;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_non_null(run.user);
  assert_int_equal(outcome_of("SP-0001"), LOCKREC_ROW_RECONCILED); /* claimed once more */
  assert_int_equal(outcome_of("SP-0002"), LOCKREC_ROW_CONFLICTING);
  assert_int_equal(outcome_of("SP-0003"), LOCKREC_ROW_ALREADY_LOCKED);
  assert_int_equal(outcome_of("SP-0004"), LOCKREC_ROW_CONFLICTING);
  assert_int_equal(outcome_of("SP-0005"), LOCKREC_ROW_RECONCILED);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0001"), -1);
  assert_string_equal(redis_must(&redis, "GET", "spool_lock:SP-0002", NULL).text, "777:another:now");
  assert_int_equal(redis_must(&redis, "LLEN", "spool_lock:SP-0004", NULL).integer, 1);
}

static void put_a_peers_claim_there(run_t *at, const char *text) {
  if (!is_between_claim_and_commit(text) || at->user != NULL) return;
  at->user = at; /* once */
  char value[64];
  snprintf(value, sizeof value, "%s", redis_command(&redis, "GET", "spool_lock:SP-0001", NULL).text);
  *strchr(value, ':') = '\0';
  strcat(value, ":peer:d");
  redis_command(&redis, "SET", "spool_lock:SP-0001", value, "PX", "9000", NULL);
}

static void half_made_lock_found_at_commit_is_adopted_in_another_round(void **state) {
  (void)state;
  run.on_line = put_a_peers_claim_there;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(outcome_of("SP-0001"), LOCKREC_ROW_ADOPTED);
  assert_int_equal(run.result.unprocessed, 0);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0001"), -1);
}

static char former_value[96];

static void take_the_first_claim_away(run_t *at, const char *text) {
  if (!is_between_claim_and_commit(text) || at->user != NULL) return;
  at->user = at; /* once */
  snprintf(former_value, sizeof former_value, "%s", redis_command(&redis, "GET", "spool_lock:SP-0001", NULL).text);
  redis_command(&redis, "DEL", "spool_lock:SP-0001", NULL);
}

/* A peer that adopts the first claim commits on the word of a confirm read that may be older than the second one. */
static void claim_that_is_made_once_more_has_another_value(void **state) {
  (void)state;
  run.on_line = take_the_first_claim_away;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(outcome_of("SP-0001"), LOCKREC_ROW_RECONCILED);
  const char *value = redis_must(&redis, "GET", "spool_lock:SP-0001", NULL).text;
  assert_string_not_equal(value, former_value);
  assert_int_equal(strncmp(value, former_value, strcspn(former_value, ":")), 0); /* the owner stays */
}

static void delete_every_claim(run_t *at, const char *text) {
  (void)at;
  if (is_between_claim_and_commit(text)) redis_command(&redis, "DEL", "spool_lock:SP-0001", NULL);
}

static void claim_that_is_gone_twice_is_failed_and_said(void **state) {
  (void)state;
  run.on_line = delete_every_claim;
  assert_int_equal(run_reconcile(&run), LOCKREC_PARTIAL);
  assert_int_equal(run.result.failed, 1);
  assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED - 1);
  assert_int_equal(outcome_of("SP-0001"), LOCKREC_ROW_FAILED);
  assert_logged(&run, LOCKREC_LOG_WARNING, "safety_ttl_ms");
}

static void delete_two_times(run_t *at, const char *text) {
  static int times;
  at->user = &times;
  if (is_between_claim_and_commit(text) && times++ < 2) redis_command(&redis, "DEL", "spool_lock:SP-0001", NULL);
}

/* The half-made lock of another goes first, then our own claim: only that one was ours to lose. */
static void lapsed_adoption_does_not_use_up_the_second_claim(void **state) {
  (void)state;
  run.config.flags = LOCKREC_DRY_RUN;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  char value[64];
  const char *id = strchr(run.rows[0].owner, '(') + 1;
  snprintf(value, sizeof value, "%.*s:peer:d", (int)strcspn(id, ")"), id);
  redis_must(&redis, "SET", "spool_lock:SP-0001", value, "PX", "9000", NULL);
  run.config.flags = 0;
  run.on_line = delete_two_times;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(outcome_of("SP-0001"), LOCKREC_ROW_RECONCILED);
}

/* Silence to the first claims lasts for their window only, half of the safety life: the next round is another try. */
static void claims_without_an_answer_are_made_in_another_round(void **state) {
  (void)state;
  fixture_use_rows(&run);
  run.config.safety_ttl_ms = 200;
  const lockrec_row_t one[] = {{"SLOW", "MR(93)", "21-01-2026 14:30:00"}};
  run.config.rows = one;
  run.config.row_count = 1;
  run.config.spreadsheet_id = run.config.credentials_file = run.config.sheets_endpoint = run.config.token_endpoint =
      NULL;
  run_use_redis(&run, &redis);
  relay_t relay;
  relay_start(&relay, redis.port, redis.process.pid);
  relay_rule(&relay, "\r\nSET\r\n", 0, RELAY_STALL, 1);
  run.config.redis_url = relay.url;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, 1);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SLOW"), -1);
  relay_end(&relay);
}

/* A Redis that loses the connection in mid-claim costs no lock. */
static void claims_lost_on_the_way_are_found_to_be_ours(void **state) {
  (void)state;
  static char tags[MANY][16];
  static lockrec_row_t rows[MANY];
  for (int i = 0; i < MANY; ++i) {
    snprintf(tags[i], sizeof tags[i], "MANY-%05d", i);
    rows[i] = (lockrec_row_t){tags[i], "MR(93)", "21-01-2026 14:30:00"};
  }
  relay_t relay;
  relay_start(&relay, redis.port, redis.process.pid);
  relay_rule(&relay, "\r\nSET\r\n", 1000, RELAY_RESET, 2);
  run_free(&run);
  run_init(&run);
  run_use_rows(&run, rows, MANY, "America/Santiago");
  run.config.redis_url = relay.url;
  run.config.now_unix_ms = FIXTURE_NOW_MS;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(relay_hits(&relay), 2);
  assert_int_equal(run.result.reconciled, MANY);
  assert_int_equal(redis_key_count(&redis), MANY);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:MANY-00000"), -1);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:MANY-02999"), -1);
  relay_end(&relay);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(claim_that_is_no_longer_ours_is_judged_by_what_stands_there),
      TEST(half_made_lock_found_at_commit_is_adopted_in_another_round),
      TEST(claim_that_is_made_once_more_has_another_value),
      TEST(claim_that_is_gone_twice_is_failed_and_said),
      TEST(lapsed_adoption_does_not_use_up_the_second_claim),
      TEST(claims_without_an_answer_are_made_in_another_round),
      TEST(claims_lost_on_the_way_are_found_to_be_ours),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
