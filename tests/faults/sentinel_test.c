/* redis-sentinel://: the master is found whichever sentinels are alive, with their own login, and checked by its role.
 */
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
#include "loopback.h"
#include "redis_sentinels.h"
#include "tls_files.h"

static redis_sentinels_t all;
static run_t run;

static int start_plain(void **state) {
  (void)state;
  sentinels_start(&all, 0);
  return 0;
}

static int start_tls(void **state) {
  (void)state;
  sentinels_start(&all, 1);
  return 0;
}

static int end_all(void **state) {
  (void)state;
  sentinels_end(&all);
  return 0;
}

static int begin(void **state) {
  (void)state;
  sentinels_heal(&all);
  run_init(&run);
  fixture_use_rows(&run);
  run.config.redis_url = all.url;
  run.config.redis_password = SENTINEL_REDIS_PASSWORD;
  run.config.sentinel_password = SENTINEL_PASSWORD;
  run_forbid(&run, SENTINEL_REDIS_PASSWORD);
  run_forbid(&run, SENTINEL_PASSWORD);
  run_forbid(&run, SENTINEL_USER_PASSWORD);
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

static void expect_locks(void) {
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_in_time(&run);
  assert_all_restored(&run, &all.redises[sentinels_master(&all)]);
}

static const char *url_of(int first, int second, int third, const char *name) {
  static char url[160];
  snprintf(url, sizeof url, "redis-sentinel://127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d/0#%s", first, second, third, name);
  return url;
}

static void the_master_is_found(void **state) {
  (void)state;
  expect_locks();
}

static void dead_sentinels_are_passed_over(void **state) {
  (void)state;
  int refusing;
  const int held = loopback_refusing(&refusing);
  fault_server_t hole;
  fault_start(&hole, FAULT_BLACK_HOLE, NULL, 0);
  run.config.redis_url = url_of(refusing, hole.port, all.sentinels[1].port, SENTINEL_MASTER_NAME);
  expect_locks();
  assert_true(run.wall_ms < 2000);
  fault_end(&hole);
  close(held);
}

static void sentinels_that_say_nothing_or_nonsense_are_passed_over(void **state) {
  (void)state;
  static const char nonsense[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
  fault_server_t silent;
  fault_server_t web;
  fault_start(&silent, FAULT_STALL, NULL, 0);
  fault_start(&web, FAULT_ANSWER, nonsense, sizeof nonsense - 1);
  run.config.redis_url = url_of(web.port, silent.port, all.sentinels[2].port, SENTINEL_MASTER_NAME);
  expect_locks();
  fault_end(&web);
  fault_end(&silent);
}

static void no_sentinel_at_all_is_a_connection_that_failed(void **state) {
  (void)state;
  int ports[3];
  int held[3];
  for (int i = 0; i < 3; ++i) {
    held[i] = loopback_refusing(&ports[i]);
  }
  run.config.redis_url = url_of(ports[0], ports[1], ports[2], SENTINEL_MASTER_NAME);
  run.config.deadline_ms = 700;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_message(&run, "entinel");
  assert_in_time(&run);
  assert_nothing_done(&run);
  for (int i = 0; i < 3; ++i) {
    close(held[i]);
  }
}

static void a_user_that_may_only_ask_for_the_address_is_enough(void **state) {
  (void)state;
  run.config.sentinel_username = SENTINEL_USER;
  run.config.sentinel_password = SENTINEL_USER_PASSWORD;
  expect_locks();
}

static void expect_refused_login(const char *named) {
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_AUTH);
  assert_message(&run, named);
  assert_in_time(&run);
  assert_true(run.wall_ms < 1500);
  assert_nothing_done(&run);
}

static void a_wrong_sentinel_password_is_named(void **state) {
  (void)state;
  run.config.sentinel_password = "mistaken-s3cret";
  run_forbid(&run, "mistaken-s3cret");
  expect_refused_login("sentinel_password");
}

static void a_missing_sentinel_password_is_named(void **state) {
  (void)state;
  run.config.sentinel_password = NULL;
  expect_refused_login("sentinel_password");
}

static void the_redis_password_is_not_the_sentinels(void **state) {
  (void)state;
  run.config.redis_password = SENTINEL_PASSWORD;
  expect_refused_login("redis_password");
}

static void a_name_that_no_sentinel_knows_is_a_mistake(void **state) {
  (void)state;
  run.config.redis_url = url_of(all.sentinels[0].port, all.sentinels[1].port, all.sentinels[2].port, "another-floor");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_CONFIG);
  assert_message(&run, "another-floor");
  assert_in_time(&run);
  assert_nothing_done(&run);
}

static int a_replica(void) { return sentinels_master(&all) == 0 ? 1 : 0; }

static void a_sentinel_that_names_a_replica_is_not_believed(void **state) {
  (void)state;
  redis_server_t liar;
  sentinel_start_alone(&all, &liar, all.relays[a_replica()].port);
  run.config.redis_url = url_of(liar.port, all.sentinels[1].port, all.sentinels[2].port, SENTINEL_MASTER_NAME);
  expect_locks();
  run.config.redis_url = url_of(liar.port, liar.port, liar.port, SENTINEL_MASTER_NAME);
  run.config.deadline_ms = 700;
  run_reconcile(&run);
  process_kill(&liar.process);
  assert_status(&run, LOCKREC_E_REDIS_REFUSED);
  assert_cause(&run, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_READONLY);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

static void a_database_other_than_0_is_kept(void **state) {
  (void)state;
  static char url[160];
  snprintf(url, sizeof url, "redis-sentinel://127.0.0.1:%d/3#" SENTINEL_MASTER_NAME, all.sentinels[0].port);
  run.config.redis_url = url;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(redis_key_count(&all.redises[sentinels_master(&all)]), 0);
  assert_non_null(
      strstr(redis_must(&all.redises[sentinels_master(&all)], "INFO", "keyspace", NULL).text, "db3:keys=5,expires=0"));
}

static void tls_to_the_sentinels_and_to_the_master(void **state) {
  (void)state;
  run.config.redis_ca_file = tls_files()->ca;
  expect_locks();
}

static void tls_to_a_sentinel_of_another_authority_is_refused(void **state) {
  (void)state;
  run.config.redis_ca_file = tls_files()->other_ca;
  run.config.deadline_ms = 1000;
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_REDIS_CONNECT);
  assert_in_time(&run);
  assert_nothing_done(&run);
}

int main(void) {
  if (redis_program_version() < 602) {
    print_message("skip: sentinels of this version have no users\n");
    return 0;
  }
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest plain[] = {
      TEST(the_master_is_found),
      TEST(dead_sentinels_are_passed_over),
      TEST(sentinels_that_say_nothing_or_nonsense_are_passed_over),
      TEST(no_sentinel_at_all_is_a_connection_that_failed),
      TEST(a_user_that_may_only_ask_for_the_address_is_enough),
      TEST(a_wrong_sentinel_password_is_named),
      TEST(a_missing_sentinel_password_is_named),
      TEST(the_redis_password_is_not_the_sentinels),
      TEST(a_name_that_no_sentinel_knows_is_a_mistake),
      TEST(a_sentinel_that_names_a_replica_is_not_believed),
      TEST(a_database_other_than_0_is_kept),
  };
  const struct CMUnitTest tls[] = {
      TEST(tls_to_the_sentinels_and_to_the_master),
      TEST(tls_to_a_sentinel_of_another_authority_is_refused),
  };
  const int failed = cmocka_run_group_tests(plain, start_plain, end_all);
  return failed + cmocka_run_group_tests(tls, start_tls, end_all);
}
