/* Sheets that no workshop has: too large, too deep, broken, or full of characters that mean something elsewhere. */
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
#include "peak.h"

enum { CELLS = 2000000, COLUMNS = 100, MILLION = 1000000, LEVELS = 100000, GROWTH_KIB_MAX = 400 << 10 };

#define HEADER_CSV "TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion"
#define HEADER_JSON "[\"TAG_SPOOL\",\"Ocupado_Por\",\"Fecha_Ocupacion\"]"
#define DATE "21-01-2026 14:30:00"

static redis_server_t redis;
static emulator_t google;
static run_t run;

static int start_servers(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&google);
  redis_end(&redis);
  return 0;
}

static void begin(void) {
  redis_clean(&redis);
  run_init(&run);
  run_use_redis(&run, &redis);
  run.config.now_unix_ms = FIXTURE_NOW_MS;
  run.config.time_zone = "America/Santiago";
  run.config.deadline_ms = 10000;
}

static void call_with_file(const char *name, const char *text, size_t size) {
  begin();
  run.config.source_file = temp_file(name, text, size);
  peak_forget();
  run_reconcile(&run);
  const long growth_kib = peak_growth_kib();
  print_message("measured: %s of %zu bytes: %s in %lld ms, %ld KiB more in use: %.120s\n", name, size,
                lockrec_status_name(run.result.status), (long long)run.wall_ms, growth_kib, run.result.message);
  assert_true(growth_kib <= GROWTH_KIB_MAX);
  assert_in_time(&run);
}

struct text {
  char *bytes;
  size_t size;
};

static void add(struct text *text, const char *more) {
  const size_t size = strlen(more);
  memcpy(text->bytes + text->size, more, size);
  text->size += size;
}

static struct text new_text(void) {
  struct text text = {.bytes = malloc(15 << 20), .size = 0};
  assert_non_null(text.bytes);
  return text;
}

static void two_million_cells_are_read_or_refused_by_size(void **state) {
  (void)state;
  struct text csv = new_text();
  struct text json = new_text();
  add(&csv, HEADER_CSV);
  add(&json, "{\"values\":[" HEADER_JSON);
  for (int row = 0; row < CELLS / COLUMNS; ++row) {
    add(&csv, row == 0 ? "\nSP-1,MR(93)," DATE : "\n,,");
    add(&json, row == 0 ? ",[\"SP-1\",\"MR(93)\",\"" DATE "\"" : ",[\"\",\"\",\"\"");
    for (int column = 3; column < COLUMNS; ++column) {
      add(&csv, ",x");
      add(&json, ",\"x\"");
    }
    add(&json, "]");
  }
  add(&json, "]}");
  call_with_file("cells.csv", csv.bytes, csv.size);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(run.result.reconciled, 1);
  run_free(&run);
  call_with_file("cells.json", json.bytes, json.size);
  assert_true(run.result.status == LOCKREC_OK || run.result.status == LOCKREC_E_SHEET_FORMAT);
  run_free(&run);
  free(csv.bytes);
  free(json.bytes);
}

/* In each column in turn: that row alone is lost. */
static void cell_of_a_million_characters_is_invalid_alone(void **state) {
  (void)state;
  for (int column = 0; column < 3; ++column) {
    for (int is_json = 0; is_json < 2; ++is_json) {
      struct text text = new_text();
      add(&text, is_json ? "{\"values\":[" HEADER_JSON ",[\"SP-1\",\"MR(93)\",\"" DATE "\"],["
                         : HEADER_CSV "\nSP-1,MR(93)," DATE "\n");
      for (int i = 0; i < 3; ++i) {
        add(&text, i > 0 ? "," : "");
        add(&text, is_json ? "\"" : "");
        if (i == column) {
          memset(text.bytes + text.size, 'x', MILLION);
          text.size += MILLION;
        } else {
          add(&text, i == 0 ? "SP-2" : i == 1 ? "JP(7)" : DATE);
        }
        add(&text, is_json ? "\"" : "");
      }
      add(&text, is_json ? "]]}" : "\n");
      call_with_file(is_json ? "long.json" : "long.csv", text.bytes, text.size);
      assert_status(&run, LOCKREC_OK);
      assert_int_equal(run.result.reconciled, 1);
      assert_int_equal(run.result.skipped_invalid, 1);
      assert_logged(&run, LOCKREC_LOG_WARNING, "row 3");
      run_free(&run);
      free(text.bytes);
    }
  }
}

static void expect_format(const char *bytes, size_t size, const char *told) {
  call_with_file("broken.json", bytes, size);
  assert_status(&run, LOCKREC_E_SHEET_FORMAT);
  assert_message(&run, told);
  if (strncmp(told, "row", 3) != 0) {
    assert_message(&run, "broken.json");
  }
  assert_nothing_read(&run);
  run_free(&run);
}

static void json_that_is_broken_is_refused_by_name(void **state) {
  (void)state;
  static char deep[2 * LEVELS];
  memset(deep, '[', LEVELS);
  memset(deep + LEVELS, ']', LEVELS);
  expect_format(deep, sizeof deep, "nested");
#define EXPECT(text, told) expect_format(text, sizeof text - 1, told)
  EXPECT("{\"values\":[[\"TAG_SPOOL\xff\"]]}", "UTF-8");
  EXPECT("{\"values\":[[\"\xed\xa0\x80\"]]}", "UTF-8");
  EXPECT("{\"values\":[[\"a\\u0000b\"]]}", "NUL");
  EXPECT("{\"values\":[" HEADER_JSON "],\"values\":[" HEADER_JSON ",[\"SP-1\",\"MR(93)\"]]}", "'values' twice");
  EXPECT("{\"values\":[" HEADER_JSON "],\"majorDimension\":\"ROWS\",\"majorDimension\":\"COLUMNS\"}", "twice");
  EXPECT("{\"values\":[" HEADER_JSON ",[{\"v\":\"SP-1\"}]]}", "row 2");
}

static void google_that_answers_hostile_json_is_told(void **state) {
  (void)state;
  begin();
  run.config.time_zone = NULL;
  fixture_use_sheet(&run, &google);
  emulator_tell(&google,
                "{\"op\":\"fault\",\"where\":\"values\",\"times\":0,\"kind\":\"big\",\"bytes\":%d,\"fill\":\"[\"}",
                LEVELS);
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_SHEET_FORMAT);
  assert_message(&run, "nested");
  assert_in_time(&run);
  emulator_tell(&google, "{\"op\":\"reset\"}");
  emulator_tell(
      &google, "{\"op\":\"fault\",\"where\":\"values\",\"times\":0,\"kind\":\"body\",\"base64\":\"eyJhIjoi//8ifQ==\"}");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_E_SHEET_FORMAT);
  assert_message(&run, "UTF-8");
  emulator_tell(&google, "{\"op\":\"reset\"}");
  run_free(&run);
}

/* Tags are used byte for byte. */
static void tags_that_mean_something_elsewhere_are_restored_as_they_are(void **state) {
  (void)state;
  static const lockrec_row_t rows[] = {
      {"{a}b", "MR(93)", DATE},
      {"{}", "MR(93)", DATE},
      {"}{", "MR(93)", DATE},
      {"\"q\" 'q' `q`", "MR(93)", DATE},
      {"\xf0\x9f\x94\xa7", "MR(93)", DATE},
      {"a\\nb\\", "MR(93)", DATE},
      {"*?[a-z]", "MR(93)", DATE},
      {"$1 %s %n", "MR(93)", DATE},
      {"'..redis.call('flushall')..'", "MR(93)", DATE},
      {"]] return 1 --", "MR(93)", DATE},
      {"../..;rm -rf", "MR(93)", DATE},
      {"spool_lock:x", "MR(93)", DATE},
      {"a\r\nDEL x", "MR(93)", DATE},
      {"\x1b[31m", "MR(93)", DATE},
      {"=cmd|'/c'!A1", "MR(93)", DATE},
  };
  enum { ROWS = sizeof rows / sizeof *rows, WITH_CONTROL = 2 };
  begin();
  run_use_rows(&run, rows, ROWS, "America/Santiago");
  run_reconcile(&run);
  assert_status(&run, LOCKREC_OK);
  assert_int_equal(run.result.reconciled, ROWS - WITH_CONTROL);
  assert_int_equal(run.result.skipped_invalid, WITH_CONTROL);
  assert_int_equal(redis_key_count(&redis), ROWS - WITH_CONTROL);
  for (int i = 0; i < ROWS; ++i) {
    char key[128];
    snprintf(key, sizeof key, "spool_lock:%s", rows[i].tag);
    assert_int_equal(redis_life_ms(&redis, key), strpbrk(rows[i].tag, "\r\x1b") == NULL ? -1 : -2);
  }
  run_free(&run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_million_cells_are_read_or_refused_by_size),
      cmocka_unit_test(cell_of_a_million_characters_is_invalid_alone),
      cmocka_unit_test(json_that_is_broken_is_refused_by_name),
      cmocka_unit_test(google_that_answers_hostile_json_is_told),
      cmocka_unit_test(tags_that_mean_something_elsewhere_are_restored_as_they_are),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
