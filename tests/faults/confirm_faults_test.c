/* A confirm read that fails never costs a lock, nor the call's status: the claims are committed unconfirmed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

enum { DEADLINE_MS = 1500 };

static emulator_t google;
static redis_server_t redis;
static run_t run;

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&google);
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  run_init(&run);
  run_use_redis(&run, &redis);
  fixture_use_sheet(&run, &google);
  run.config.deadline_ms = DEADLINE_MS;
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static void confirm_fault_commits_unconfirmed(void **state) {
  const char *what = *state;
  emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"confirm\",\"times\":0,%s}", what);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_all_restored(&run, &redis);
  assert_int_equal(run.result.unconfirmed, FIXTURE_OCCUPIED);
  assert_logged(&run, LOCKREC_LOG_WARNING, "confirm");
  for (size_t i = 0; i < run.row_count; ++i) {
    if (run.rows[i].outcome == LOCKREC_ROW_RECONCILED) {
      assert_int_equal(run.rows[i].reason, LOCKREC_REASON_NOT_CONFIRMED);
    }
  }
}

static void confirm_503_once_is_confirmed_in_the_end(void **state) {
  (void)state;
  emulator_tell(&google,
                "{\"op\":\"fault\",\"where\":\"confirm\",\"times\":1,\"kind\":\"google_error\","
                "\"name\":\"unavailable_503\"}");
  run.config.deadline_ms = 6000;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
  assert_int_equal(run.result.unconfirmed, 0);
}

/* The race that confirm is for: a worker finishes between our read and our write. */
static void confirm_withdraws_what_was_freed_meanwhile(void **state) {
  (void)state;
  emulator_tell(&google,
                "{\"op\":\"edit_on\",\"where\":\"confirm\",\"when\":\"before\",\"edits\":[{\"op\":\"set\","
                "\"tag\":\"SP-0002\",\"column\":\"Ocupado_Por\",\"value\":\"DISPONIBLE\"}]}");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED - 1);
  assert_int_equal(run.result.withdrawn, 1);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0002"), -2);
  assert_int_equal(redis_key_count(&redis), FIXTURE_OCCUPIED - 1);
}

/* A peer adopted the claim, and its confirm read, later than ours, found the worker back at work: no claim any more. */
static void adopt_as_a_peer_would(run_t *at, const char *text) {
  if (strstr(text, "the claim was taken back") == NULL) return;
  at->user = at;
  redis_command(&redis, "PERSIST", "spool_lock:SP-0002", NULL);
}

static void withdraw_what_a_peer_has_made_permanent(void) {
  emulator_tell(&google,
                "{\"op\":\"edit_on\",\"where\":\"confirm\",\"when\":\"before\",\"edits\":[{\"op\":\"set\","
                "\"tag\":\"SP-0002\",\"column\":\"Ocupado_Por\",\"value\":\"DISPONIBLE\"},{\"op\":\"set\","
                "\"tag\":\"SP-0003\",\"column\":\"Ocupado_Por\",\"value\":\"DISPONIBLE\"}]}");
  run.on_line = adopt_as_a_peer_would;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_non_null(run.user);
  assert_int_equal(run.result.withdrawn, 2);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0002"), -1);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0003"), -2);
}

static void withdrawing_spares_a_claim_that_a_peer_made_permanent(void **state) {
  (void)state;
  withdraw_what_a_peer_has_made_permanent();
}

static void withdrawing_without_scripts_spares_it_too(void **state) {
  (void)state;
  redis_must(&redis, "ACL", "SETUSER", "default", "-eval", NULL);
  withdraw_what_a_peer_has_made_permanent();
  redis_must(&redis, "ACL", "SETUSER", "default", "+@all", NULL);
}

int main(void) {
#define FAULT(name, what) \
  { "confirm_" name "_commits_unconfirmed", confirm_fault_commits_unconfirmed, begin, end, what }
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  static char unavailable[] = "\"kind\":\"google_error\",\"name\":\"unavailable_503\"";
  static char quota[] = "\"kind\":\"google_error\",\"name\":\"quota_429\"";
  static char auth[] = "\"kind\":\"google_error\",\"name\":\"unauthenticated\"";
  static char permission[] = "\"kind\":\"google_error\",\"name\":\"not_shared\"";
  static char missing[] = "\"kind\":\"google_error\",\"name\":\"not_found\"";
  static char html[] = "\"kind\":\"html\"";
  static char cut[] = "\"kind\":\"cut\"";
  static char reset[] = "\"kind\":\"reset\"";
  static char stall[] = "\"kind\":\"stall\"";
  static char trickle[] = "\"kind\":\"trickle\"";
  static char big[] = "\"kind\":\"big\",\"bytes\":104857600";
  static char commas[] = "\"kind\":\"big\",\"bytes\":3000000,\"fill\":\"\\\"\\\",\"";
  const struct CMUnitTest tests[] = {
      FAULT("503", unavailable),
      FAULT("429", quota),
      FAULT("401", auth),
      FAULT("403", permission),
      FAULT("404", missing),
      FAULT("html", html),
      FAULT("cut", cut),
      FAULT("reset", reset),
      FAULT("stall", stall),
      FAULT("trickle", trickle),
      FAULT("100_mb", big),
      FAULT("million_commas", commas),
      TEST(confirm_503_once_is_confirmed_in_the_end),
      TEST(confirm_withdraws_what_was_freed_meanwhile),
      TEST(withdrawing_spares_a_claim_that_a_peer_made_permanent),
      TEST(withdrawing_without_scripts_spares_it_too),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
