/* What tests ask of a finished call. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run.h"

static void tell(const run_t *run) {
  const lockrec_result_t *r = &run->result;
  print_error("%s after %" PRId64 " of %" PRId64 " ms in phase %d, cause %d/%" PRId64
              ": %s\n"
              "total %" PRId64 " free %" PRId64 " invalid %" PRId64 " stale %" PRId64 " already %" PRId64
              " conflicting %" PRId64 " adopted %" PRId64 " reconciled %" PRId64 " withdrawn %" PRId64
              " failed %" PRId64 " unprocessed %" PRId64 " unconfirmed %" PRId64 "\n",
              lockrec_status_name(r->status), run->wall_ms, run->config.deadline_ms, r->phase, r->cause_domain,
              r->cause_code, r->message, r->rows_total, r->rows_free, r->skipped_invalid, r->skipped_stale,
              r->already_locked, r->conflicting, r->adopted, r->reconciled, r->withdrawn, r->failed, r->unprocessed,
              r->unconfirmed);
  for (size_t i = 0; i < run->line_count && i < 60; ++i) {
    print_error("  log %d: %s\n", run->lines[i].level, run->lines[i].text);
  }
}

static void assert_holds(const run_t *run, int holds, const char *what) {
  if (!holds) {
    tell(run);
    fail_msg("%s", what);
  }
}

void assert_in_time(const run_t *run) {
  assert_holds(run, run->wall_ms <= run->config.deadline_ms + LATE_MS, "returned too late");
}

void assert_at_deadline(const run_t *run) {
  assert_in_time(run);
  assert_holds(run, run->wall_ms >= run->config.deadline_ms * 7 / 10, "gave up long before its deadline");
}

void assert_status(const run_t *run, int32_t status) {
  if (run->result.status != status) {
    tell(run);
    fail_msg("%s instead of %s", lockrec_status_name(run->result.status), lockrec_status_name(status));
  }
}

void assert_cause(const run_t *run, int32_t domain, int64_t code) {
  assert_holds(run, run->result.cause_domain == domain && run->result.cause_code == code, "another cause");
}

void assert_logged(const run_t *run, int32_t level, const char *text) {
  int found = 0;
  for (size_t i = 0; i < run->line_count && !found; ++i) {
    found = run->lines[i].level <= level && strstr(run->lines[i].text, text) != NULL;
  }
  assert_holds(run, found, text);
}

void assert_message(const run_t *run, const char *text) {
  assert_holds(run, strstr(run->result.message, text) != NULL, text);
}
