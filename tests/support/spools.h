/* Any number of occupied spools as host rows, and what must become of them. */
#ifndef LOCKREC_TEST_SPOOLS_H
#define LOCKREC_TEST_SPOOLS_H

#include "run.h"

enum { SPOOL_TAG_BYTES = 24 };

/* A lock of the spools' owner, and one of somebody else. */
#define SPOOL_LOCK "93:6f0d3c52-6f6c-4b39-9d2a-0c8f3f4f5a10:21-01-2026 14:30:00"
#define FOREIGN_LOCK "7:6f0d3c52-6f6c-4b39-9d2a-0c8f3f4f5a10:21-01-2026 14:30:00"

typedef struct spools {
  lockrec_row_t *rows;
  char (*tags)[SPOOL_TAG_BYTES];
  uint64_t count;
} spools_t;

/* Tags are prefix and number: "SP-" makes SP-000000, SP-000001 and so on; all are MR(93)'s. */
void spools_make(spools_t *spools, const char *prefix, uint64_t count);
void spools_use(const spools_t *spools, run_t *run);
void spools_free(spools_t *spools);

/* OK and in time; as many were there already, every other one was restored or adopted. */
void assert_restored(const run_t *run, uint64_t already_locked);

#endif
