/* One small shop floor for every fault test: as host rows, and as the emulator's sheet. */
#ifndef LOCKREC_TEST_FIXTURE_H
#define LOCKREC_TEST_FIXTURE_H

#include "run.h"

enum {
  FIXTURE_ROWS = 8,
  FIXTURE_OCCUPIED = 5, /* SP-0001 to SP-0005, since an hour or so */
  FIXTURE_FREE = 2,
  FIXTURE_INVALID = 1
};

/* 2026-01-21 18:00:00 in America/Santiago, where the fixture plays. */
#define FIXTURE_NOW_MS INT64_C(1769029200000)

/* The fixture as host rows; Redis is yours to set. */
void fixture_use_rows(run_t *run);
/* The fixture as a sheet in the emulator, its faults, edits and counters reset. */
void fixture_use_sheet(run_t *run, emulator_t *emulator);

/* The counts when the rows were read and nothing could be done about the occupied ones. */
void assert_nothing_done(const run_t *run);
/* The counts when no row was read. */
void assert_nothing_read(const run_t *run);
/* The counts when every lock was missing and was made; the keys are permanent in this Redis. */
void assert_all_restored(const run_t *run, const redis_server_t *redis);
/* No lock in this Redis is permanent. */
void assert_nothing_permanent(const redis_server_t *redis);

#endif
