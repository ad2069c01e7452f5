/* What one call of Go's lends to C, and the few things that Go can't do itself. */
#ifndef LOCKREC_GO_BRIDGE_H
#define LOCKREC_GO_BRIDGE_H

#include <lockrec/lockrec.h>
#include <stddef.h>
#include <stdint.h>

/* C's memory throughout: no pointer of Go's is in it. */
typedef struct lockrec_go_call {
  lockrec_config_t config;
  lockrec_result_t result;
  uintptr_t handle; /* a runtime/cgo.Handle */
  int32_t cancel_flag;
  int32_t wants_log;
  int32_t wants_rows;
} lockrec_go_call;

/* Points the callbacks and the flag at the call itself, and runs it. */
int32_t lockrec_go_run(lockrec_go_call *call);

/* Overwrites, so that no secret stays behind, and frees. NULL is legal. */
void lockrec_go_free(void *memory, size_t length_bytes);

#endif
