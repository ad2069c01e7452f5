/* Every way in which Google's end can fail, at each of its requests: in time, with its own status, and no lock made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

enum { SHORT_MS = 700, LONG_MS = 5000, PROMPT_MS = 400 + LATE_MS };

static emulator_t google;
static redis_server_t redis;
static run_t run;

static const char *const places[] = {"token", "metadata", "values"};
enum { PLACES = 3 };

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
  run.config.deadline_ms = SHORT_MS;
  return 0;
}

static int end(void **state) {
  (void)state;
  emulator_tell(&google, "{\"op\":\"reset\"}");
  run_free(&run);
  return 0;
}

/* what: further members of the fault, such as "\"kind\":\"stall\"". */
static void plan(const char *where, int times, const char *what) {
  emulator_tell(&google, "{\"op\":\"reset\"}");
  emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"%s\",\"times\":%d,%s}", where, times, what);
}

static void expect(const char *where, const char *what, int32_t status, int32_t domain, int64_t code) {
  print_message("           at %s: %s\n", where, what);
  plan(where, 0, what);
  run_reconcile(&run);
  assert_status(&run, status);
  assert_in_time(&run);
  if (domain != LOCKREC_CAUSE_NONE) {
    assert_cause(&run, domain, code);
  }
  const int at_token = strcmp(where, "token") == 0 || strcmp(where, "connect") == 0;
  assert_int_equal(run.result.phase, at_token ? LOCKREC_PHASE_TOKEN : LOCKREC_PHASE_SHEET);
  assert_nothing_read(&run);
  assert_int_equal(redis_key_count(&redis), 0);
}

static void expect_everywhere(const char *what, int32_t status, int32_t domain, int64_t code) {
  for (int i = 0; i < PLACES; ++i) {
    expect(places[i], what, status, domain, code);
  }
}

static void expect_silence(const char *what) {
  for (int i = 0; i < PLACES; ++i) {
    expect(places[i], what, LOCKREC_E_DEADLINE, LOCKREC_CAUSE_NONE, 0);
    assert_at_deadline(&run);
  }
}

/* Once only, then as always. */
static void expect_recovery(const char *where, const char *what) {
  print_message("           at %s, once: %s\n", where, what);
  redis_clean(&redis);
  plan(where, 1, what);
  run.config.deadline_ms = LONG_MS;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_all_restored(&run, &redis);
}

static void google_healthy_restores_all(void **state) {
  (void)state;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
  assert_int_equal(run.result.unconfirmed, 0);
  assert_int_equal(emulator_stat(&google, "token"), 1);
  assert_int_equal(emulator_stat(&google, "metadata"), 1);
  assert_int_equal(emulator_stat(&google, "values"), 1);
  assert_int_equal(emulator_stat(&google, "confirm"), 1);
}

static void google_stall_is_silence(void **state) {
  (void)state;
  expect_silence("\"kind\":\"stall\"");
}

static void google_one_byte_a_second_is_silence(void **state) {
  (void)state;
  expect_silence("\"kind\":\"trickle\",\"interval_ms\":1000");
}

static void google_tls_stall_is_silence(void **state) {
  (void)state;
  expect("connect", "\"kind\":\"tls_stall\"", LOCKREC_E_DEADLINE, LOCKREC_CAUSE_NONE, 0);
  assert_at_deadline(&run);
}

static void google_429_is_quota(void **state) {
  (void)state;
  static const char what[] = "\"kind\":\"google_error\",\"name\":\"quota_429\"";
  expect("metadata", what, LOCKREC_E_SHEET_QUOTA, LOCKREC_CAUSE_HTTP, 429);
  expect("values", what, LOCKREC_E_SHEET_QUOTA, LOCKREC_CAUSE_HTTP, 429);
}

static void google_403_for_rate_is_quota(void **state) {
  (void)state;
  expect("values", "\"kind\":\"google_error\",\"name\":\"rate_403\"", LOCKREC_E_SHEET_QUOTA, LOCKREC_CAUSE_HTTP, 403);
}

static void google_429_with_a_long_retry_after_returns_at_once(void **state) {
  (void)state;
  run.config.deadline_ms = LONG_MS;
  expect("values", "\"kind\":\"google_error\",\"name\":\"quota_429\",\"headers\":{\"Retry-After\":\"60\"}",
         LOCKREC_E_SHEET_QUOTA, LOCKREC_CAUSE_HTTP, 429);
  assert_true(run.wall_ms <= PROMPT_MS);
  assert_int_equal(emulator_stat(&google, "values"), 1);
}

static void google_retry_after_is_honoured(void **state) {
  (void)state;
  expect_recovery("values", "\"kind\":\"google_error\",\"name\":\"quota_429\",\"headers\":{\"Retry-After\":\"2\"}");
  assert_true(run.wall_ms >= 1900);
}

static void google_5xx_is_unavailable(void **state) {
  (void)state;
  expect_everywhere("\"kind\":\"google_error\",\"name\":\"unavailable_503\"", LOCKREC_E_SHEET_UNAVAILABLE,
                    LOCKREC_CAUSE_HTTP, 503);
  expect("values", "\"kind\":\"google_error\",\"name\":\"bad_gateway_502\"", LOCKREC_E_SHEET_UNAVAILABLE,
         LOCKREC_CAUSE_HTTP, 502);
  expect("metadata", "\"kind\":\"status\",\"code\":408", LOCKREC_E_SHEET_UNAVAILABLE, LOCKREC_CAUSE_HTTP, 408);
}

static void google_503_that_passes_restores_all(void **state) {
  (void)state;
  for (int i = 0; i < PLACES; ++i) {
    expect_recovery(places[i], "\"kind\":\"google_error\",\"name\":\"unavailable_503\"");
  }
}

static void google_401_is_auth_after_one_new_token(void **state) {
  (void)state;
  run.config.deadline_ms = LONG_MS;
  expect("values", "\"kind\":\"google_error\",\"name\":\"unauthenticated\"", LOCKREC_E_SHEET_AUTH, LOCKREC_CAUSE_HTTP,
         401);
  assert_int_equal(emulator_stat(&google, "token"), 2);
  assert_true(run.wall_ms <= PROMPT_MS);
}

static void google_401_once_gets_a_new_token_and_restores_all(void **state) {
  (void)state;
  expect_recovery("metadata", "\"kind\":\"google_error\",\"name\":\"unauthenticated\"");
  assert_int_equal(emulator_stat(&google, "token"), 2);
}

static void google_three_403s_are_told_apart(void **state) {
  (void)state;
  static const struct {
    const char *name;
    const char *told;
  } kinds[] = {
      {"not_shared", "lockrec@lockrec-test.iam.gserviceaccount.com"}, {"api_disabled", "API"}, {"scope", "scope"}};
  char messages[3][256];
  for (int i = 0; i < 3; ++i) {
    char what[96];
    snprintf(what, sizeof what, "\"kind\":\"google_error\",\"name\":\"%s\"", kinds[i].name);
    run.config.deadline_ms = LONG_MS;
    expect("metadata", what, LOCKREC_E_SHEET_PERMISSION, LOCKREC_CAUSE_HTTP, 403);
    assert_true(run.wall_ms <= PROMPT_MS);
    assert_message(&run, kinds[i].told);
    memcpy(messages[i], run.result.message, sizeof messages[i]);
  }
  assert_string_not_equal(messages[0], messages[1]);
  assert_string_not_equal(messages[1], messages[2]);
}

static void google_404_is_not_found(void **state) {
  (void)state;
  run.config.deadline_ms = LONG_MS;
  expect("metadata", "\"kind\":\"google_error\",\"name\":\"not_found\"", LOCKREC_E_SHEET_NOT_FOUND, LOCKREC_CAUSE_HTTP,
         404);
  assert_true(run.wall_ms <= PROMPT_MS);
}

static void google_html_is_no_sheet(void **state) {
  (void)state;
  expect("metadata", "\"kind\":\"html\"", LOCKREC_E_SHEET_FORMAT, LOCKREC_CAUSE_NONE, 0);
  expect("values", "\"kind\":\"html\"", LOCKREC_E_SHEET_FORMAT, LOCKREC_CAUSE_NONE, 0);
}

static void google_html_for_a_token_is_an_error(void **state) {
  (void)state;
  plan("token", 0, "\"kind\":\"html\"");
  run_reconcile(&run);
  assert_true(run.result.status == LOCKREC_E_SHEET_FORMAT || run.result.status == LOCKREC_E_SHEET_AUTH);
  assert_in_time(&run);
  assert_nothing_read(&run);
}

static void google_body_cut_short_is_unavailable(void **state) {
  (void)state;
  for (int i = 0; i < PLACES; ++i) {
    plan(places[i], 0, "\"kind\":\"cut\"");
    run_reconcile(&run);
    assert_status(&run, LOCKREC_E_SHEET_UNAVAILABLE);
    assert_int_equal(run.result.cause_domain, LOCKREC_CAUSE_CURL);
    assert_in_time(&run);
    assert_nothing_read(&run);
  }
  expect_recovery("values", "\"kind\":\"cut\"");
}

static void google_reset_is_unavailable(void **state) {
  (void)state;
  for (int i = 0; i < PLACES; ++i) {
    plan(places[i], 0, "\"kind\":\"reset\"");
    run_reconcile(&run);
    assert_status(&run, LOCKREC_E_SHEET_UNAVAILABLE);
    assert_in_time(&run);
    assert_nothing_read(&run);
  }
  expect_recovery("metadata", "\"kind\":\"reset\"");
}

static void google_hundred_megabytes_is_refused_by_size(void **state) {
  (void)state;
  run.config.deadline_ms = LONG_MS;
  expect("values", "\"kind\":\"big\",\"bytes\":104857600", LOCKREC_E_SHEET_FORMAT, LOCKREC_CAUSE_NONE, 0);
  assert_message(&run, "larger than");
  expect("metadata", "\"kind\":\"big\",\"bytes\":104857600", LOCKREC_E_SHEET_FORMAT, LOCKREC_CAUSE_NONE, 0);
  assert_message(&run, "larger than");
}

static void google_million_commas_are_not_parsed(void **state) {
  (void)state;
  run.config.deadline_ms = LONG_MS;
  expect("values", "\"kind\":\"big\",\"bytes\":3000000,\"fill\":\"\\\"\\\",\"", LOCKREC_E_SHEET_FORMAT,
         LOCKREC_CAUSE_NONE, 0);
  assert_message(&run, "more than");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(google_healthy_restores_all),
      TEST(google_stall_is_silence),
      TEST(google_one_byte_a_second_is_silence),
      TEST(google_tls_stall_is_silence),
      TEST(google_429_is_quota),
      TEST(google_403_for_rate_is_quota),
      TEST(google_429_with_a_long_retry_after_returns_at_once),
      TEST(google_retry_after_is_honoured),
      TEST(google_5xx_is_unavailable),
      TEST(google_503_that_passes_restores_all),
      TEST(google_401_is_auth_after_one_new_token),
      TEST(google_401_once_gets_a_new_token_and_restores_all),
      TEST(google_three_403s_are_told_apart),
      TEST(google_404_is_not_found),
      TEST(google_html_is_no_sheet),
      TEST(google_html_for_a_token_is_an_error),
      TEST(google_body_cut_short_is_unavailable),
      TEST(google_reset_is_unavailable),
      TEST(google_hundred_megabytes_is_refused_by_size),
      TEST(google_million_commas_are_not_parsed),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
