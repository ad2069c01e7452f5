/* Work that scales: 140,000 rows, every lock missing, in one call; and what a row costs in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "run.h"

enum { MANY = 140000, FEW = 2000, BYTES_A_ROW_MAX = 400, TAG_BYTES = 24 };

static redis_server_t redis;

static int start(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  return 0;
}

static int stop(void **state) {
  (void)state;
  redis_end(&redis);
  return 0;
}

static void begin(run_t *run, const lockrec_row_t *rows, uint64_t count) {
  redis_clean(&redis);
  run_init(run);
  run_use_rows(run, rows, count, "America/Santiago");
  run_use_redis(run, &redis);
  run->config.redis_url = redis.unix_url;
  run->config.log_level = LOCKREC_LOG_WARNING;
  run->config.now_unix_ms = INT64_C(1769029200000);
  run->config.deadline_ms = 120000;
}

static lockrec_row_t *make_rows(size_t count, char (**tags)[TAG_BYTES]) {
  lockrec_row_t *rows = calloc(count, sizeof *rows);
  *tags = calloc(count, TAG_BYTES);
  for (size_t i = 0; i < count; ++i) {
    snprintf((*tags)[i], TAG_BYTES, "MK-1346-TW-%06zu-011", i);
    rows[i] = (lockrec_row_t){(*tags)[i], "MR(93)", "21-01-2026 14:30:00"};
  }
  return rows;
}

static long peak_kb(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/* Host rows have neither body nor tree: what the peak grows by is what the rows cost. Measured first, since a
 * peak never shrinks. */
static void row_costs_less_than_400_bytes(void **state) {
  (void)state;
  char(*tags)[TAG_BYTES];
  lockrec_row_t *rows = make_rows(MANY, &tags);
  run_t run;
  begin(&run, rows, FEW);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK); /* libraries loaded, zone read */
  const long before_kb = peak_kb();
  run_free(&run);
  begin(&run, rows, MANY);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, MANY);
  assert_int_equal(redis_key_count(&redis), MANY);
  const long bytes_a_row = (peak_kb() - before_kb) * 1024 / MANY;
  print_message("measured: %d rows, all missing: %lld ms for Redis, %ld bytes a row\n", MANY,
                (long long)run.result.redis_ms, bytes_a_row);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  assert_true(bytes_a_row < BYTES_A_ROW_MAX);
#endif
  run_free(&run);
  free(tags);
  free(rows);
}

static void sheet_of_many_pages_is_read_and_restored_whole(void **state) {
  (void)state;
  redis_clean(&redis);
  static emulator_t emulator;
  emulator_start(&emulator, "--rows", "140000", "--occupied", "140000", NULL);
  run_t run;
  run_init(&run);
  run_use_emulator(&run, &emulator);
  run.config.redis_url = redis.unix_url;
  run.config.log_level = LOCKREC_LOG_WARNING;
  run.config.deadline_ms = 120000;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, MANY);
  assert_int_equal(run.result.unconfirmed, 0);
  assert_int_equal(redis_key_count(&redis), MANY);
  assert_int_equal(emulator_stat(&emulator, "metadata"), 1);
  /* Three pages of 50,000 rows, read twice. */
  assert_int_equal(emulator_stat(&emulator, "values") + emulator_stat(&emulator, "confirm"), 6);
  print_message("measured: 140,000 rows of a sheet: %lld ms for the sheet, %lld ms for Redis\n",
                (long long)run.result.sheet_ms, (long long)run.result.redis_ms);
  run_free(&run);
  emulator_end(&emulator);
}

/* What a pipeline is for: far fewer reads of the server's socket than locks. */
static void locks_are_made_in_pipelines_and_batches(void **state) {
  (void)state;
  char(*tags)[TAG_BYTES];
  lockrec_row_t *rows = make_rows(FEW, &tags);
  run_t run;
  begin(&run, rows, FEW);
  redis_must(&redis, "CONFIG", "RESETSTAT", NULL);
  const long long reads_before = redis_info(&redis, "total_reads_processed");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  const long long reads = redis_info(&redis, "total_reads_processed") - reads_before;
  print_message("measured: %d locks: the server read %lld times\n", FEW, reads);
  assert_true(reads < 200);
  const char *stats = redis_must(&redis, "INFO", "commandstats", NULL).text;
  assert_non_null(strstr(stats, "cmdstat_eval:calls=4,"));
  assert_non_null(strstr(stats, "cmdstat_set:calls=2000,"));
  assert_non_null(strstr(stats, "cmdstat_persist:calls=2000,"));
  run_free(&run);
  free(tags);
  free(rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(row_costs_less_than_400_bytes),
      cmocka_unit_test(sheet_of_many_pages_is_read_and_restored_whole),
      cmocka_unit_test(locks_are_made_in_pipelines_and_batches),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
