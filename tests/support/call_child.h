/* One call of the library in a program of its own, whose memory can then be searched. */
#ifndef LOCKREC_TEST_CALL_CHILD_H
#define LOCKREC_TEST_CALL_CHILD_H

#include <lockrec/lockrec.h>

#include "process.h"

typedef struct call_child {
  process_t process;
  lockrec_result_t result;
} call_child_t;

/* Runs this test's own program again as `PROGRAM --call`; config's callbacks stay behind. key_path: a file whose text
 * the child gives as credentials_json; cancel_at: the call is cancelled by the first log line that holds this. Both may
 * be NULL. Returns once the call has been made; the child still has its own strings then. */
void call_child_start(call_child_t *child, const lockrec_config_t *config, const char *key_path, const char *cancel_at);
/* The child wipes every string that it was given; the library's are left as they are. */
void call_child_clear(call_child_t *child);
void call_child_end(call_child_t *child);

/* What main() does for --call. */
int call_child_main(void);

#endif
