/* What goes wrong below HTTP and RESP: connections to Google's end, and TLS at both ends. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fault_server.h"
#include "fixture.h"
#include "loopback.h"
#include "tls_files.h"

enum { SHORT_MS = 700 };

static emulator_t google;
static redis_server_t redis;
static redis_server_t secure;
static run_t run;
static char address[96];

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  redis_start_tls(&secure, 1);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&google);
  redis_end(&secure);
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  redis_clean(&secure);
  run_init(&run);
  run_use_redis(&run, &redis);
  run.config.deadline_ms = SHORT_MS;
  return 0;
}

static int end(void **state) {
  (void)state;
  redis_continue(&secure);
  run_free(&run);
  return 0;
}

/* Where the token comes from: the first connection of all. */
static void use_token_port(int port) {
  fixture_use_sheet(&run, &google);
  snprintf(address, sizeof address, "https://127.0.0.1:%d/token", port);
  run.config.token_endpoint = address;
}

/* Where the sheet comes from, with a token at hand. */
static void use_sheet_port(int port) {
  fixture_use_sheet(&run, &google);
  run.config.credentials_file = NULL;
  run.config.token_endpoint = NULL;
  run.config.access_token = google.access_token;
  snprintf(address, sizeof address, "https://127.0.0.1:%d", port);
  run.config.sheets_endpoint = address;
}

static void expect_sheet_failure(int32_t status, int32_t phase) {
  run_reconcile(&run);
  assert_status(&run, status);
  assert_int_equal(run.result.phase, phase);
  assert_nothing_read(&run);
  if (status == LOCKREC_E_DEADLINE) {
    assert_at_deadline(&run);
  } else {
    assert_in_time(&run);
  }
}

static void expect_at_both(fault_t fault, const char *text, int32_t status) {
  fault_server_t server;
  fault_start(&server, fault, text, text == NULL ? 0 : strlen(text));
  use_token_port(server.port);
  expect_sheet_failure(status, LOCKREC_PHASE_TOKEN);
  run.config.token_endpoint = NULL;
  use_sheet_port(server.port);
  expect_sheet_failure(status, LOCKREC_PHASE_SHEET);
  fault_end(&server);
}

static void google_refused_is_unavailable(void **state) {
  (void)state;
  int port;
  const int holder = loopback_refusing(&port);
  use_token_port(port);
  expect_sheet_failure(LOCKREC_E_SHEET_UNAVAILABLE, LOCKREC_PHASE_TOKEN);
  assert_true(run.result.cause_domain == LOCKREC_CAUSE_ERRNO ? run.result.cause_code == ECONNREFUSED
                                                             : run.result.cause_domain == LOCKREC_CAUSE_CURL);
  close(holder);
}

static void google_reset_on_accept_is_unavailable(void **state) {
  (void)state;
  expect_at_both(FAULT_RESET, NULL, LOCKREC_E_SHEET_UNAVAILABLE);
}

static void google_closed_on_accept_is_unavailable(void **state) {
  (void)state;
  expect_at_both(FAULT_CLOSE, NULL, LOCKREC_E_SHEET_UNAVAILABLE);
}

static void google_black_hole_is_silence(void **state) {
  (void)state;
  expect_at_both(FAULT_BLACK_HOLE, NULL, LOCKREC_E_DEADLINE);
}

static void google_accept_and_stall_is_silence(void **state) {
  (void)state;
  expect_at_both(FAULT_STALL, NULL, LOCKREC_E_DEADLINE);
}

static void google_handshake_one_byte_a_second_is_silence(void **state) {
  (void)state;
  run.config.deadline_ms = 1500;
  expect_at_both(FAULT_TRICKLE, "\x16\x03\x03\x40\x01\x02\x01\x01\x01", LOCKREC_E_DEADLINE);
}

static void google_plain_http_behind_https_is_unavailable(void **state) {
  (void)state;
  expect_at_both(FAULT_ANSWER, "HTTP/1.1 400 Bad Request\r\n\r\n", LOCKREC_E_SHEET_UNAVAILABLE);
}

static void google_unknown_authority_is_unavailable(void **state) {
  (void)state;
  fixture_use_sheet(&run, &google);
  run.config.ca_file = tls_files()->other_ca;
  expect_sheet_failure(LOCKREC_E_SHEET_UNAVAILABLE, LOCKREC_PHASE_TOKEN);
  assert_cause(&run, LOCKREC_CAUSE_CURL, 60);
}

static void google_deadline_of_one_millisecond_returns(void **state) {
  (void)state;
  fixture_use_sheet(&run, &google);
  run.config.deadline_ms = 1;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_DEADLINE);
  assert_in_time(&run);
  assert_nothing_read(&run);
}

static void use_secure_redis(void) {
  fixture_use_rows(&run);
  run.config.redis_url = secure.url;
  run.config.redis_ca_file = tls_files()->ca;
  run.config.redis_cert_file = tls_files()->client_cert;
  run.config.redis_key_file = tls_files()->client_key;
}

static void expect_redis_failure(int32_t status) {
  run_reconcile(&run);
  assert_status(&run, status);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

static void redis_tls_with_client_certificate_restores_all(void **state) {
  (void)state;
  use_secure_redis();
  run.config.deadline_ms = 3000;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &secure);
}

static void redis_tls_stopped_is_silence(void **state) {
  (void)state;
  use_secure_redis();
  redis_pause(&secure);
  expect_redis_failure(LOCKREC_E_DEADLINE);
  assert_at_deadline(&run);
}

static void redis_tls_without_client_certificate_is_connect_error(void **state) {
  (void)state;
  use_secure_redis();
  run.config.redis_cert_file = run.config.redis_key_file = NULL;
  expect_redis_failure(LOCKREC_E_REDIS_CONNECT);
}

static void redis_tls_of_unknown_authority_is_connect_error(void **state) {
  (void)state;
  use_secure_redis();
  run.config.redis_ca_file = tls_files()->other_ca;
  expect_redis_failure(LOCKREC_E_REDIS_CONNECT);
  assert_cause(&run, LOCKREC_CAUSE_CURL, 60);
}

static void redis_tls_for_another_host_is_connect_error(void **state) {
  (void)state;
  redis_must(&secure, "CONFIG", "SET", "tls-cert-file", tls_files()->other_cert, "tls-key-file", tls_files()->other_key,
             NULL);
  use_secure_redis();
  expect_redis_failure(LOCKREC_E_REDIS_CONNECT);
  redis_must(&secure, "CONFIG", "SET", "tls-cert-file", tls_files()->server_cert, "tls-key-file",
             tls_files()->server_key, NULL);
  assert_cause(&run, LOCKREC_CAUSE_CURL, 60);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(google_refused_is_unavailable),
      TEST(google_reset_on_accept_is_unavailable),
      TEST(google_closed_on_accept_is_unavailable),
      TEST(google_black_hole_is_silence),
      TEST(google_accept_and_stall_is_silence),
      TEST(google_handshake_one_byte_a_second_is_silence),
      TEST(google_plain_http_behind_https_is_unavailable),
      TEST(google_unknown_authority_is_unavailable),
      TEST(google_deadline_of_one_millisecond_returns),
      TEST(redis_tls_with_client_certificate_restores_all),
      TEST(redis_tls_stopped_is_silence),
      TEST(redis_tls_without_client_certificate_is_connect_error),
      TEST(redis_tls_of_unknown_authority_is_connect_error),
      TEST(redis_tls_for_another_host_is_connect_error),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
