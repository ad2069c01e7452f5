/* The host's signals: a storm of them delays nothing, and SIGPIPE is never one of ours. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

#include "fixture.h"
#include "relay.h"
#include "tls_files.h"

enum { SHORT_MS = 700, MANY_ROWS = 20000 };

static emulator_t google;
static redis_server_t redis;
static redis_server_t secure;
static relay_t relay;
static relay_t secure_relay;
static run_t run;
static lockrec_row_t *many;
static volatile sig_atomic_t alarms;
static volatile sig_atomic_t pipes;
static int32_t flag;

static int start_servers(void **state) {
  (void)state;
  static char tags[MANY_ROWS][16];
  many = calloc(MANY_ROWS, sizeof *many);
  for (int i = 0; i < MANY_ROWS; ++i) {
    snprintf(tags[i], sizeof tags[i], "MANY-%06d", i);
    many[i] = (lockrec_row_t){tags[i], "MR(93)", "21-01-2026 14:30:00"};
  }
  redis_start(&redis, NULL);
  redis_start_tls(&secure, 0);
  relay_start(&relay, redis.port, redis.process.pid);
  relay_start(&secure_relay, secure.tls_port, secure.process.pid);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&google);
  relay_end(&secure_relay);
  relay_end(&relay);
  redis_end(&secure);
  redis_end(&redis);
  free(many);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  relay_pass(&relay);
  run_init(&run);
  run_use_redis(&run, &redis);
  alarms = pipes = flag = 0;
  return 0;
}

static int end(void **state) {
  (void)state;
  signal(SIGPIPE, SIG_DFL);
  run_free(&run);
  return 0;
}

static void count_alarm(int number) {
  (void)number;
  ++alarms;
}

static void count_pipe(int number) {
  (void)number;
  ++pipes;
}

static void cancel_on_alarm(int number) {
  (void)number;
  __atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
}

/* Interrupts every wait once a millisecond; nothing is restarted by the kernel. */
static void reconcile_in_a_storm(void) {
  const struct sigaction action = {.sa_handler = count_alarm};
  const struct itimerval storm = {.it_interval.tv_usec = 1000, .it_value.tv_usec = 1000};
  const struct itimerval calm = {{0, 0}, {0, 0}};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &storm, NULL);
  run_reconcile(&run);
  setitimer(ITIMER_REAL, &calm, NULL);
  signal(SIGALRM, SIG_IGN);
  assert_true(alarms > 10);
}

static void storm_while_all_is_well_restores_all(void **state) {
  (void)state;
  fixture_use_sheet(&run, &google);
  emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"any\",\"kind\":\"delay\",\"delay_ms\":50,\"times\":0}");
  reconcile_in_a_storm();
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
}

static void storm_while_google_stalls_ends_at_the_deadline(void **state) {
  (void)state;
  fixture_use_sheet(&run, &google);
  emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"values\",\"kind\":\"stall\",\"times\":0}");
  run.config.deadline_ms = SHORT_MS;
  reconcile_in_a_storm();
  assert_status(&run, LOCKREC_E_DEADLINE);
  assert_at_deadline(&run);
}

static void storm_while_redis_stalls_ends_at_the_deadline(void **state) {
  (void)state;
  fixture_use_rows(&run);
  redis_pause(&redis);
  run.config.deadline_ms = SHORT_MS;
  reconcile_in_a_storm();
  redis_continue(&redis);
  assert_status(&run, LOCKREC_E_DEADLINE);
  assert_at_deadline(&run);
  assert_nothing_done(&run);
}

static void storm_while_google_is_asked_again_honours_the_wait(void **state) {
  (void)state;
  fixture_use_sheet(&run, &google);
  emulator_tell(&google,
                "{\"op\":\"fault\",\"where\":\"values\",\"kind\":\"google_error\",\"name\":\"quota_429\","
                "\"headers\":{\"Retry-After\":\"1\"},\"times\":1}");
  reconcile_in_a_storm();
  assert_status(&run, LOCKREC_OK);
  assert_true(run.wall_ms >= 900);
}

static void cancel_from_a_signal_handler_returns_at_once(void **state) {
  (void)state;
  const struct sigaction action = {.sa_handler = cancel_on_alarm};
  const struct itimerval once = {.it_value.tv_usec = 300000};
  fixture_use_rows(&run);
  redis_pause(&redis);
  run.config.cancel_flag = &flag;
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &once, NULL);
  run_reconcile(&run);
  redis_continue(&redis);
  assert_status(&run, LOCKREC_E_CANCELLED);
  assert_true(run.wall_ms <= 300 + LATE_MS);
}

/* A Redis that goes away while long pipelines are being written, at once and in the middle of a TLS stream: what
 * TLS writes by itself as the connection is given up goes into a broken pipe. */
static void reconcile_into_broken_pipes(void) {
  char url[64];
  run_use_rows(&run, many, MANY_ROWS, "America/Santiago");
  run.config.now_unix_ms = FIXTURE_NOW_MS;
  run.config.deadline_ms = SHORT_MS;
  run.config.redis_url = relay.url;
  relay_rule(&relay, "MANY-", RELAY_NOTHING, RELAY_CLOSE, 0);
  run_reconcile(&run);
  assert_true(relay_hits(&relay) > 1);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_int_equal(run.result.unprocessed, MANY_ROWS);

  snprintf(url, sizeof url, "rediss://127.0.0.1:%d/0", secure_relay.port);
  run.config.redis_url = url;
  run.config.redis_ca_file = tls_files()->ca;
  relay_rule(&secure_relay, "", 20000, RELAY_RESET, 0);
  run_reconcile(&run);
  assert_true(relay_hits(&secure_relay) > 1); /* each time it gets a little further */
}

static void sigpipe_with_its_default_action_is_harmless(void **state) {
  (void)state;
  signal(SIGPIPE, SIG_DFL);
  reconcile_into_broken_pipes();
}

static void sigpipe_handler_of_the_host_is_never_called(void **state) {
  (void)state;
  const struct sigaction action = {.sa_handler = count_pipe};
  sigaction(SIGPIPE, &action, NULL);
  reconcile_into_broken_pipes();
  assert_int_equal(pipes, 0);
}

static void sigpipe_pending_before_is_pending_after(void **state) {
  (void)state;
  sigset_t pipe_only;
  sigset_t before;
  sigset_t pending;
  const struct sigaction action = {.sa_handler = count_pipe};
  sigaction(SIGPIPE, &action, NULL);
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  sigprocmask(SIG_BLOCK, &pipe_only, &before);
  raise(SIGPIPE);
  reconcile_into_broken_pipes();
  sigpending(&pending);
  assert_true(sigismember(&pending, SIGPIPE));
  sigprocmask(SIG_SETMASK, &before, NULL);
  assert_int_equal(pipes, 1);
}

static void sigpipe_blocked_by_the_host_leaves_none_pending(void **state) {
  (void)state;
  sigset_t pipe_only;
  sigset_t before;
  sigset_t pending;
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  sigprocmask(SIG_BLOCK, &pipe_only, &before);
  reconcile_into_broken_pipes();
  sigpending(&pending);
  sigprocmask(SIG_SETMASK, &before, NULL);
  assert_false(sigismember(&pending, SIGPIPE));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(storm_while_all_is_well_restores_all),
      TEST(storm_while_google_stalls_ends_at_the_deadline),
      TEST(storm_while_redis_stalls_ends_at_the_deadline),
      TEST(storm_while_google_is_asked_again_honours_the_wait),
      TEST(cancel_from_a_signal_handler_returns_at_once),
      TEST(sigpipe_with_its_default_action_is_harmless),
      TEST(sigpipe_handler_of_the_host_is_never_called),
      TEST(sigpipe_pending_before_is_pending_after),
      TEST(sigpipe_blocked_by_the_host_leaves_none_pending),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
