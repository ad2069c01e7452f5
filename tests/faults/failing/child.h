/* One forked child: a call with a failure, a look at what it left, and a call without. */
#ifndef LOCKREC_TEST_FAILING_CHILD_H
#define LOCKREC_TEST_FAILING_CHILD_H

#include <sys/types.h>

#include "world.h"

typedef enum stage { STAGE_BEFORE, STAGE_CALL, STAGE_CHECK, STAGE_SECOND, STAGE_DONE } stage_t;

/* What a child tells; in shared memory, so that it outlives a crash. */
typedef struct told {
  stage_t stage;
  failing_report_t report;
  int32_t status;
  int64_t wall_ms;
  int stayed_broken;    /* the second call failed too */
  int descriptors_left; /* by the call */
  char message[256];
  char complaint[400];
} told_t;

/* has_second_call: 0 saves time. Returns when told is filled; parent: who forked it. */
void child_run(const failing_plan_t *plan, world_t *world, told_t *told, int has_second_call, pid_t parent);

#endif
