/* Lines are kept whole: run.c's own copies are cut. */
#include "told.h"

#include <stdio.h>

enum { TOLD_BYTES_MAX = 1 << 18 };

static char told[TOLD_BYTES_MAX];
static size_t told_bytes;

static void keep(const char *text) {
  const int more = snprintf(told + told_bytes, sizeof told - told_bytes, "%s\n", text);
  told_bytes += (size_t)more < sizeof told - told_bytes ? (size_t)more : 0;
}

static void keep_line(run_t *unused, const char *text) {
  (void)unused;
  keep(text);
}

static void keep_row(run_t *unused, const lockrec_row_report_t *row) {
  (void)unused;
  keep(row->tag);
  keep(row->owner);
}

void told_listen(run_t *run) {
  run->on_line = keep_line;
  run->on_row = keep_row;
}

void told_forget(void) { told[told_bytes = 0] = '\0'; }

const char *told_text(const run_t *run) {
  keep(run->result.message);
  return told;
}
