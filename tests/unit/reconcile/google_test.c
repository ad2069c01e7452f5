/* The main job: a sheet of the production shape over real HTTPS, a service account key, a real Redis. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "run.h"

enum { ROWS = 1869, OCCUPIED = 22 };

static redis_server_t redis;
static emulator_t emulator; /* the production shape */
static emulator_t small;    /* the fixture */

static int start(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  emulator_start(&emulator, NULL);
  emulator_start(&small, NULL);
  return 0;
}

static int stop(void **state) {
  (void)state;
  emulator_end(&small);
  emulator_end(&emulator);
  redis_end(&redis);
  return 0;
}

static int clean(void **state) {
  (void)state;
  redis_clean(&redis);
  emulator_tell(&emulator, "{\"op\":\"reset\"}");
  return 0;
}

static void begin(run_t *run) {
  run_init(run);
  run_use_emulator(run, &emulator);
  run_use_redis(run, &redis);
}

static void begin_small(run_t *run) {
  run_init(run);
  fixture_use_sheet(run, &small);
  run_use_redis(run, &redis);
}

static void production_sheet_gets_its_locks_in_three_reads_and_two_when_they_are_there(void **state) {
  (void)state;
  run_t run;
  begin(&run);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.rows_total, ROWS);
  assert_int_equal(run.result.reconciled, OCCUPIED);
  assert_int_equal(run.result.unconfirmed, 0);
  assert_int_equal(redis_key_count(&redis), OCCUPIED);
  assert_int_equal(emulator_stat(&emulator, "token"), 1);
  assert_int_equal(emulator_stat(&emulator, "metadata"), 1);
  assert_int_equal(emulator_stat(&emulator, "values"), 1);
  assert_int_equal(emulator_stat(&emulator, "confirm"), 1);
  run_free(&run);

  emulator_tell(&emulator, "{\"op\":\"reset\"}");
  begin(&run);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.already_locked, OCCUPIED);
  assert_int_equal(emulator_stat(&emulator, "metadata"), 1);
  assert_int_equal(emulator_stat(&emulator, "values"), 1);
  assert_int_equal(emulator_stat(&emulator, "confirm"), 0);
  run_free(&run);
}

static void steps_passed_are_logged_with_the_words_that_check_relies_on(void **state) {
  (void)state;
  run_t run;
  begin(&run);
  run.config.flags = LOCKREC_DRY_RUN;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  const char *words[] = {
      "credentials: ", "token: ", "sheet: ", "columns: ", "zone: ", "redis: ", "permissions: ", "done: "};
  for (size_t i = 0; i < sizeof words / sizeof *words; ++i) assert_logged(&run, LOCKREC_LOG_INFO, words[i]);
  run_free(&run);
}

static void key_as_text_and_access_token_work_as_the_key_file_does(void **state) {
  (void)state;
  char key[8192] = "";
  FILE *file = fopen(emulator.credentials_file, "r");
  assert_non_null(file);
  assert_true(fread(key, 1, sizeof key - 1, file) > 0);
  fclose(file);
  run_t run;
  begin(&run);
  run.config.credentials_file = NULL;
  run.config.credentials_json = key;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, OCCUPIED);
  run.config.credentials_json = NULL;
  run.config.access_token = emulator.access_token;
  emulator_tell(&emulator, "{\"op\":\"reset\"}");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.already_locked, OCCUPIED);
  assert_int_equal(emulator_stat(&emulator, "token"), 0);
  run_free(&run);
}

static void worker_who_finishes_between_read_and_confirm_leaves_no_lock(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  emulator_tell(&small,
                "{\"op\":\"edit_on\",\"where\":\"confirm\",\"edits\":["
                "{\"op\":\"set\",\"tag\":\"SP-0002\",\"column\":\"Ocupado_Por\",\"value\":\"DISPONIBLE\"},"
                "{\"op\":\"set\",\"tag\":\"SP-0003\",\"column\":\"Ocupado_Por\",\"value\":\"ZZ(999)\"}]}");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.withdrawn, 2);
  assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED - 2);
  assert_int_equal(run.result.unconfirmed, 0);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0002"), -2);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0003"), -2);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0001"), -1);
  run_free(&run);
}

static void half_made_lock_of_a_finished_worker_is_left_to_expire(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  run.config.flags = LOCKREC_DRY_RUN;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  const char *owner = run.rows[0].owner;
  const char *id = strchr(owner, '(') + 1;
  char value[64];
  snprintf(value, sizeof value, "%.*s:peer:d", (int)strcspn(id, ")"), id);
  redis_must(&redis, "SET", "spool_lock:SP-0001", value, "PX", "9000", NULL);
  run_free(&run);

  begin_small(&run);
  emulator_tell(&small,
                "{\"op\":\"edit_on\",\"where\":\"confirm\",\"edits\":["
                "{\"op\":\"set\",\"tag\":\"SP-0001\",\"column\":\"Ocupado_Por\",\"value\":\"\"}]}");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.withdrawn, 1);
  const long long life_ms = redis_life_ms(&redis, "spool_lock:SP-0001");
  assert_true(life_ms > 0 && life_ms <= 9000);
  run_free(&run);
}

static void adoption_alone_is_confirmed_too(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  run.config.flags = LOCKREC_DRY_RUN;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  for (size_t i = 0; i < run.row_count; ++i) {
    if (run.rows[i].outcome != LOCKREC_ROW_RECONCILED) continue;
    char key[80], value[80];
    const char *id = strchr(run.rows[i].owner, '(') + 1;
    snprintf(key, sizeof key, "spool_lock:%s", run.rows[i].tag);
    snprintf(value, sizeof value, "%.*s:peer:d", (int)strcspn(id, ")"), id);
    redis_must(&redis, "SET", key, value, "PX", "9000", NULL);
  }
  run.config.flags = 0;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.adopted, FIXTURE_OCCUPIED);
  assert_int_equal(run.result.unconfirmed, 0);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:SP-0001"), -1);
  run_free(&run);
}

static void confirm_that_fails_is_said_and_does_not_cost_the_locks(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  emulator_tell(
      &small, "{\"op\":\"fault\",\"where\":\"confirm\",\"times\":0,\"kind\":\"google_error\",\"name\":\"not_shared\"}");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED);
  assert_int_equal(run.result.unconfirmed, FIXTURE_OCCUPIED);
  assert_int_equal(run.rows[0].reason, LOCKREC_REASON_NOT_CONFIRMED);
  assert_logged(&run, LOCKREC_LOG_WARNING, "unconfirmed");
  run_free(&run);
}

static void cells_that_can_no_longer_be_read_cost_nobody_a_lock(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  emulator_tell(&small,
                "{\"op\":\"edit_on\",\"where\":\"confirm\",\"edits\":["
                "{\"op\":\"set\",\"tag\":\"SP-0002\",\"column\":\"Ocupado_Por\",\"value\":\"Loading...\"},"
                "{\"op\":\"set\",\"tag\":\"SP-0003\",\"column\":\"TAG_SPOOL\",\"value\":\"#REF!\"}]}");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.withdrawn, 0);
  assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED);
  assert_int_equal(run.result.unconfirmed, 2);
  assert_logged(&run, LOCKREC_LOG_WARNING, "can't be read now");
  run_free(&run);
}

static void confirm_that_hangs_takes_half_of_the_time_left_at_most(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  run.config.deadline_ms = 1600;
  emulator_tell(&small, "{\"op\":\"fault\",\"where\":\"confirm\",\"times\":0,\"kind\":\"stall\"}");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.unconfirmed, FIXTURE_OCCUPIED);
  assert_true(run.wall_ms >= 500 && run.wall_ms <= 900 + LATE_MS);
  run_free(&run);
}

static void no_confirm_flag_saves_the_read(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  run.config.flags = LOCKREC_NO_CONFIRM;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.unconfirmed, FIXTURE_OCCUPIED);
  assert_int_equal(emulator_stat(&small, "confirm"), 0);
  run_free(&run);
}

static void column_inserted_between_the_reads_is_noticed(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  emulator_tell(&small,
                "{\"op\":\"edit_on\",\"where\":\"values\",\"edits\":["
                "{\"op\":\"insert_column\",\"before\":\"Ocupado_Por\",\"header\":\"MatSys\",\"fill\":\"-\"}]}");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED);
  assert_int_equal(emulator_stat(&small, "metadata"), 2);
  run_free(&run);
}

static void another_time_zone_than_the_spreadsheets_is_warned_about(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  run.config.time_zone = "America/Punta_Arenas";
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_logged(&run, LOCKREC_LOG_WARNING, "America/Santiago");
  run_free(&run);
}

static void missing_column_is_an_error_that_names_it(void **state) {
  (void)state;
  run_t run;
  begin_small(&run);
  run.config.occupied_by_column = "Ocupado_Desde";
  assert_int_equal(run_reconcile(&run), LOCKREC_E_SHEET_FORMAT);
  assert_message(&run, "Ocupado_Desde");
  assert_nothing_read(&run);
  run_free(&run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(production_sheet_gets_its_locks_in_three_reads_and_two_when_they_are_there, clean),
      cmocka_unit_test_setup(steps_passed_are_logged_with_the_words_that_check_relies_on, clean),
      cmocka_unit_test_setup(key_as_text_and_access_token_work_as_the_key_file_does, clean),
      cmocka_unit_test_setup(worker_who_finishes_between_read_and_confirm_leaves_no_lock, clean),
      cmocka_unit_test_setup(half_made_lock_of_a_finished_worker_is_left_to_expire, clean),
      cmocka_unit_test_setup(adoption_alone_is_confirmed_too, clean),
      cmocka_unit_test_setup(confirm_that_fails_is_said_and_does_not_cost_the_locks, clean),
      cmocka_unit_test_setup(cells_that_can_no_longer_be_read_cost_nobody_a_lock, clean),
      cmocka_unit_test_setup(confirm_that_hangs_takes_half_of_the_time_left_at_most, clean),
      cmocka_unit_test_setup(no_confirm_flag_saves_the_read, clean),
      cmocka_unit_test_setup(column_inserted_between_the_reads_is_noticed, clean),
      cmocka_unit_test_setup(another_time_zone_than_the_spreadsheets_is_warned_about, clean),
      cmocka_unit_test_setup(missing_column_is_an_error_that_names_it, clean),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
