/* One process of a fleet: a forked child that makes one call, to be killed, stopped or waited for. */
#ifndef LOCKREC_TEST_MEMBER_H
#define LOCKREC_TEST_MEMBER_H

#include <lockrec/lockrec.h>

#include "redis_server.h"

typedef struct member_end {
  lockrec_result_t result;
  int64_t wall_ms;
  int64_t returned_at_ms; /* by monotonic_ms() */
  long long locks;        /* permanent ones in Redis when the call returned */
  int has_returned;
} member_end_t;

typedef struct member {
  process_t process;
  member_end_t *end; /* shared with it */
} member_t;

/* Log and row callbacks of the config are left out. */
void member_start(member_t *member, const lockrec_config_t *config, const redis_server_t *redis);
/* Until it has returned; fails the test after so long. */
void member_wait(member_t *member, int64_t within_ms);
void member_free(member_t *member); /* kills it where it is still there */

#endif
