/* wait_replicas with real replicas, and an address of which only one host is the master. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"
#include "loopback.h"

enum { REPLICAS = 2, LATER_MS = 300 };

static redis_server_t master;
static redis_server_t replicas[REPLICAS];
static process_t helper;
static run_t run;

static void follow(const redis_server_t *server, const redis_server_t *whom) {
  char port[16];
  snprintf(port, sizeof port, "%d", whom->port);
  redis_must(server, "REPLICAOF", "127.0.0.1", port, NULL);
}

static void wait_for_link(const redis_server_t *server) {
  while (strstr(redis_must(server, "INFO", "replication", NULL).text, "master_link_status:up") == NULL) {
    sleep_ms(10);
  }
}

/* A replica that has just been filled takes up to a second to begin. */
static void wait_for_acknowledgements(void) {
  const int connection = redis_open(master.unix_path);
  redis_ask(connection, 2, (const char *const[]){"INCR", "begin"});
  redis_ask(connection, 2, (const char *const[]){"DEL", "begin"});
  assert_int_equal(redis_ask(connection, 3, (const char *const[]){"WAIT", "2", "5000"}).integer, REPLICAS);
  close(connection);
}

static int start_servers(void **state) {
  (void)state;
  redis_start(&master, "--repl-diskless-sync-delay", "0", NULL);
  for (int i = 0; i < REPLICAS; ++i) {
    redis_start(&replicas[i], "--repl-diskless-sync-delay", "0", NULL);
  }
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  for (int i = 0; i < REPLICAS; ++i) {
    redis_end(&replicas[i]);
  }
  redis_end(&master);
  return 0;
}

static int begin(void **state) {
  (void)state;
  helper.pid = 0;
  redis_clean(&master);
  for (int i = 0; i < REPLICAS; ++i) {
    redis_continue(&replicas[i]);
    redis_must(&replicas[i], "CONFIG", "SET", "replica-serve-stale-data", "yes", NULL);
    follow(&replicas[i], &master);
    wait_for_link(&replicas[i]);
  }
  wait_for_acknowledgements();
  run_init(&run);
  fixture_use_rows(&run);
  run_use_redis(&run, &master);
  return 0;
}

static int end(void **state) {
  (void)state;
  process_kill(&helper);
  run_free(&run);
  return 0;
}

static void expect_restored(void) {
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_all_restored(&run, &master);
}

static void two_acknowledge(void **state) {
  (void)state;
  run.config.wait_replicas = 2;
  expect_restored();
  for (int i = 0; i < REPLICAS; ++i) {
    assert_int_equal(redis_permanent_count(&replicas[i]), FIXTURE_OCCUPIED);
  }
}

static void one_stopped_and_one_enough(void **state) {
  (void)state;
  redis_pause(&replicas[0]);
  run.config.wait_replicas = 1;
  expect_restored();
}

static void not_waited_for_when_not_asked(void **state) {
  (void)state;
  redis_pause(&replicas[0]);
  redis_pause(&replicas[1]);
  expect_restored();
  assert_true(run.wall_ms < 700);
}

static void expect_not_replicated(void) {
  run_reconcile(&run);
  assert_status(&run, LOCKREC_PARTIAL);
  assert_in_time(&run);
  assert_int_equal(run.result.failed, FIXTURE_OCCUPIED);
  assert_int_equal(run.result.reconciled, 0);
  int told = 0;
  for (size_t i = 0; i < run.row_count; ++i) {
    told += run.rows[i].outcome == LOCKREC_ROW_FAILED && run.rows[i].reason == LOCKREC_REASON_NOT_REPLICATED;
  }
  assert_int_equal(told, FIXTURE_OCCUPIED);
  assert_int_equal(redis_permanent_count(&master), FIXTURE_OCCUPIED);
}

static void a_stopped_replica_is_missed_inside_the_deadline(void **state) {
  (void)state;
  redis_pause(&replicas[0]);
  run.config.wait_replicas = 2;
  run.config.deadline_ms = 1200;
  expect_not_replicated();
}

static void more_than_there_are_is_missed(void **state) {
  (void)state;
  run.config.wait_replicas = 3;
  expect_not_replicated();
  assert_true(run.wall_ms < 2500);
}

static void what_was_not_acknowledged_is_there_in_the_next_run(void **state) {
  (void)state;
  redis_pause(&replicas[0]);
  run.config.wait_replicas = 2;
  expect_not_replicated();
  redis_continue(&replicas[0]);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(run.result.already_locked, FIXTURE_OCCUPIED);
}

static void without_the_right_to_wait_the_locks_are_there(void **state) {
  (void)state;
  redis_must(&master, "ACL", "SETUSER", "lockrec", "reset", "on", ">s3cret-word", "~spool_lock:*", "+get", "+mget",
             "+set", "+pttl", "+persist", "+del", "+select", "+client|setname", "+eval", NULL);
  run.config.redis_username = "lockrec";
  run.config.redis_password = "s3cret-word";
  run.config.wait_replicas = 1;
  run_reconcile(&run);
  assert_in_time(&run);
  assert_message(&run, "wait");
  assert_true(run.result.status == LOCKREC_PARTIAL || run.result.status == LOCKREC_E_REDIS_REFUSED);
}

static const char *url_of(int first, int second) {
  static char url[128];
  snprintf(url, sizeof url, "redis://127.0.0.1:%d,127.0.0.1:%d/0", first, second);
  return url;
}

static void the_second_host_is_the_master(void **state) {
  (void)state;
  run.config.redis_url = url_of(replicas[0].port, master.port);
  expect_restored();
  assert_true(run.wall_ms < 1500);
}

static void the_first_host_is_dead(void **state) {
  (void)state;
  int port;
  const int held = loopback_refusing(&port);
  run.config.redis_url = url_of(port, master.port);
  expect_restored();
  close(held);
}

static void the_first_host_has_lost_its_master(void **state) {
  (void)state;
  redis_server_t nobody = {0};
  const int held = loopback_refusing(&nobody.port);
  redis_must(&replicas[0], "CONFIG", "SET", "replica-serve-stale-data", "no", NULL);
  follow(&replicas[0], &nobody);
  run.config.redis_url = url_of(replicas[0].port, master.port);
  expect_restored();
  close(held);
}

static void only_replicas_are_refused_at_the_deadline(void **state) {
  (void)state;
  run.config.redis_url = url_of(replicas[0].port, replicas[1].port);
  run.config.deadline_ms = 700;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_READONLY);
  assert_in_time(&run);
  assert_true(run.wall_ms >= run.config.deadline_ms / 4);
  assert_nothing_done(&run);
}

static void promote_later(void *argument) {
  (void)argument;
  sleep_ms(LATER_MS);
  redis_command(&replicas[1], "REPLICAOF", "NO", "ONE", NULL);
}

static void a_replica_that_is_promoted_meanwhile_will_do(void **state) {
  (void)state;
  run.config.redis_url = url_of(replicas[0].port, replicas[1].port);
  process_fork(&helper, promote_later, NULL, -1);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_all_restored(&run, &replicas[1]);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(two_acknowledge),
      TEST(one_stopped_and_one_enough),
      TEST(not_waited_for_when_not_asked),
      TEST(a_stopped_replica_is_missed_inside_the_deadline),
      TEST(more_than_there_are_is_missed),
      TEST(what_was_not_acknowledged_is_there_in_the_next_run),
      TEST(without_the_right_to_wait_the_locks_are_there),
      TEST(the_second_host_is_the_master),
      TEST(the_first_host_is_dead),
      TEST(the_first_host_has_lost_its_master),
      TEST(only_replicas_are_refused_at_the_deadline),
      TEST(a_replica_that_is_promoted_meanwhile_will_do),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
