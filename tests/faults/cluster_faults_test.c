/* Masters that die or stop in the middle of a run, with and without a replica that takes over. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "redis_cluster.h"
#include "spools.h"

enum { SPOOLS = 300, LONG_MS = 15000, SHORT_MS = 800 };

static redis_cluster_t cluster;
static spools_t spools;
static cluster_node_t *victim; /* serves the first spool's slot */
static int slot;
static int failovers;
static int64_t overrun_ms;
static run_t run;

static int start_cluster(void **state) {
  (void)state;
  cluster_start(&cluster, 0, 1);
  spools_make(&spools, "SP-", SPOOLS);
  return 0;
}

static int end_cluster(void **state) {
  (void)state;
  cluster_end(&cluster);
  spools_free(&spools);
  print_message("measured: %d promotions in a cluster survived, longest overrun of a deadline %" PRId64 " ms\n",
                failovers, overrun_ms);
  return 0;
}

static int begin(void **state) {
  (void)state;
  cluster_heal(&cluster);
  run_init(&run);
  spools_use(&spools, &run);
  run.config.deadline_ms = LONG_MS;
  slot = cluster_slot(&cluster, "spool_lock:SP-000000");
  victim = cluster_owner(&cluster, slot);
  /* The seed is not what breaks. */
  snprintf(cluster.url, sizeof cluster.url, "redis://127.0.0.1:%d", cluster_other_master(&cluster, victim)->port);
  run.config.redis_url = cluster.url;
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static void note_overrun(void) {
  const int64_t late_ms = run.wall_ms - run.config.deadline_ms;
  overrun_ms = late_ms > overrun_ms ? late_ms : overrun_ms;
}

static void expect_promotion(const char *moment, int reply_bytes, relay_action_t action) {
  relay_rule(&victim->relay, moment, reply_bytes, action, 1);
  run_reconcile(&run);
  assert_int_equal(relay_hits(&victim->relay), 1);
  assert_restored(&run, 0);
  assert_ptr_not_equal(cluster_owner(&cluster, slot), victim);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
  ++failovers;
}

static void master_killed_before_the_look(void **state) {
  (void)state;
  expect_promotion("\r\nMGET\r\n", RELAY_NOTHING, RELAY_KILL_SERVER);
}

static void master_killed_in_the_middle_of_the_claim(void **state) {
  (void)state;
  expect_promotion("\r\nSET\r\n", 12, RELAY_KILL_SERVER);
}

static void master_killed_before_the_commit(void **state) {
  (void)state;
  expect_promotion("\r\nEVAL\r\n", RELAY_NOTHING, RELAY_KILL_SERVER);
}

static void master_killed_in_the_middle_of_the_commit(void **state) {
  (void)state;
  expect_promotion("\r\nEVAL\r\n", 3, RELAY_KILL_SERVER);
}

static void master_stopped_in_the_middle_of_the_claim(void **state) {
  (void)state;
  expect_promotion("\r\nSET\r\n", 12, RELAY_STOP_SERVER);
}

static void seed_killed_in_the_middle_of_the_claim(void **state) {
  (void)state;
  char url[96];
  snprintf(url, sizeof url, "redis://127.0.0.1:%d", victim->port);
  run.config.redis_url = url;
  expect_promotion("\r\nSET\r\n", 12, RELAY_KILL_SERVER);
}

static void expect_end_inside_deadline(void) {
  run_to_deadline(&run);
  note_overrun();
  assert_in_time(&run);
  assert_true(run.busy_late_ms <= BUSY_LATE_MS);
  assert_true(run.result.unprocessed > 0);
  if (run.result.status != LOCKREC_E_DEADLINE && run.result.status != LOCKREC_E_REDIS_CONNECT) {
    assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  }
}

static void a_stopped_node_does_not_hold_the_deadline(void **state) {
  (void)state;
  run.config.deadline_ms = SHORT_MS;
  relay_rule(&victim->relay, "\r\nSET\r\n", RELAY_NOTHING, RELAY_STOP_SERVER, 1);
  expect_end_inside_deadline();
}

static void a_stopped_node_is_named(void **state) {
  (void)state;
  char name[32];
  snprintf(name, sizeof name, ":%d", victim->port);
  run.config.deadline_ms = SHORT_MS;
  redis_pause(&victim->server);
  expect_end_inside_deadline();
  assert_message(&run, name);
}

static void no_replica_left_is_refused_at_the_deadline(void **state) {
  (void)state;
  cluster_kill(cluster_replica_of(&cluster, victim));
  run.config.deadline_ms = 4 * CLUSTER_NODE_TIMEOUT_MS;
  relay_rule(&victim->relay, "\r\nSET\r\n", RELAY_NOTHING, RELAY_KILL_SERVER, 1);
  expect_end_inside_deadline();
  assert_int_not_equal(run.result.status, LOCKREC_E_DEADLINE);
}

static void clusterdown_is_waited_for_and_named(void **state) {
  (void)state;
  cluster_kill(cluster_replica_of(&cluster, victim));
  cluster_kill(victim);
  const cluster_node_t *other = cluster_other_master(&cluster, victim);
  while (strstr(redis_command(&other->server, "CLUSTER", "INFO", NULL).text, "cluster_state:fail") == NULL) {
    sleep_ms(20);
  }
  run.config.deadline_ms = SHORT_MS;
  run_to_deadline(&run);
  note_overrun();
  assert_in_time(&run);
  assert_int_equal(run.result.unprocessed, SPOOLS);
  if (run.result.status != LOCKREC_E_REDIS_CONNECT) {
    assert_status(&run, LOCKREC_E_REDIS_REFUSED);
    assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_CLUSTERDOWN);
  }
}

static void clusterdown_that_passes_restores_all(void **state) {
  (void)state;
  cluster_node_t *replica = cluster_replica_of(&cluster, victim);
  redis_pause(&replica->server);
  redis_pause(&victim->server);
  const cluster_node_t *other = cluster_other_master(&cluster, victim);
  while (strstr(redis_command(&other->server, "CLUSTER", "INFO", NULL).text, "cluster_state:fail") == NULL) {
    sleep_ms(20);
  }
  process_t helper;
  pid_t pids[] = {replica->server.process.pid, victim->server.process.pid, 0};
  process_fork(&helper, continue_later, pids, -1);
  run_reconcile(&run);
  process_kill(&helper);
  assert_restored(&run, 0);
  assert_true(run.wall_ms >= 200);
}

static void a_loading_replica_as_seed_is_no_obstacle(void **state) {
  (void)state;
  char url[96];
  cluster_node_t *replica = cluster_replica_of(&cluster, victim);
  redis_must(&victim->server, "EVAL", "for i = 1, 4000 do redis.call('set', KEYS[1] .. i, 'x') end return 1", "1",
             "{spool_lock:SP-000000}", NULL);
  while (redis_key_count(&replica->server) < 4000) {
    sleep_ms(10);
  }
  redis_must(&replica->server, "SAVE", NULL);
  snprintf(url, sizeof url, "redis://127.0.0.1:%d", replica->port);
  run.config.redis_url = url;
  cluster_kill(replica);
  redis_restart(&replica->server);
  relay_behind(&replica->relay, replica->server.port, replica->server.process.pid);
  if (redis_program_version() >= 602) {
    assert_non_null(strstr(redis_command(&replica->server, "PING", NULL).text, "LOADING"));
  }
  run_reconcile(&run);
  assert_restored(&run, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(master_killed_before_the_look),
      TEST(master_killed_in_the_middle_of_the_claim),
      TEST(master_killed_before_the_commit),
      TEST(master_killed_in_the_middle_of_the_commit),
      TEST(master_stopped_in_the_middle_of_the_claim),
      TEST(seed_killed_in_the_middle_of_the_claim),
      TEST(a_stopped_node_does_not_hold_the_deadline),
      TEST(a_stopped_node_is_named),
      TEST(no_replica_left_is_refused_at_the_deadline),
      TEST(clusterdown_is_waited_for_and_named),
      TEST(clusterdown_that_passes_restores_all),
      TEST(a_loading_replica_as_seed_is_no_obstacle),
  };
  return cmocka_run_group_tests(tests, start_cluster, end_cluster);
}
