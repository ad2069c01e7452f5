/* Slots that move while a run is under way: MOVED, ASK and TRYAGAIN are followed, and no lock is lost between two
 * nodes. */
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

/* The first five locks stay on the source, the next five are moved, the rest is missing; the same again half-made. */
enum { ONE_SLOT = 40, STAY = 5, MOVED = 10, HALF_STAY = 15, HALF_MOVED = 20, SPREAD = 30000, LONG_MS = 10000 };

static redis_cluster_t cluster;
static spools_t one_slot; /* braces bind all of them to one slot */
static spools_t spread;
static cluster_node_t *source;
static cluster_node_t *target;
static int slot;
static process_t helper;
static int *slots_moved; /* counted by the helper */
static run_t run;

static int start_cluster(void **state) {
  (void)state;
  cluster_start(&cluster, 0, 1);
  spools_make(&one_slot, "{m}", ONE_SLOT);
  spools_make(&spread, "SP-", SPREAD);
  slots_moved = shared_memory(sizeof *slots_moved);
  return 0;
}

static int end_cluster(void **state) {
  (void)state;
  cluster_end(&cluster);
  spools_free(&one_slot);
  spools_free(&spread);
  return 0;
}

static int begin(void **state) {
  (void)state;
  cluster_heal(&cluster);
  helper.pid = 0;
  *slots_moved = 0;
  run_init(&run);
  spools_use(&one_slot, &run);
  run.config.redis_url = cluster.url;
  run.config.deadline_ms = 5000;
  slot = cluster_slot(&cluster, "spool_lock:{m}");
  source = cluster_owner(&cluster, slot);
  target = cluster_other_master(&cluster, source);
  return 0;
}

static int end(void **state) {
  (void)state;
  process_kill(&helper);
  cluster_migration_finish(&cluster, slot, source, target);
  run_free(&run);
  return 0;
}

static const char *key_of(int i) {
  static char key[64];
  snprintf(key, sizeof key, "spool_lock:%s", one_slot.tags[i]);
  return key;
}

static void begin_with_locks_on_both_sides(void) {
  for (int i = 0; i < HALF_MOVED; ++i) {
    cluster_set(&cluster, key_of(i), SPOOL_LOCK, i < MOVED ? NULL : "9000");
  }
  assert_true(cluster_migration_begin(slot, source, target));
  for (int i = 0; i < HALF_MOVED; ++i) {
    if (i / STAY % 2 == 1) {
      assert_true(cluster_migrate_key(&cluster, key_of(i), source, target));
    }
  }
}

static void expect_all_permanent(void) {
  for (int i = 0; i < ONE_SLOT; ++i) {
    assert_int_equal(cluster_life_ms(&cluster, key_of(i)), -1);
  }
}

static void a_slot_half_moved_and_staying_so_is_no_obstacle(void **state) {
  (void)state;
  begin_with_locks_on_both_sides();
  run_reconcile(&run);
  assert_restored(&run, MOVED);
  assert_int_equal(run.result.adopted, HALF_MOVED - MOVED);
  expect_all_permanent();
  assert_true(cluster_migration_finish(&cluster, slot, source, target));
  expect_all_permanent();
}

static void without_scripts_too(void **state) {
  (void)state;
  cluster_must_all(&cluster, "ACL", "SETUSER", "lockrec", "reset", "on", ">s3cret-word", "~spool_lock:*", "+get",
                   "+mget", "+set", "+pttl", "+persist", "+del", "+select", "+client|setname", "+watch", "+unwatch",
                   "+multi", "+exec", "+cluster|slots", "+asking", NULL);
  run.config.redis_username = "lockrec";
  run.config.redis_password = "s3cret-word";
  begin_with_locks_on_both_sides();
  run_reconcile(&run);
  assert_restored(&run, MOVED);
  expect_all_permanent();
}

static void the_clusters_acl_line_is_enough(void **state) {
  (void)state;
  cluster_must_all(&cluster, "ACL", "SETUSER", "lockrec", "reset", "on", ">s3cret-word", "~spool_lock:*", "+get",
                   "+mget", "+set", "+pttl", "+persist", "+del", "+select", "+client|setname", "+eval",
                   "+cluster|slots", "+asking", NULL);
  run.config.redis_username = "lockrec";
  run.config.redis_password = "s3cret-word";
  begin_with_locks_on_both_sides();
  run_reconcile(&run);
  assert_restored(&run, MOVED);
  expect_all_permanent();
}

static void without_the_right_to_ask_it_is_named(void **state) {
  (void)state;
  cluster_must_all(&cluster, "ACL", "SETUSER", "lockrec", "reset", "on", ">s3cret-word", "~spool_lock:*", "+get",
                   "+mget", "+set", "+pttl", "+persist", "+del", "+select", "+client|setname", "+eval",
                   "+cluster|slots", NULL);
  run.config.redis_username = "lockrec";
  run.config.redis_password = "s3cret-word";
  begin_with_locks_on_both_sides();
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_NOPERM);
  assert_message(&run, "asking");
  assert_int_equal(cluster_life_ms(&cluster, key_of(0)), -1);
  assert_int_equal(cluster_life_ms(&cluster, key_of(STAY)), -1);
}

/* While what the relay holds waits for it. */
static void move_the_slot_then_release(void *argument) {
  const int whole = *(const int *)argument;
  while (relay_hits(&source->relay) == 0) {
    sleep_ms(2);
  }
  *slots_moved = cluster_migration_begin(slot, source, target) &&
                 (!whole || cluster_migration_finish(&cluster, slot, source, target));
  relay_release(&source->relay);
}

static void expect_following(const char *moment, int whole) {
  relay_rule(&source->relay, moment, RELAY_NOTHING, RELAY_HOLD, 1);
  process_fork(&helper, move_the_slot_then_release, &whole, -1);
  run_reconcile(&run);
  assert_int_equal(*slots_moved, 1);
  assert_restored(&run, 0);
  expect_all_permanent();
}

static void moved_before_the_look(void **state) {
  (void)state;
  expect_following("\r\nMGET\r\n", 1);
}

static void moved_before_the_claim(void **state) {
  (void)state;
  expect_following("\r\nSET\r\n", 1);
}

static void moved_before_the_commit(void **state) {
  (void)state;
  expect_following("\r\nEVAL\r\n", 1);
}

static void migration_begins_before_the_claim(void **state) {
  (void)state;
  expect_following("\r\nSET\r\n", 0);
}

static void migration_begins_before_the_commit(void **state) {
  (void)state;
  expect_following("\r\nEVAL\r\n", 0);
}

/* One slot of the source after the other, with all that is in them, and back. */
static void move_slots(void *argument) {
  (void)argument;
  for (int i = 0; i < CLUSTER_SLOTS / 64; ++i) {
    const int number = i * 64 + 1;
    cluster_node_t *from = cluster_owner(&cluster, number);
    cluster_node_t *to = from == NULL ? NULL : cluster_other_master(&cluster, from);
    *slots_moved += from != NULL && cluster_migration_begin(number, from, to) &&
                    cluster_migration_finish(&cluster, number, from, to);
  }
}

static void slots_keep_moving_and_nothing_is_lost(void **state) {
  (void)state;
  if (redis_program_version() < 700) {
    print_message("skip: nodes of 6.0 went on sending each other's clients to and fro after many moves in a row\n");
    skip();
  }
  spools_use(&spread, &run);
  run.config.deadline_ms = LONG_MS;
  run.config.log_level = LOCKREC_LOG_WARNING;
  process_fork(&helper, move_slots, NULL, -1);
  while (*(volatile int *)slots_moved == 0) {
    sleep_ms(2);
  }
  run_reconcile(&run);
  const int moved = *(volatile int *)slots_moved;
  assert_restored(&run, 0);
  while (process_is_running(&helper)) {
    sleep_ms(10);
  }
  assert_int_equal(cluster_permanent_count(&cluster), SPREAD);
  print_message("measured: %d slots moved while %d locks were restored in %lld ms\n", moved, SPREAD,
                (long long)run.wall_ms);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(a_slot_half_moved_and_staying_so_is_no_obstacle),
      TEST(without_scripts_too),
      TEST(the_clusters_acl_line_is_enough),
      TEST(without_the_right_to_ask_it_is_named),
      TEST(moved_before_the_look),
      TEST(moved_before_the_claim),
      TEST(moved_before_the_commit),
      TEST(migration_begins_before_the_claim),
      TEST(migration_begins_before_the_commit),
      TEST(slots_keep_moving_and_nothing_is_lost),
  };
  return cmocka_run_group_tests(tests, start_cluster, end_cluster);
}
