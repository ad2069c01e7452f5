/* One call of the library, with everything that every call must hold checked at its end. */
#ifndef LOCKREC_TEST_RUN_H
#define LOCKREC_TEST_RUN_H

#include <lockrec/lockrec.h>
#include <stddef.h>

#include "emulator.h"
#include "hygiene.h"
#include "redis_server.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOCKREC_TEST_IS_SLOW 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOCKREC_TEST_IS_SLOW 1
#endif

enum {
  OUTCOMES = 10,
  RUN_SECRETS_MAX = 8,
#ifdef LOCKREC_TEST_IS_SLOW
  LATE_FACTOR = 4, /* a sanitizer makes everything slower */
#else
  LATE_FACTOR = 1,
#endif
  NOISE_MS = LATE_FACTOR * 150,
  /* What a call may compute after its time is up: all of it, where the processor is the call's alone. */
  BUSY_LATE_MS = LATE_FACTOR * 50,
  /* A call returns within its deadline plus 50 ms: the contract. NOISE_MS is what a busy machine with two
   * cores may add (LATE_FACTOR times as much under a sanitizer), stated here and nowhere else. */
  LATE_MS = 50 + NOISE_MS
};

typedef struct log_line {
  int32_t level;
  char text[480];
} log_line_t;

typedef struct row_report {
  int32_t outcome;
  int32_t reason;
  uint32_t row_number;
  char tag[48];
  char owner[48];
} row_report_t;

typedef struct run {
  lockrec_config_t config;
  lockrec_result_t result;
  int64_t wall_ms;
  int64_t returned_at_ms; /* by monotonic_ms() */
  int64_t busy_late_ms;   /* processor time used after the deadline or the cancel; see below */
  int64_t used_us;
  struct watcher *watcher;
  size_t line_count;
  log_line_t *lines;
  size_t row_count;
  row_report_t *rows;
  long long row_outcomes[OUTCOMES];
  uint32_t last_row_number;
  const char *complaint; /* what was wrong in a callback */
  const char *secrets[RUN_SECRETS_MAX];
  int outlives_call; /* 1: a stuck look-up may leave its thread; see assert_hygiene_within */
  void (*on_line)(struct run *run, const char *text); /* called for every log line; NULL: nothing */
  void (*on_row)(struct run *run, const lockrec_row_report_t *row);
  void *user;
} run_t;

/* Deadline 3000 ms, every log line and every row report kept. */
void run_init(run_t *run);
/* Source, key file, CA and endpoint of the emulator; its key's parts are secrets. */
void run_use_emulator(run_t *run, const emulator_t *emulator);
void run_use_rows(run_t *run, const lockrec_row_t *rows, uint64_t count, const char *time_zone);
void run_use_redis(run_t *run, const redis_server_t *redis);
/* text must never show up in a message or a log line; borrowed. */
void run_forbid(run_t *run, const char *text);
/* Calls, then fails the test unless: the counts' sum is rows_total, struct_size and what lies beyond the result
 * are untouched, the status is what was returned, the message is UTF-8 and ends, no secret was told, rows were
 * reported once and in order, and the process is as it was before (hygiene.h). */
int32_t run_reconcile(run_t *run);
/* As run_reconcile, while another thread sets the cancel flag after so long. Returns the milliseconds between that
 * and the call's return. */
int64_t run_cancelled_after(run_t *run, int64_t after_ms);
/* As run_reconcile. Both this and run_cancelled_after set busy_late_ms: what the call itself still computed after
 * its time was up, which a busy machine does not distort. */
void run_to_deadline(run_t *run);
void run_free(run_t *run);

/* Within the config's deadline. */
void assert_in_time(const run_t *run);
/* Not much before it either: the call had to wait until then. */
void assert_at_deadline(const run_t *run);
void assert_status(const run_t *run, int32_t status);
void assert_cause(const run_t *run, int32_t domain, int64_t code);
/* A line that holds text was logged, at this level or a graver one. */
void assert_logged(const run_t *run, int32_t level, const char *text);
void assert_message(const run_t *run, const char *text);

#endif
