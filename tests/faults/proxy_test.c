/* Proxy variables: Google goes through a tunnel that sees no secret, Redis never goes that way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fault_server.h"
#include "fixture.h"
#include "loopback.h"
#include "proxy_server.h"
#include "tls_files.h"

enum { SHORT_MS = 700 };

static const char *const variables[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
enum { VARIABLES = 5 };

static emulator_t google;
static redis_server_t redis;
static redis_server_t secure;
static proxy_server_t proxy;
static run_t run;

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  redis_start_tls(&secure, 0);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  proxy_start(&proxy);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  proxy_end(&proxy);
  emulator_end(&google);
  redis_end(&secure);
  redis_end(&redis);
  return 0;
}

static void set_variables(const char *url) {
  for (int i = 0; i < VARIABLES; ++i) {
    setenv(variables[i], url, 1);
  }
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  redis_clean(&secure);
  run_init(&run);
  run_use_redis(&run, &redis);
  proxy_forget(&proxy);
  unsetenv("no_proxy");
  unsetenv("NO_PROXY");
  set_variables(proxy.url);
  return 0;
}

static int end(void **state) {
  (void)state;
  for (int i = 0; i < VARIABLES; ++i) {
    unsetenv(variables[i]);
  }
  run_free(&run);
  return 0;
}

static void assert_proxy_saw(const char *text, int saw) {
  size_t size;
  char *bytes = proxy_recorded(&proxy, &size);
  const int found = memmem(bytes, size, text, strlen(text)) != NULL;
  free(bytes);
  if (found != saw) {
    fail_msg("the proxy %s: %s", found ? "has seen" : "has not seen", text);
  }
}

static void redis_never_goes_through_a_proxy(void **state) {
  (void)state;
  size_t size;
  fixture_use_rows(&run);
  run.config.redis_username = "default";
  run.config.redis_password = "any-password-will-do";
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
  free(proxy_recorded(&proxy, &size));
  assert_int_equal(size, 0);
}

static void redis_over_tls_never_goes_through_a_proxy(void **state) {
  (void)state;
  size_t size;
  fixture_use_rows(&run);
  run.config.redis_url = secure.url;
  run.config.redis_ca_file = tls_files()->ca;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &secure);
  free(proxy_recorded(&proxy, &size));
  assert_int_equal(size, 0);
}

static void google_goes_through_a_tunnel_that_sees_no_secret(void **state) {
  (void)state;
  char tunnel[96];
  fixture_use_sheet(&run, &google);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
  snprintf(tunnel, sizeof tunnel, "CONNECT localhost:%d HTTP/1.1\r\n", google.port);
  assert_proxy_saw(tunnel, 1);
  assert_proxy_saw("assertion", 0);
  assert_proxy_saw("Authorization", 0);
  assert_proxy_saw("Bearer", 0);
  assert_proxy_saw("eyJ", 0);
  assert_proxy_saw(google.access_token, 0);
  assert_proxy_saw(google.spreadsheet_id, 0);
  assert_proxy_saw("spool_lock", 0);
}

static void google_behind_a_silent_proxy_is_silence(void **state) {
  (void)state;
  fault_server_t silent;
  char url[64];
  fault_start(&silent, FAULT_STALL, NULL, 0);
  snprintf(url, sizeof url, "http://127.0.0.1:%d", silent.port);
  set_variables(url);
  fixture_use_sheet(&run, &google);
  run.config.deadline_ms = SHORT_MS;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_DEADLINE);
  assert_at_deadline(&run);
  assert_nothing_read(&run);
  fault_end(&silent);
}

static void google_behind_a_dead_proxy_is_unavailable(void **state) {
  (void)state;
  char url[64];
  int port;
  const int holder = loopback_refusing(&port);
  snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
  set_variables(url);
  fixture_use_sheet(&run, &google);
  run.config.deadline_ms = SHORT_MS;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_SHEET_UNAVAILABLE);
  assert_in_time(&run);
  assert_nothing_read(&run);
  close(holder);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(redis_never_goes_through_a_proxy),
      TEST(redis_over_tls_never_goes_through_a_proxy),
      TEST(google_goes_through_a_tunnel_that_sees_no_secret),
      TEST(google_behind_a_silent_proxy_is_silence),
      TEST(google_behind_a_dead_proxy_is_unavailable),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
