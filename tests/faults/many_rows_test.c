/* The deadline and a cancel while there is nothing to wait for but a great many rows to work through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "folder.h"

/* A JSON text is parsed in one go, as a page of the API is: 50,000 rows at most are asked for at once there. */
enum { ROWS = 400000, CSV_ROWS = 200000, JSON_ROWS = 50000, STEPS = 7 };

static const int64_t deadlines_ms[STEPS] = {1, 5, 20, 60, 150, 300, 600};

static redis_server_t redis;
static run_t run;
static lockrec_row_t *rows;
static char (*tags)[16];
static char csv_path[128];
static char json_path[128];

static void write_files(void) {
  snprintf(csv_path, sizeof csv_path, "%s", temp_path("many.csv"));
  snprintf(json_path, sizeof json_path, "%s", temp_path("many.json"));
  FILE *csv = fopen(csv_path, "we");
  FILE *json = fopen(json_path, "we");
  fprintf(csv, "TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\n");
  fprintf(json,
          "{\"range\":\"Operaciones!A1:C%d\",\"majorDimension\":\"ROWS\",\"values\":[[\"TAG_SPOOL\","
          "\"Ocupado_Por\",\"Fecha_Ocupacion\"]",
          JSON_ROWS + 1);
  for (int i = 0; i < CSV_ROWS; ++i) {
    fprintf(csv, "%s,MR(93),21-01-2026 14:30:00\n", tags[i]);
  }
  for (int i = 0; i < JSON_ROWS; ++i) {
    fprintf(json, ",[\"%s\",\"MR(93)\",\"21-01-2026 14:30:00\"]", tags[i]);
  }
  fprintf(json, "]}\n");
  fclose(csv);
  fclose(json);
}

static int start_servers(void **state) {
  (void)state;
  rows = calloc(ROWS, sizeof *rows);
  tags = calloc(ROWS, sizeof *tags);
  for (int i = 0; i < ROWS; ++i) {
    snprintf(tags[i], sizeof tags[i], "MANY-%06d", i);
    rows[i] = (lockrec_row_t){tags[i], "MR(93)", "21-01-2026 14:30:00"};
  }
  write_files();
  redis_start(&redis, NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  redis_end(&redis);
  free(rows);
  free(tags);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  run_init(&run);
  run_use_redis(&run, &redis);
  run.config.now_unix_ms = FIXTURE_NOW_MS;
  run.config.time_zone = "America/Santiago";
  run.config.on_row = NULL; /* its time would be the host's */
  run.config.log_level = LOCKREC_LOG_WARNING;
  return 0;
}

static int end(void **state) {
  (void)state;
  run_free(&run);
  return 0;
}

/* Whatever the deadline, what is permanent was counted, and what was not counted is not permanent for long. */
static void expect_every_deadline_held(void) {
  for (int i = 0; i < STEPS; ++i) {
    redis_clean(&redis);
    run.config.deadline_ms = deadlines_ms[i];
    run_to_deadline(&run);
    print_message("           deadline %lld ms: back after %lld ms, of which %lld were computing too late; %s\n",
                  (long long)deadlines_ms[i], (long long)run.wall_ms, (long long)run.busy_late_ms,
                  lockrec_status_name(run.result.status));
    assert_true(run.result.status == LOCKREC_OK || run.result.status == LOCKREC_E_DEADLINE);
    assert_true(run.busy_late_ms <= BUSY_LATE_MS);
    assert_true(redis_key_count(&redis) >= run.result.reconciled);
  }
}

static void expect_every_cancel_held(void) {
  for (int i = 0; i < STEPS; ++i) {
    redis_clean(&redis);
    run.config.deadline_ms = 60000;
    run_cancelled_after(&run, deadlines_ms[i]);
    print_message("           cancel after %lld ms: %lld ms were computing too late; %s\n", (long long)deadlines_ms[i],
                  (long long)run.busy_late_ms, lockrec_status_name(run.result.status));
    assert_true(run.result.status == LOCKREC_OK || run.result.status == LOCKREC_E_CANCELLED);
    assert_true(run.busy_late_ms <= BUSY_LATE_MS);
  }
}

static void deadline_among_host_rows_is_held(void **state) {
  (void)state;
  run_use_rows(&run, rows, ROWS, "America/Santiago");
  expect_every_deadline_held();
}

static void deadline_among_csv_rows_is_held(void **state) {
  (void)state;
  run.config.source_file = csv_path;
  expect_every_deadline_held();
}

static void deadline_among_json_rows_is_held(void **state) {
  (void)state;
  run.config.source_file = json_path;
  expect_every_deadline_held();
}

static void cancel_among_host_rows_is_seen_at_once(void **state) {
  (void)state;
  run_use_rows(&run, rows, ROWS, "America/Santiago");
  expect_every_cancel_held();
}

static void cancel_among_csv_rows_is_seen_at_once(void **state) {
  (void)state;
  run.config.source_file = csv_path;
  expect_every_cancel_held();
}

static void cancel_among_json_rows_is_seen_at_once(void **state) {
  (void)state;
  run.config.source_file = json_path;
  expect_every_cancel_held();
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(deadline_among_host_rows_is_held),      TEST(deadline_among_csv_rows_is_held),
      TEST(deadline_among_json_rows_is_held),      TEST(cancel_among_host_rows_is_seen_at_once),
      TEST(cancel_among_csv_rows_is_seen_at_once), TEST(cancel_among_json_rows_is_seen_at_once),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
