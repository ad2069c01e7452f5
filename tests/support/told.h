/* Everything that calls tell their host, as one text. */
#ifndef LOCKREC_TEST_TOLD_H
#define LOCKREC_TEST_TOLD_H

#include "run.h"

/* Takes the run's on_line and on_row. */
void told_listen(run_t *run);
void told_forget(void);
/* Every line and report since then, and the message. */
const char *told_text(const run_t *run);

#endif
