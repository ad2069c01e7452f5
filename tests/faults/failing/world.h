/* Where a call with failures takes place: the fixture's rows from each source, and locks in every state. */
#ifndef LOCKREC_TEST_FAILING_WORLD_H
#define LOCKREC_TEST_FAILING_WORLD_H

#include "failing.h"
#include "fixture.h"

typedef enum scenario {
  SCENARIO_ROWS,
  SCENARIO_DRY_RUN,
  SCENARIO_CSV, /* Redis by a name that has to be looked up */
  SCENARIO_JSON,
  SCENARIO_TLS,   /* host rows, Redis over TLS */
  SCENARIO_MANY,  /* host rows, hundreds of them locked: long replies */
  SCENARIO_SHEET, /* over TLS, with a key; Redis over TLS; a worker finishes just before the confirm read */
  SCENARIOS
} scenario_t;

typedef struct world {
  scenario_t scenario;
  run_t run;
  emulator_t *google; /* of SCENARIO_SHEET */
  redis_server_t *redis;
  char key_prefix[32];
  char redis_url[64];
  int confirm_failed; /* as the log told */
  long long reported;
  char complaint[400]; /* the first thing that was wrong */
} world_t;

const char *scenario_name(scenario_t scenario);
/* The configuration, and for the sheet its edit that waits; may fail the test. */
void world_prepare(world_t *world, scenario_t scenario, emulator_t *google, redis_server_t *redis, long number);

/* These four are for a forked child: they complain instead of failing the test. */
void world_set_locks(world_t *world);
void world_call(world_t *world);
/* What must hold after any call; exact where the status is LOCKREC_OK. */
void world_check(world_t *world);
void world_remove_locks(world_t *world);
void world_complain(world_t *world, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
