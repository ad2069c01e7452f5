/* Every way in which Redis can fail: the call returns in time, says which way it was, and counts every row. */
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
#include "folder.h"
#include "loopback.h"
#include "relay.h"

enum { SHORT_MS = 700 };

static redis_server_t redis;
static relay_t relay;
static run_t run;

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  relay_start(&relay, redis.port, redis.process.pid);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  relay_end(&relay);
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  relay_pass(&relay);
  run_init(&run);
  fixture_use_rows(&run);
  run_use_redis(&run, &redis);
  run.config.deadline_ms = SHORT_MS;
  return 0;
}

static int end(void **state) {
  (void)state;
  redis_continue(&redis);
  run_free(&run);
  return 0;
}

/* Silence until the deadline, whatever the reason. */
static void expect_silence(void) {
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_DEADLINE);
  assert_at_deadline(&run);
  assert_nothing_done(&run);
}

static void expect_failure(int32_t status, int32_t domain, int64_t code) {
  run_reconcile(&run);
  assert_status(&run, status);
  assert_in_time(&run);
  assert_cause(&run, domain, code);
  assert_nothing_done(&run);
}

static void use_port(int port, const char *scheme) {
  static char url[64];
  snprintf(url, sizeof url, "%s://127.0.0.1:%d/0", scheme, port);
  run.config.redis_url = url;
}

static void expect_silence_from(fault_t fault, const char *scheme, const char *text) {
  fault_server_t server;
  fault_start(&server, fault, text, text == NULL ? 0 : strlen(text));
  use_port(server.port, scheme);
  expect_silence();
  fault_end(&server);
}

static void redis_healthy_restores_all(void **state) {
  (void)state;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
}

static void redis_refused_is_connect_error(void **state) {
  (void)state;
  int port;
  const int holder = loopback_refusing(&port);
  use_port(port, "redis");
  expect_failure(LOCKREC_E_REDIS_CONNECT, LOCKREC_CAUSE_ERRNO, ECONNREFUSED);
  close(holder);
}

static void redis_missing_socket_is_connect_error(void **state) {
  (void)state;
  char url[128];
  snprintf(url, sizeof url, "unix://%s", temp_path("no-such.sock"));
  run.config.redis_url = url;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

static void redis_reset_on_accept_is_connect_error(void **state) {
  (void)state;
  fault_server_t server;
  fault_start(&server, FAULT_RESET, NULL, 0);
  use_port(server.port, "redis");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_in_time(&run);
  assert_nothing_done(&run);
  assert_true(fault_connections(&server) > 1);
  fault_end(&server);
}

static void redis_black_hole_is_silence(void **state) {
  (void)state;
  expect_silence_from(FAULT_BLACK_HOLE, "redis", NULL);
}

static void redis_accept_and_stall_is_silence(void **state) {
  (void)state;
  expect_silence_from(FAULT_STALL, "redis", NULL);
}

static void redis_tls_stall_is_silence(void **state) {
  (void)state;
  expect_silence_from(FAULT_STALL, "rediss", NULL);
}

static void redis_one_byte_a_second_is_silence(void **state) {
  (void)state;
  run.config.deadline_ms = 1500;
  expect_silence_from(FAULT_TRICKLE, "redis", "*14\r\n$6\r\nserver\r\n$5\r\nredis\r\n");
}

static void redis_web_server_is_protocol_error(void **state) {
  (void)state;
  static const char page[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
  fault_server_t server;
  fault_start(&server, FAULT_ANSWER, page, sizeof page - 1);
  use_port(server.port, "redis");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_PROTOCOL);
  assert_in_time(&run);
  assert_nothing_done(&run);
  fault_end(&server);
}

/* A plain Redis waits for the end of the line that it takes the handshake for, or answers with an error. */
static void redis_plain_behind_tls_url_is_no_redis(void **state) {
  (void)state;
  use_port(redis.port, "rediss");
  run_reconcile(&run);
  assert_true(run.result.status == LOCKREC_E_DEADLINE || run.result.status == LOCKREC_E_REDIS_CONNECT);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

/* SIGSTOP at the first command of a phase: the kernel still accepts and buffers, nobody answers. */
static void stop_at(const char *command, int32_t phase) {
  run.config.redis_url = relay.url;
  relay_rule(&relay, command, RELAY_NOTHING, RELAY_STOP_SERVER, 0);
  expect_silence();
  assert_int_equal(run.result.phase, phase);
  redis_continue(&redis);
}

static void redis_stopped_before_connect_is_silence(void **state) {
  (void)state;
  redis_pause(&redis);
  expect_silence();
  assert_int_equal(run.result.phase, LOCKREC_PHASE_CONNECT);
}

static void redis_stopped_at_look_is_silence(void **state) {
  (void)state;
  stop_at("\r\nMGET\r\n$18\r\nspool_lock:SP-", LOCKREC_PHASE_LOOK);
  assert_int_equal(redis_key_count(&redis), 0);
}

static void redis_stopped_at_claim_is_silence(void **state) {
  (void)state;
  stop_at("SET\r\n$18\r\nspool_lock:SP-", LOCKREC_PHASE_CLAIM);
  assert_nothing_permanent(&redis);
}

/* What was under way is done once the server goes on: whoever asked could not know. */
static void redis_stopped_at_commit_is_silence(void **state) {
  (void)state;
  stop_at("EVAL\r\n", LOCKREC_PHASE_COMMIT);
}

static void redis_silent_at_commit_leaves_claims_that_expire(void **state) {
  (void)state;
  run.config.redis_url = relay.url;
  run.config.safety_ttl_ms = 1200;
  relay_rule(&relay, "EVAL\r\n", RELAY_NOTHING, RELAY_STALL, 0);
  expect_silence();
  assert_int_equal(run.result.phase, LOCKREC_PHASE_COMMIT);
  assert_int_equal(redis_key_count(&redis), FIXTURE_OCCUPIED);
  assert_nothing_permanent(&redis);
  sleep_ms(run.config.safety_ttl_ms);
  assert_int_equal(redis_key_count(&redis), 0);
}

static void redis_reset_in_pipeline_once_restores_all(void **state) {
  (void)state;
  run.config.deadline_ms = 2000;
  run.config.redis_url = relay.url;
  relay_rule(&relay, "SET\r\n$18\r\nspool_lock:SP-", 7, RELAY_RESET, 1);
  run_reconcile(&run);
  assert_int_equal(relay_hits(&relay), 1);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
}

static void redis_reset_in_every_pipeline_is_connect_error(void **state) {
  (void)state;
  run.config.redis_url = relay.url;
  relay_rule(&relay, "\r\nMGET\r\n$18\r\nspool_lock:SP-", 2, RELAY_RESET, 0);
  run_reconcile(&run);
  assert_true(relay_hits(&relay) > 1);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

static void redis_half_a_reply_then_silence_is_deadline(void **state) {
  (void)state;
  run.config.redis_url = relay.url;
  relay_rule(&relay, "\r\nMGET\r\n$18\r\nspool_lock:SP-", 2, RELAY_STALL, 0);
  expect_silence();
}

static void redis_half_a_reply_then_end_is_retried(void **state) {
  (void)state;
  run.config.deadline_ms = 2000;
  run.config.redis_url = relay.url;
  relay_rule(&relay, "\r\nMGET\r\n$18\r\nspool_lock:SP-", 2, RELAY_CLOSE, 1);
  run_reconcile(&run);
  assert_int_equal(relay_hits(&relay), 1);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
}

static void redis_lost_commit_reply_counts_the_locks(void **state) {
  (void)state;
  run.config.deadline_ms = 2000;
  run.config.redis_url = relay.url;
  relay_rule(&relay, "EVAL\r\n", 1, RELAY_RESET, 1);
  run_reconcile(&run);
  assert_int_equal(relay_hits(&relay), 1);
  assert_status(&run, LOCKREC_OK);
  assert_all_restored(&run, &redis);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(redis_healthy_restores_all),
      TEST(redis_refused_is_connect_error),
      TEST(redis_missing_socket_is_connect_error),
      TEST(redis_reset_on_accept_is_connect_error),
      TEST(redis_black_hole_is_silence),
      TEST(redis_accept_and_stall_is_silence),
      TEST(redis_tls_stall_is_silence),
      TEST(redis_one_byte_a_second_is_silence),
      TEST(redis_web_server_is_protocol_error),
      TEST(redis_plain_behind_tls_url_is_no_redis),
      TEST(redis_stopped_before_connect_is_silence),
      TEST(redis_stopped_at_look_is_silence),
      TEST(redis_stopped_at_claim_is_silence),
      TEST(redis_stopped_at_commit_is_silence),
      TEST(redis_silent_at_commit_leaves_claims_that_expire),
      TEST(redis_reset_in_pipeline_once_restores_all),
      TEST(redis_reset_in_every_pipeline_is_connect_error),
      TEST(redis_half_a_reply_then_silence_is_deadline),
      TEST(redis_half_a_reply_then_end_is_retried),
      TEST(redis_lost_commit_reply_counts_the_locks),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
