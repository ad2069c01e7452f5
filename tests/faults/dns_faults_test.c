/* A name server that never answers, one that is slow, and one that says no: getaddrinfo is this program's own. */
#include <dlfcn.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

enum { SHORT_MS = 600, STUCK_MS = 2500, SLOW_MS = 300 };

static emulator_t google;
static redis_server_t redis;
static run_t run;
static char address[96];
static atomic_int lookups;

static int ends_with(const char *text, const char *end) {
  const size_t size = strlen(text);
  return size >= strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

/* The linker prefers the program's own symbol over the C library's, for libcurl too. */
__attribute__((visibility("default"))) int getaddrinfo(const char *name, const char *service,
                                                       const struct addrinfo *hints, struct addrinfo **found) {
  typedef int lookup_t(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  lookup_t *real;
  void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
  memcpy(&real, &symbol, sizeof real);
  if (name == NULL || !ends_with(name, ".test")) {
    return real(name, service, hints, found);
  }
  atomic_fetch_add(&lookups, 1);
  if (ends_with(name, "dead.test")) {
    sleep_ms(STUCK_MS);
    return EAI_AGAIN;
  }
  if (ends_with(name, "slow.test")) {
    sleep_ms(SLOW_MS);
    return real("127.0.0.1", service, hints, found);
  }
  return EAI_NONAME;
}

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
  run.config.deadline_ms = SHORT_MS;
  atomic_store(&lookups, 0);
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static void use_redis_host(const char *name) {
  fixture_use_rows(&run);
  snprintf(address, sizeof address, "redis://%s:%d/0", name, redis.port);
  run.config.redis_url = address;
}

static void use_google_host(const char *name) {
  fixture_use_sheet(&run, &google);
  snprintf(address, sizeof address, "https://%s:%d/token", name, google.port);
  run.config.token_endpoint = address;
}

/* The call may leave the stuck look-up behind, and nothing else; that goes when the resolver gives up. */
static void expect_stuck(void) {
  const hygiene_t before = hygiene_now();
  run.outlives_call = 1;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_DEADLINE);
  assert_at_deadline(&run);
  assert_int_equal(atomic_load(&lookups), 1);
  assert_hygiene_within(&before, 2 * STUCK_MS);
}

static void dns_dead_for_google_is_silence(void **state) {
  (void)state;
  use_google_host("google.dead.test");
  expect_stuck();
  assert_nothing_read(&run);
}

static void dns_dead_for_redis_is_silence(void **state) {
  (void)state;
  use_redis_host("redis.dead.test");
  expect_stuck();
  assert_nothing_done(&run);
}

static void dns_dead_is_left_at_a_cancel(void **state) {
  (void)state;
  const hygiene_t before = hygiene_now();
  use_redis_host("redis.dead.test");
  run.outlives_call = 1;
  run.config.deadline_ms = 5000;
  assert_true(run_cancelled_after(&run, 200) <= LATE_MS);
  assert_status(&run, LOCKREC_E_CANCELLED);
  assert_nothing_done(&run);
  assert_hygiene_within(&before, 2 * STUCK_MS);
}

static void dns_dead_and_given_up_is_unavailable(void **state) {
  (void)state;
  const hygiene_t before = hygiene_now();
  use_google_host("google.dead.test");
  run.outlives_call = 1;
  run.config.deadline_ms = STUCK_MS + 300;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_SHEET_UNAVAILABLE);
  assert_in_time(&run);
  assert_hygiene_within(&before, 2 * STUCK_MS);
}

static void dns_slow_for_redis_restores_all(void **state) {
  (void)state;
  use_redis_host("redis.slow.test");
  run.config.deadline_ms = 3000;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_true(run.wall_ms >= SLOW_MS - 20);
  assert_all_restored(&run, &redis);
}

static void dns_no_such_host_for_google_is_unavailable(void **state) {
  (void)state;
  use_google_host("nowhere.test");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_SHEET_UNAVAILABLE);
  assert_cause(&run, LOCKREC_CAUSE_CURL, 6);
  assert_in_time(&run);
  assert_nothing_read(&run);
  assert_message(&run, "nowhere.test");
}

static void dns_no_such_host_for_redis_is_connect_error(void **state) {
  (void)state;
  use_redis_host("nowhere.test");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_cause(&run, LOCKREC_CAUSE_CURL, 6);
  assert_in_time(&run);
  assert_nothing_done(&run);
  assert_message(&run, "nowhere.test");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(dns_dead_for_google_is_silence),
      TEST(dns_dead_for_redis_is_silence),
      TEST(dns_dead_is_left_at_a_cancel),
      TEST(dns_dead_and_given_up_is_unavailable),
      TEST(dns_slow_for_redis_restores_all),
      TEST(dns_no_such_host_for_google_is_unavailable),
      TEST(dns_no_such_host_for_redis_is_connect_error),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
