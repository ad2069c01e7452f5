/* The sheets' host is connected to while the token is fetched from another: what that saves, and that it does no harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "relay.h"

static emulator_t google;
static relay_t token_host; /* another port of the same server: no connection serves both */
static redis_server_t redis;
static run_t run;
static char token_endpoint[96];

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  relay_start(&token_host, google.port, 0);
  snprintf(token_endpoint, sizeof token_endpoint, "https://127.0.0.1:%d/token", token_host.port);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  relay_end(&token_host);
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
  run.config.token_endpoint = token_endpoint;
  return 0;
}

static int end(void **state) {
  (void)state;
  emulator_tell(&google, "{\"op\":\"config\",\"delay_ms\":{\"token\":0}}");
  run_free(&run);
  return 0;
}

static void expect_all_restored(void) {
  redis_clean(&redis);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
}

/* Where in the emulator's list of requests the first of that kind stands; they are listed as they come. */
static const char *place_of(const char *kind) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"kind\": \"%s\"", kind);
  const char *found = strstr(google.answer, wanted);
  assert_non_null(found);
  return found;
}

static void connection_is_there_when_the_token_is(void **state) {
  (void)state;
  emulator_tell(&google, "{\"op\":\"config\",\"delay_ms\":{\"token\":300}}");
  expect_all_restored();
  assert_int_equal(emulator_stat(&google, "other"), 1);
  assert_int_equal(emulator_stat(&google, "handshakes"), 2);
  emulator_tell(&google, "{\"op\":\"stats\"}");
  assert_true(place_of("other") < place_of("metadata"));
  assert_non_null(strstr(google.answer, "\"method\": \"HEAD\""));
}

static void same_host_is_connected_to_once(void **state) {
  (void)state;
  run.config.token_endpoint = google.token_url;
  expect_all_restored();
  assert_int_equal(emulator_stat(&google, "other"), 0);
  assert_int_equal(emulator_stat(&google, "handshakes"), 1);
}

static void token_at_hand_needs_nothing_beside(void **state) {
  (void)state;
  run.config.credentials_file = run.config.token_endpoint = NULL;
  run.config.access_token = google.access_token;
  expect_all_restored();
  assert_int_equal(emulator_stat(&google, "other"), 0);
}

static void expect_no_harm(const char *fault) {
  emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"other\",%s}", fault);
  expect_all_restored();
  assert_in_time(&run);
  assert_true(run.result.elapsed_ms < 2000);
}

static void silence_is_waited_for_no_longer_than_a_connection_takes(void **state) {
  (void)state;
  expect_no_harm("\"kind\":\"stall\"");
  assert_int_equal(emulator_stat(&google, "handshakes"), 3);
}

static void what_goes_wrong_is_left_to_the_request(void **state) {
  (void)state;
  expect_no_harm("\"kind\":\"reset\"");
  expect_no_harm("\"kind\":\"status\",\"code\":500,\"body\":\"no\"");
  expect_no_harm("\"kind\":\"drop\"");
}

static void token_that_is_refused_is_what_is_told(void **state) {
  (void)state;
  emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"token\",\"kind\":\"status\",\"code\":400,\"body\":\"{}\"}");
  run_reconcile(&run);
  assert_int_equal(run.result.phase, LOCKREC_PHASE_TOKEN);
  assert_nothing_read(&run);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(connection_is_there_when_the_token_is),  TEST(same_host_is_connected_to_once),
      TEST(token_at_hand_needs_nothing_beside),     TEST(silence_is_waited_for_no_longer_than_a_connection_takes),
      TEST(what_goes_wrong_is_left_to_the_request), TEST(token_that_is_refused_is_what_is_told),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
