/* Memory and system calls that fail when they are told to, for the code of chosen libraries only: this program's own
 * malloc, recv and so on come before those of the C library. */
#ifndef LOCKREC_TEST_FAILING_H
#define LOCKREC_TEST_FAILING_H

#include <stddef.h>
#include <stdint.h>

typedef enum failing_kind {
  FAILING_OWN_MEMORY,   /* asked for by lockrec, hiredis, cJSON, libcsv */
  FAILING_THEIR_MEMORY, /* by libcurl, OpenSSL, cctz and what they use */
  FAILING_SOCKET,       /* socket and socketpair */
  FAILING_CONNECT,
  FAILING_SEND,
  FAILING_RECEIVE,
  FAILING_POLL,
  FAILING_LOOKUP, /* getaddrinfo */
  FAILING_KINDS,
  FAILING_NOTHING = FAILING_KINDS
} failing_kind_t;

typedef struct failing_plan {
  failing_kind_t kind;
  long first; /* the first call that fails, from 1 */
  long times; /* how many in a row; LONG_MAX: from there on */
  int error;  /* errno, EAI_ for look-ups; 0: recv says that the peer has ended */
} failing_plan_t;

/* May lie in shared memory, so that it can be read when the process has crashed. */
typedef struct failing_report {
  long calls[FAILING_KINDS];
  long failed;
  uintptr_t failed_at; /* the code that asked, of the first failure */
  long blocks_left;    /* own memory that is still held */
  uintptr_t left_at;
} failing_report_t;

/* Between these two, calls are counted into the report and fail as planned, in every thread. */
void failing_begin(const failing_plan_t *plan, failing_report_t *report);
void failing_end(void);
/* After failing_end: goes on. For callbacks, where nothing is to fail. */
void failing_resume(void);
/* What was asked for by ours between the two, and has not been given back until now. */
void failing_count_blocks(failing_report_t *report);
/* "liblockrec.so.1 0x1234", in a static buffer. */
const char *failing_place(uintptr_t address);

/* For the files of this folder. */
uintptr_t failing_caller(const void *return_address, failing_kind_t *memory); /* 0: not counted */
int failing_now(failing_kind_t kind, uintptr_t caller);
int failing_error(void);
int failing_is_on(void);

#endif
