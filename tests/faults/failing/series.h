/* Calls in forked children, several at once, each with another failure. */
#ifndef LOCKREC_TEST_FAILING_SERIES_H
#define LOCKREC_TEST_FAILING_SERIES_H

#include "world.h"

enum { PLACES = 4 };

typedef struct servers {
  redis_server_t plain;
  redis_server_t tls;
  emulator_t google[PLACES]; /* each call has its own sheet */
} servers_t;

typedef struct series {
  scenario_t scenario;
  failing_kind_t kind;
  int error; /* as in a plan */
  long step; /* call 1 fails, then in another run call 1 + step, and so on, until a run does not come so far */
  long times;
  int deadline_ms;
  int is_first_use;  /* 1: their libraries are used for the first time, and some never get over a failure of that */
  long second_calls; /* every so manieth run is followed by a call without a failure */
} series_t;

/* Fails the test where anything is wrong. */
void series_run(const series_t *series, servers_t *servers);
/* Counting starts; series_print prints what has been run since then, and starts it again. */
void series_begin(void);
void series_print(const char *what);

#endif
