/* Eight rows: five to restore, two free, one that nobody can read. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const lockrec_row_t rows[FIXTURE_ROWS] = {
    {"SP-0001", "MR(93)", "21-01-2026 14:30:00"},
    {"SP-0002", "JP(7)", "21-01-2026 15:00:00"},
    {"SP-0006", "DISPONIBLE", NULL},
    {"SP-0003", "MR(93)", "21-01-2026 16:30:00"},
    {"SP-0007", NULL, NULL},
    {"SP-0004", "A.B(12)", "21-01-2026 17:10:00"},
    {"SP-0008", "nobody", "21-01-2026 17:10:00"},
    {"SP-0005", "CG(5)", "21-01-2026 17:59:59"},
};

void fixture_use_rows(run_t *run) {
  run_use_rows(run, rows, FIXTURE_ROWS, "America/Santiago");
  run->config.now_unix_ms = FIXTURE_NOW_MS;
}

void fixture_use_sheet(run_t *run, emulator_t *emulator) {
  char cells[2048];
  size_t size = (size_t)snprintf(cells, sizeof cells, "[[\"TAG_SPOOL\",\"Ocupado_Por\",\"Fecha_Ocupacion\"]");
  for (int i = 0; i < FIXTURE_ROWS; ++i) {
    size += (size_t)snprintf(cells + size, sizeof cells - size, ",[\"%s\",\"%s\",\"%s\"]", rows[i].tag,
                             rows[i].occupied_by == NULL ? "" : rows[i].occupied_by,
                             rows[i].occupied_at == NULL ? "" : rows[i].occupied_at);
  }
  snprintf(cells + size, sizeof cells - size, "]");
  emulator_tell(emulator, "{\"op\":\"reset\"}");
  emulator_tell(emulator,
                "{\"op\":\"sheet\",\"spreadsheet\":{\"time_zone\":\"America/Santiago\",\"sheets\":[{\"title\":"
                "\"Operaciones\",\"rows\":100,\"columns\":26,\"cells\":%s}]}}",
                cells);
  run_use_emulator(run, emulator);
  run->config.now_unix_ms = FIXTURE_NOW_MS;
}

void assert_nothing_done(const run_t *run) {
  assert_int_equal(run->result.rows_total, FIXTURE_ROWS);
  assert_int_equal(run->result.rows_free, FIXTURE_FREE);
  assert_int_equal(run->result.skipped_invalid, FIXTURE_INVALID);
  assert_int_equal(run->result.unprocessed, FIXTURE_OCCUPIED);
}

void assert_nothing_read(const run_t *run) { assert_int_equal(run->result.rows_total, 0); }

void assert_all_restored(const run_t *run, const redis_server_t *redis) {
  assert_int_equal(run->result.rows_total, FIXTURE_ROWS);
  assert_int_equal(run->result.rows_free, FIXTURE_FREE);
  assert_int_equal(run->result.skipped_invalid, FIXTURE_INVALID);
  assert_int_equal(run->result.reconciled + run->result.adopted, FIXTURE_OCCUPIED);
  assert_int_equal(redis_key_count(redis), FIXTURE_OCCUPIED);
  for (int i = 1; i <= FIXTURE_OCCUPIED; ++i) {
    char key[32];
    snprintf(key, sizeof key, "spool_lock:SP-%04d", i);
    assert_int_equal(redis_life_ms(redis, key), -1);
  }
}

void assert_nothing_permanent(const redis_server_t *redis) {
  for (int i = 1; i <= FIXTURE_OCCUPIED; ++i) {
    char key[32];
    snprintf(key, sizeof key, "spool_lock:SP-%04d", i);
    assert_int_not_equal(redis_life_ms(redis, key), -1);
  }
}
