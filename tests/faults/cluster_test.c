/* A real cluster of six nodes, unharmed: found out from the server, mapped, and written to node by node. */
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
#include "redis_cluster.h"
#include "spools.h"

enum { SPOOLS = 300, MANY = 100000 };

static redis_cluster_t cluster;
static spools_t spools;
static run_t run;

static int start_cluster(void **state) {
  (void)state;
  cluster_start(&cluster, 0, 0);
  spools_make(&spools, "SP-", SPOOLS);
  return 0;
}

static int end_cluster(void **state) {
  (void)state;
  cluster_end(&cluster);
  spools_free(&spools);
  return 0;
}

static int begin(void **state) {
  (void)state;
  cluster_heal(&cluster);
  run_init(&run);
  spools_use(&spools, &run);
  run.config.redis_url = cluster.url;
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static const char *key_of(const spools_t *of, int i) {
  static char key[64];
  snprintf(key, sizeof key, "spool_lock:%s", of->tags[i]);
  return key;
}

static void all_missing_are_restored_on_three_nodes(void **state) {
  (void)state;
  run_reconcile(&run);
  assert_restored(&run, 0);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    if (cluster_is_master(&cluster.nodes[i])) {
      assert_in_range(redis_key_count(&cluster.nodes[i].server), SPOOLS / 6, SPOOLS / 2);
    }
  }
}

static void locks_that_are_there_are_only_looked_at(void **state) {
  (void)state;
  run_reconcile(&run);
  assert_restored(&run, 0);
  cluster_must_all(&cluster, "CONFIG", "RESETSTAT", NULL);
  run_reconcile(&run);
  assert_restored(&run, SPOOLS);
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    const char *stats = redis_must(&cluster.nodes[i].server, "INFO", "commandstats", NULL).text;
    assert_null(strstr(stats, "cmdstat_set:"));
    assert_null(strstr(stats, "cmdstat_eval:"));
    assert_null(strstr(stats, "cmdstat_persist:"));
  }
}

static void every_kind_of_lock_is_told_apart_on_every_node(void **state) {
  (void)state;
  for (int i = 0; i < 120; ++i) {
    const char *lives[] = {NULL, "8000", NULL, "3600000"};
    cluster_set(&cluster, key_of(&spools, i), i % 4 == 2 ? FOREIGN_LOCK : SPOOL_LOCK, lives[i % 4]);
  }
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_int_equal(run.result.already_locked, 60);
  assert_int_equal(run.result.adopted, 30);
  assert_int_equal(run.result.conflicting, 30);
  assert_int_equal(run.result.reconciled, SPOOLS - 120);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS - 30);
  assert_true(cluster_life_ms(&cluster, key_of(&spools, 3)) > 3000000);
}

static void a_dead_seed_is_passed_over(void **state) {
  (void)state;
  char url[128];
  int port;
  const int held = loopback_refusing(&port);
  snprintf(url, sizeof url, "redis://127.0.0.1:%d,127.0.0.1:%d/0", port, cluster.nodes[4].port);
  run.config.redis_url = url;
  run_reconcile(&run);
  close(held);
  assert_restored(&run, 0);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
}

static void a_replica_as_the_only_seed_will_do(void **state) {
  (void)state;
  char url[64];
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    if (!cluster_is_master(&cluster.nodes[i])) {
      snprintf(url, sizeof url, "redis://localhost:%d", cluster.nodes[i].port);
    }
  }
  run.config.redis_url = url;
  run_reconcile(&run);
  assert_restored(&run, 0);
}

static void braces_decide_about_the_slot(void **state) {
  (void)state;
  static const lockrec_row_t rows[] = {
      {"{a}1", "MR(93)", "21-01-2026 14:30:00"},       {"{a}2", "MR(93)", "21-01-2026 14:30:00"},
      {"x{b}y", "MR(93)", "21-01-2026 14:30:00"},      {"{}SP-1", "MR(93)", "21-01-2026 14:30:00"},
      {"{SP-2", "MR(93)", "21-01-2026 14:30:00"},      {"}SP-3{", "MR(93)", "21-01-2026 14:30:00"},
      {"a{{b}}c", "MR(93)", "21-01-2026 14:30:00"},    {"{b}{c}", "MR(93)", "21-01-2026 14:30:00"},
      {"\"SP\" '4'", "MR(93)", "21-01-2026 14:30:00"}, {"SP-\xf0\x9f\x94\xa7", "MR(93)", "21-01-2026 14:30:00"},
  };
  const int count = (int)(sizeof rows / sizeof *rows);
  run_use_rows(&run, rows, (uint64_t)count, "America/Santiago");
  run_reconcile(&run);
  assert_restored(&run, 0);
  /* Found at once: no redirection was needed. */
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    assert_null(strstr(redis_must(&cluster.nodes[i].server, "INFO", "errorstats", NULL).text, "MOVED"));
  }
  for (int i = 0; i < count; ++i) {
    char key[64];
    snprintf(key, sizeof key, "spool_lock:%s", rows[i].tag);
    assert_int_equal(cluster_life_ms(&cluster, key), -1);
  }
}

static void the_contracts_acl_line_is_enough(void **state) {
  (void)state;
  cluster_must_all(&cluster, "ACL", "SETUSER", "lockrec", "reset", "on", ">s3cret-word", "~spool_lock:*", "+get",
                   "+mget", "+set", "+pttl", "+persist", "+del", "+select", "+client|setname", "+eval",
                   "+cluster|slots", NULL);
  run.config.redis_username = "lockrec";
  run.config.redis_password = "s3cret-word";
  run_forbid(&run, "s3cret-word");
  run_reconcile(&run);
  assert_restored(&run, 0);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
}

static void without_scripts_transactions_do_it(void **state) {
  (void)state;
  cluster_must_all(&cluster, "ACL", "SETUSER", "lockrec", "reset", "on", ">s3cret-word", "~spool_lock:*", "+get",
                   "+mget", "+set", "+pttl", "+persist", "+del", "+select", "+client|setname", "+watch", "+unwatch",
                   "+multi", "+exec", "+cluster|slots", NULL);
  run.config.redis_username = "lockrec";
  run.config.redis_password = "s3cret-word";
  run_reconcile(&run);
  assert_restored(&run, 0);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
}

static void another_database_than_0_is_a_mistake(void **state) {
  (void)state;
  char url[128];
  snprintf(url, sizeof url, "%s/1", cluster.url);
  run.config.redis_url = url;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_CONFIG);
  assert_message(&run, "database");
  assert_in_time(&run);
  assert_int_equal(cluster_key_count(&cluster), 0);
}

static void a_dry_run_writes_nothing(void **state) {
  (void)state;
  run.config.flags |= LOCKREC_DRY_RUN;
  run_reconcile(&run);
  assert_restored(&run, 0);
  assert_int_equal(cluster_key_count(&cluster), 0);
}

static void a_hundred_thousand_keys(void **state) {
  (void)state;
  spools_t many;
  spools_make(&many, "MK-", MANY);
  spools_use(&many, &run);
  run.config.deadline_ms = 20000;
  run.config.on_row = NULL;
  run_reconcile(&run);
  assert_restored(&run, 0);
  assert_int_equal(cluster_permanent_count(&cluster), MANY);
  print_message("measured: 100,000 missing locks restored over three masters in %lld ms\n", (long long)run.wall_ms);
  spools_free(&many);
}

static void a_fleet_takes_turns_on_a_cluster(void **state) {
  (void)state;
  run.config.fleet_ttl_ms = 60000;
  run_reconcile(&run);
  assert_restored(&run, 0);
  assert_in_range(cluster_life_ms(&cluster, "lockrec:fleet:spool_lock:"), 50000, 60000);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_SKIPPED);
  assert_int_equal(run.result.rows_total, 0);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
}

static void replicas_of_every_master_are_waited_for(void **state) {
  (void)state;
  run.config.wait_replicas = 1;
  run_reconcile(&run);
  assert_restored(&run, 0);
  cluster_heal(&cluster);
  run.config.wait_replicas = 2; /* every master has one */
  run_reconcile(&run);
  assert_status(&run, LOCKREC_PARTIAL);
  assert_in_time(&run);
  assert_int_equal(run.result.failed, SPOOLS);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(all_missing_are_restored_on_three_nodes),
      TEST(locks_that_are_there_are_only_looked_at),
      TEST(every_kind_of_lock_is_told_apart_on_every_node),
      TEST(a_dead_seed_is_passed_over),
      TEST(a_replica_as_the_only_seed_will_do),
      TEST(braces_decide_about_the_slot),
      TEST(the_contracts_acl_line_is_enough),
      TEST(without_scripts_transactions_do_it),
      TEST(another_database_than_0_is_a_mistake),
      TEST(a_dry_run_writes_nothing),
      TEST(a_fleet_takes_turns_on_a_cluster),
      TEST(replicas_of_every_master_are_waited_for),
      TEST(a_hundred_thousand_keys),
  };
  return cmocka_run_group_tests(tests, start_cluster, end_cluster);
}
