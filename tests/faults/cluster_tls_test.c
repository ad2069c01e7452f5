/* A cluster whose nodes speak TLS only, by the addresses that they name themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "redis_cluster.h"
#include "spools.h"
#include "tls_files.h"

enum { SPOOLS = 300 };

static redis_cluster_t cluster;
static spools_t spools;
static run_t run;

static int start_cluster(void **state) {
  (void)state;
  cluster_start(&cluster, 1, 0);
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
  run.config.redis_ca_file = tls_files()->ca;
  run.config.deadline_ms = 10000;
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static void all_missing_are_restored(void **state) {
  (void)state;
  run_reconcile(&run);
  assert_restored(&run, 0);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
}

static void a_redirection_is_followed_with_tls(void **state) {
  (void)state;
  const int slot = cluster_slot(&cluster, "spool_lock:SP-000000");
  const cluster_node_t *from = cluster_owner(&cluster, slot);
  const cluster_node_t *to = cluster_other_master(&cluster, from);
  assert_true(cluster_migration_begin(slot, from, to));
  run_reconcile(&run);
  assert_true(cluster_migration_finish(&cluster, slot, from, to));
  assert_restored(&run, 0);
  assert_int_equal(cluster_permanent_count(&cluster), SPOOLS);
}

static void a_wrong_authority_is_refused_by_name(void **state) {
  (void)state;
  run.config.redis_ca_file = tls_files()->other_ca;
  run.config.deadline_ms = 1500;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_in_time(&run);
  assert_int_equal(cluster_key_count(&cluster), 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(all_missing_are_restored),
      TEST(a_redirection_is_followed_with_tls),
      TEST(a_wrong_authority_is_refused_by_name),
  };
  return cmocka_run_group_tests(tests, start_cluster, end_cluster);
}
