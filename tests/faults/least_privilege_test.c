/* The contract's permissions, taken by their word: with them everything works, and without any one of them something
 * does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "acl.h"
#include "fixture.h"

enum { DATABASE = 1, CLAIMED = FIXTURE_OCCUPIED - 3 };

static emulator_t google;
static redis_server_t redis;
static redis_server_t old; /* knows no HELLO */
static run_t run;
static process_t rival;
static char url[128];

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  redis_start(&old, "--rename-command", "HELLO", "", NULL);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&google);
  redis_end(&old);
  redis_end(&redis);
  return 0;
}

static void begin(const redis_server_t *server, const char *line, const char *dropped) {
  redis_clean(server);
  redis_must(server, "CONFIG", "RESETSTAT", NULL);
  acl_grant(server, "worker", "s3cret-word", line, dropped);
  run_init(&run);
  run.config.deadline_ms = 10000;
  fixture_use_sheet(&run, &google);
  snprintf(url, sizeof url, "redis://worker:s3cret-word@127.0.0.1:%d/%d", server->port, DATABASE);
  run.config.redis_url = url;
  run_forbid(&run, "s3cret-word");
}

/* The test's own commands go to database 0. */
static void swap_databases(void) { redis_must(&redis, "SWAPDB", "0", "1", NULL); }

static void free_at_confirm(const char *tag, const char *fault) {
  emulator_tell(
      &google,
      "{\"op\":\"edit_on\",\"where\":\"confirm\",\"when\":\"before\",\"edits\":[{\"op\":\"set\",\"tag\":\"%s\","
      "\"column\":\"Ocupado_Por\",\"value\":\"DISPONIBLE\"}]}",
      tag);
  if (fault != NULL) {
    emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"confirm\",\"times\":1,%s}", fault);
  }
}

/* Whether one call could claim two, adopt one, withdraw one that the sheet has freed meanwhile, and see what is no
 * lock. */
static int does_all(const char *line, const char *dropped) {
  begin(&redis, line, dropped);
  redis_must(&redis, "SET", "spool_lock:SP-0001", "93:peer:d", "PX", "9000", NULL);
  redis_must(&redis, "LPUSH", "spool_lock:SP-0005", "x", NULL);
  free_at_confirm("SP-0002", NULL);
  swap_databases();
  run_reconcile(&run);
  swap_databases();
  const lockrec_result_t *result = &run.result;
  int is_done = result->status == LOCKREC_OK && result->reconciled == CLAIMED && result->adopted == 1 &&
                result->withdrawn == 1 && result->conflicting == 1 && redis_key_count(&redis) == CLAIMED + 2;
  for (size_t i = 0; i < run.row_count && is_done; ++i) {
    char key[64];
    snprintf(key, sizeof key, "spool_lock:%s", run.rows[i].tag);
    is_done = run.rows[i].outcome == LOCKREC_ROW_WITHDRAWN || run.rows[i].outcome == LOCKREC_ROW_SKIPPED_INVALID ||
              redis_life_ms(&redis, key) == -1;
  }
  return is_done;
}

/* Another process takes the key as soon as it is claimed. */
static void take_over(void *argument) {
  (void)argument;
  const int connection = redis_open(redis.unix_path);
  redis_ask(connection, 2, (const char *const[]){"SELECT", "1"});
  while (
      redis_ask(connection, 5, (const char *const[]){"SET", "spool_lock:SP-0002", "7:rival:d", "XX", "KEEPTTL"}).kind !=
      '+') {
    sleep_ms(2);
  }
}

/* Whether a claim that somebody has taken over and the sheet has freed is left alone, the rest is done, and the
 * connection was told to watch no longer. */
static int leaves_what_is_taken_over(const char *line, const char *dropped) {
  begin(&redis, line, dropped);
  free_at_confirm("SP-0002", "\"kind\":\"delay\",\"delay_ms\":500");
  process_fork(&rival, take_over, NULL, -1);
  run_reconcile(&run);
  process_kill(&rival);
  return run.result.status == LOCKREC_OK && run.result.reconciled == FIXTURE_OCCUPIED - 1 &&
         run.result.conflicting + run.result.withdrawn == 1 &&
         strstr(redis_must(&redis, "INFO", "commandstats", NULL).text, "cmdstat_unwatch:calls=0") == NULL;
}

static char name_seen[512];

static void look_who_is_connected(run_t *unused, const char *text) {
  (void)unused;
  if (strncmp(text, "redis: connected", 16) == 0) {
    snprintf(name_seen, sizeof name_seen, "%s", redis_must(&old, "CLIENT", "LIST", "TYPE", "normal", NULL).text);
  }
}

/* Whether a server too old for HELLO shows whose connection it is. */
static int is_named(const char *line, const char *dropped) {
  begin(&old, line, dropped);
  run.on_line = look_who_is_connected;
  name_seen[0] = '\0';
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  return strstr(name_seen, "name=lockrec ") != NULL;
}

typedef int (*deed_t)(const char *line, const char *dropped);
struct grant {
  const char *word;
  deed_t deed; /* what fails without it */
};

static const struct grant with_scripts[] = {
    {"~spool_lock:*", does_all},   {"+get", does_all},  {"+set", does_all},    {"+pttl", does_all},
    {"+persist", does_all},        {"+del", does_all},  {"+select", does_all}, {"+eval", does_all},
    {"+client|setname", is_named}, {"+mget", does_all},
};

static const struct grant without_scripts[] = {
    {"~spool_lock:*", does_all},
    {"+get", does_all},
    {"+mget", does_all},
    {"+set", does_all},
    {"+pttl", does_all},
    {"+persist", does_all},
    {"+del", does_all},
    {"+select", does_all},
    {"+client|setname", is_named},
    {"+watch", does_all},
    {"+multi", does_all},
    {"+exec", does_all},
    {"+unwatch", leaves_what_is_taken_over},
};

static void expect_each_is_needed(const char *line, const struct grant *grants, size_t count) {
  size_t words = 1;
  for (const char *c = line; *c != '\0'; ++c) {
    words += *c == ' ';
  }
  assert_int_equal(count, words);
  static const deed_t deeds[] = {does_all, leaves_what_is_taken_over, is_named};
  for (size_t i = 0; i < sizeof deeds / sizeof *deeds; ++i) {
    assert_true(deeds[i](line, NULL));
    run_free(&run);
  }
  for (size_t i = 0; i < count; ++i) {
    const int works = grants[i].deed(line, grants[i].word);
    print_message("           without %s: %s %s\n", grants[i].word, lockrec_status_name(run.result.status),
                  run.result.message);
    assert_false(works);
    assert_in_time(&run);
    run_free(&run);
  }
}

static void permissions_with_scripts_are_enough_and_needed(void **state) {
  (void)state;
  expect_each_is_needed(ACL_LINE, with_scripts, sizeof with_scripts / sizeof *with_scripts);
}

static void permissions_without_scripts_are_enough_and_needed(void **state) {
  (void)state;
  expect_each_is_needed(ACL_LINE_WITHOUT_SCRIPTS, without_scripts, sizeof without_scripts / sizeof *without_scripts);
}

/* It asks for all of them too: what it counts as restorable must be. */
static void dry_run_works_with_either_line(void **state) {
  (void)state;
  static const char *const lines[] = {ACL_LINE, ACL_LINE_WITHOUT_SCRIPTS};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i) {
    begin(&redis, lines[i], NULL);
    run.config.flags |= LOCKREC_DRY_RUN;
    redis_must(&redis, "SET", "spool_lock:SP-0001", "93:peer:d", "PX", "9000", NULL);
    swap_databases();
    run_reconcile(&run);
    swap_databases();
    assert_status(&run, LOCKREC_OK);
    assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED - 1);
    assert_int_equal(run.result.adopted, 1);
    assert_int_equal(redis_key_count(&redis), 1);
    run_free(&run);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(permissions_with_scripts_are_enough_and_needed),
      cmocka_unit_test(permissions_without_scripts_are_enough_and_needed),
      cmocka_unit_test(dry_run_works_with_either_line),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
