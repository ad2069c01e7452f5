/* Makes rows by the thousand. */
#include "spools.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fixture.h"

void spools_make(spools_t *spools, const char *prefix, uint64_t count) {
  spools->rows = calloc(count, sizeof *spools->rows);
  spools->tags = calloc(count, sizeof *spools->tags);
  spools->count = count;
  for (uint64_t i = 0; i < count; ++i) {
    snprintf(spools->tags[i], sizeof spools->tags[i], "%s%06" PRIu64, prefix, i);
    spools->rows[i] = (lockrec_row_t){spools->tags[i], "MR(93)", "21-01-2026 14:30:00"};
  }
}

void spools_use(const spools_t *spools, run_t *run) {
  run_use_rows(run, spools->rows, spools->count, "America/Santiago");
  run->config.now_unix_ms = FIXTURE_NOW_MS;
  run->config.log_level = LOCKREC_LOG_DEBUG;
}

void spools_free(spools_t *spools) {
  free(spools->rows);
  free(spools->tags);
}

void assert_restored(const run_t *run, uint64_t already_locked) {
  assert_status(run, LOCKREC_OK);
  assert_in_time(run);
  assert_int_equal(run->result.already_locked, already_locked);
  assert_int_equal(run->result.reconciled + run->result.adopted, run->config.row_count - already_locked);
}
