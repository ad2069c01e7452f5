/* Refusals that pass, such as those of a failover: waited for inside the deadline, and named at its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"
#include "loopback.h"

enum { SHORT_MS = 700, LONG_MS = 4000, LATER_MS = 300 };

static redis_server_t redis;
static run_t run;
static process_t helper;
static int holder = -1; /* a connection or a port that the test keeps */

static int start_server(void **state) {
  (void)state;
  redis_start(&redis, "--lua-time-limit", "20", NULL);
  return 0;
}

static int end_server(void **state) {
  (void)state;
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  helper.pid = 0;
  redis_clean(&redis);
  run_init(&run);
  fixture_use_rows(&run);
  run_use_redis(&run, &redis);
  run.config.deadline_ms = SHORT_MS;
  return 0;
}

static int end(void **state) {
  (void)state;
  process_kill(&helper);
  if (holder >= 0) {
    close(holder);
    holder = -1;
  }
  run_free(&run);
  return 0;
}

struct later {
  const char *const *command;
  int argc;
};

static void ask_later(void *argument) {
  const struct later *later = argument;
  sleep_ms(LATER_MS);
  redis_ask(redis_open(redis.unix_path), later->argc, later->command);
}

/* Another client's command while the call is under way. */
#define LATER(...)                                                                        \
  do {                                                                                    \
    const char *const words[] = {__VA_ARGS__};                                            \
    struct later later = {.command = words, .argc = (int)(sizeof words / sizeof *words)}; \
    process_fork(&helper, ask_later, &later, -1);                                         \
  } while (0)

static void expect_waiting(int64_t cause) {
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, cause);
  assert_in_time(&run);
  assert_true(run.wall_ms >= SHORT_MS / 4);
  assert_nothing_done(&run);
}

static void expect_recovery(void) {
  run.config.deadline_ms = LONG_MS;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_true(run.wall_ms >= LATER_MS - 50);
  assert_all_restored(&run, &redis);
}

static void become_replica_of_nobody(void) {
  char text[16];
  int port;
  holder = loopback_refusing(&port);
  snprintf(text, sizeof text, "%d", port);
  redis_must(&redis, "REPLICAOF", "127.0.0.1", text, NULL);
}

static void readonly_is_refused_at_deadline(void **state) {
  (void)state;
  become_replica_of_nobody();
  expect_waiting(LOCKREC_REDIS_READONLY);
}

static void readonly_that_passes_restores_all(void **state) {
  (void)state;
  become_replica_of_nobody();
  LATER("REPLICAOF", "NO", "ONE");
  expect_recovery();
}

static void masterdown_is_refused_at_deadline(void **state) {
  (void)state;
  redis_must(&redis, "CONFIG", "SET", "replica-serve-stale-data", "no", NULL);
  become_replica_of_nobody();
  run_reconcile(&run);
  redis_must(&redis, "CONFIG", "SET", "replica-serve-stale-data", "yes", NULL);
  assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  /* The handshake may tell that it is a replica before a read is refused. */
  assert_int_equal(run.result.cause_domain, LOCKREC_CAUSE_REDIS);
  assert_true(run.result.cause_code == LOCKREC_REDIS_MASTERDOWN || run.result.cause_code == LOCKREC_REDIS_READONLY);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

static void noreplicas_is_refused_at_deadline(void **state) {
  (void)state;
  redis_must(&redis, "CONFIG", "SET", "min-replicas-to-write", "1", NULL);
  expect_waiting(LOCKREC_REDIS_NOREPLICAS);
}

static void noreplicas_that_passes_restores_all(void **state) {
  (void)state;
  redis_must(&redis, "CONFIG", "SET", "min-replicas-to-write", "1", NULL);
  LATER("CONFIG", "SET", "min-replicas-to-write", "0");
  expect_recovery();
}

static void busy_loop(void *argument) {
  (void)argument;
  redis_ask(redis_open(redis.unix_path), 3, (const char *const[]){"EVAL", "while true do end", "0"});
}

static void wait_until_busy_is(int busy) {
  while ((strncmp(redis_command(&redis, "GET", "x", NULL).text, "BUSY", 4) == 0) != busy) {
    sleep_ms(10);
  }
}

static void make_busy(process_t *looper) {
  process_fork(looper, busy_loop, NULL, -1);
  wait_until_busy_is(1);
}

static void busy_is_refused_at_deadline(void **state) {
  (void)state;
  process_t looper;
  make_busy(&looper);
  run_reconcile(&run);
  redis_must(&redis, "SCRIPT", "KILL", NULL);
  wait_until_busy_is(0);
  process_kill(&looper);
  assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_BUSY);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

static void busy_that_passes_restores_all(void **state) {
  (void)state;
  process_t looper;
  make_busy(&looper);
  LATER("SCRIPT", "KILL");
  expect_recovery();
  process_kill(&looper);
}

/* It takes its place before there is only one. */
static void take_the_only_place(void) {
  if (holder >= 0) {
    close(holder);
  }
  holder = redis_open(redis.unix_path);
  assert_int_equal(redis_ask(holder, 4, (const char *const[]){"CONFIG", "SET", "maxclients", "1"}).kind, '+');
}

static void maxclients_is_refused_at_deadline(void **state) {
  (void)state;
  take_the_only_place();
  expect_waiting(LOCKREC_REDIS_MAXCLIENTS);
}

static void leave_later(void *argument) {
  (void)argument;
  sleep_ms(LATER_MS);
  shutdown(holder, SHUT_RDWR);
}

static void maxclients_that_passes_restores_all(void **state) {
  (void)state;
  take_the_only_place();
  process_fork(&helper, leave_later, NULL, holder);
  expect_recovery();
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(readonly_is_refused_at_deadline),     TEST(readonly_that_passes_restores_all),
      TEST(masterdown_is_refused_at_deadline),   TEST(noreplicas_is_refused_at_deadline),
      TEST(noreplicas_that_passes_restores_all), TEST(busy_is_refused_at_deadline),
      TEST(busy_that_passes_restores_all),       TEST(maxclients_is_refused_at_deadline),
      TEST(maxclients_that_passes_restores_all),
  };
  return cmocka_run_group_tests(tests, start_server, end_server);
}
