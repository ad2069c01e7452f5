/* TCP servers that misbehave, each a child of the test. */
#ifndef LOCKREC_TEST_FAULT_SERVER_H
#define LOCKREC_TEST_FAULT_SERVER_H

#include <stddef.h>

#include "process.h"

typedef enum fault {
  FAULT_STALL,      /* accepts, then says nothing; a TLS client is stuck in its handshake */
  FAULT_RESET,      /* accepts, then resets */
  FAULT_CLOSE,      /* accepts, reads, then ends in good order */
  FAULT_ANSWER,     /* answers every read with the text, then says no more */
  FAULT_TRICKLE,    /* once it was spoken to: the text, one byte a second */
  FAULT_BLACK_HOLE, /* its queue is full: the kernel drops every SYN */
} fault_t;

typedef struct fault_server {
  process_t process;
  int port;
  struct fault_counters *counters; /* shared with the child */
} fault_server_t;

/* text may hold NULs, is copied by the fork, and may be NULL where the fault needs none. */
void fault_start(fault_server_t *server, fault_t fault, const char *text, size_t size);
int fault_connections(const fault_server_t *server);
void fault_end(fault_server_t *server);

#endif
