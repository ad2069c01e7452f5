/* Calls the library and holds every call to the promises that need no particular test. */
#include "run.h"

#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "utf8_check.h"

enum { LINES_MAX = 4096, ROWS_MAX = 8192, GUARD_BYTES = 64, GUARD = 0xA5 };

/* In callbacks problems are only noted: a failing assertion would jump over the library's own frames. */
static void complain_unless(run_t *run, int holds, const char *complaint) {
  if (!holds && run->complaint == NULL) {
    run->complaint = complaint;
  }
}

static void keep_line(void *user, int32_t level, const char *text, uint64_t length) {
  run_t *run = user;
  complain_unless(run, strlen(text) == length, "a log line's length is wrong");
  complain_unless(run, utf8_check(text), "a log line is not UTF-8");
  complain_unless(run, strpbrk(text, "\r\n") == NULL, "a log line holds a line end");
  for (int i = 0; i < RUN_SECRETS_MAX && run->secrets[i] != NULL; ++i) {
    complain_unless(run, strstr(text, run->secrets[i]) == NULL, "a log line tells a secret");
  }
  if (run->line_count < LINES_MAX) {
    log_line_t *line = &run->lines[run->line_count++];
    line->level = level;
    snprintf(line->text, sizeof line->text, "%s", text);
  }
  if (run->on_line != NULL) {
    run->on_line(run, text);
  }
}

static void keep_row(void *user, const lockrec_row_report_t *row) {
  run_t *run = user;
  complain_unless(run, row->struct_size == sizeof *row && row->tag != NULL && row->owner != NULL,
                  "a row report is not whole");
  if (row->outcome <= LOCKREC_ROW_FREE || row->outcome > LOCKREC_ROW_UNPROCESSED) {
    complain_unless(run, 0, "a row report has no such outcome");
    return;
  }
  ++run->row_outcomes[row->outcome];
  complain_unless(run, row->row_number > run->last_row_number, "rows are reported out of order");
  run->last_row_number = row->row_number;
  if (run->row_count < ROWS_MAX) {
    row_report_t *kept = &run->rows[run->row_count++];
    *kept = (row_report_t){.outcome = row->outcome, .reason = row->reason, .row_number = row->row_number};
    snprintf(kept->tag, sizeof kept->tag, "%s", row->tag);
    snprintf(kept->owner, sizeof kept->owner, "%s", row->owner);
  }
  if (run->on_row != NULL) {
    run->on_row(run, row);
  }
}

void run_init(run_t *run) {
  memset(run, 0, sizeof *run);
  run->lines = calloc(LINES_MAX, sizeof *run->lines);
  run->rows = calloc(ROWS_MAX, sizeof *run->rows);
  run->config.struct_size = sizeof run->config;
  run->config.deadline_ms = 3000;
  run->config.log_level = LOCKREC_LOG_DEBUG;
  run->config.log = keep_line;
  run->config.log_user = run;
  run->config.on_row = keep_row;
  run->config.on_row_user = run;
}

void run_free(run_t *run) {
  free(run->lines);
  free(run->rows);
}

void run_use_emulator(run_t *run, const emulator_t *emulator) {
  run->config.spreadsheet_id = emulator->spreadsheet_id;
  run->config.credentials_file = emulator->credentials_file;
  run->config.sheets_endpoint = emulator->url;
  run->config.token_endpoint = emulator->token_url;
  run->config.ca_file = emulator->ca_file;
  run_forbid(run, "PRIVATE KEY");
  run_forbid(run, "eyJ"); /* how every JWT begins */
  run_forbid(run, emulator->access_token);
}

void run_use_rows(run_t *run, const lockrec_row_t *rows, uint64_t count, const char *time_zone) {
  run->config.flags |= LOCKREC_ROWS;
  run->config.rows = rows;
  run->config.row_count = count;
  run->config.time_zone = time_zone;
}

void run_use_redis(run_t *run, const redis_server_t *redis) { run->config.redis_url = redis->url; }

void run_forbid(run_t *run, const char *text) {
  for (int i = 0; i < RUN_SECRETS_MAX; ++i) {
    if (run->secrets[i] == NULL || strcmp(run->secrets[i], text) == 0) {
      run->secrets[i] = text;
      return;
    }
  }
  fail_msg("too many secrets");
}

static void check_counts(const run_t *run) {
  const lockrec_result_t *r = &run->result;
  const int64_t counts[OUTCOMES] = {r->rows_free,   r->skipped_invalid, r->skipped_stale, r->already_locked,
                                    r->conflicting, r->adopted,         r->reconciled,    r->withdrawn,
                                    r->failed,      r->unprocessed};
  int64_t sum = 0;
  for (int i = 0; i < OUTCOMES; ++i) {
    assert_true(counts[i] >= 0);
    sum += counts[i];
    if (i != LOCKREC_ROW_FREE && run->config.on_row != NULL) {
      assert_int_equal(run->row_outcomes[i], counts[i]);
    }
  }
  assert_int_equal(r->rows_total, sum);
  assert_true(r->unconfirmed <= r->reconciled + r->adopted);
}

static void check_result(const run_t *run, int32_t returned) {
  const lockrec_result_t *result = &run->result;
  assert_int_equal(result->struct_size, sizeof *result);
  assert_int_equal(result->status, returned);
  assert_in_range(result->phase, LOCKREC_PHASE_CONFIG, LOCKREC_PHASE_COMMIT);
  assert_in_range(result->cause_domain, LOCKREC_CAUSE_NONE, LOCKREC_CAUSE_REDIS);
  assert_true(result->elapsed_ms >= 0 && result->elapsed_ms <= run->wall_ms + 2);
  assert_non_null(memchr(result->message, '\0', sizeof result->message));
  assert_true(utf8_check(result->message));
  assert_true(returned == LOCKREC_OK || result->message[0] != '\0');
  for (int i = 0; i < RUN_SECRETS_MAX && run->secrets[i] != NULL; ++i) {
    assert_null(strstr(result->message, run->secrets[i]));
  }
  check_counts(run);
  if (run->complaint != NULL) {
    fail_msg("%s", run->complaint);
  }
}

struct watcher {
  clockid_t caller_clock; /* processor time of the thread that calls */
  int64_t after_ms;
  int32_t *cancel_flag; /* set when the time has come; may be NULL */
  int64_t came_at_ms;
  int64_t caller_used_us;
  int32_t done;
};

static int64_t used_us(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int32_t run_reconcile(run_t *run) {
  struct {
    lockrec_result_t result;
    unsigned char beyond[GUARD_BYTES];
  } guarded;
  memset(&guarded, GUARD, sizeof guarded);
  guarded.result.struct_size = sizeof guarded.result;
  run->line_count = run->row_count = 0;
  run->last_row_number = 0;
  run->complaint = NULL;
  memset(run->row_outcomes, 0, sizeof run->row_outcomes);
  const hygiene_t before = hygiene_now();
  const int64_t begin = monotonic_ms();
  const int32_t returned = lockrec_reconcile(&run->config, &guarded.result);
  run->returned_at_ms = monotonic_ms();
  run->used_us = run->watcher == NULL ? 0 : used_us(run->watcher->caller_clock);
  run->wall_ms = run->returned_at_ms - begin;
  run->result = guarded.result;
  if (!run->outlives_call) {
    assert_hygiene(&before);
  }
  for (int i = 0; i < GUARD_BYTES; ++i) {
    assert_int_equal(guarded.beyond[i], GUARD);
  }
  check_result(run, returned);
  return returned;
}

static void *watch(void *argument) {
  struct watcher *watcher = argument;
  sleep_ms(watcher->after_ms);
  watcher->came_at_ms = monotonic_ms();
  watcher->caller_used_us = used_us(watcher->caller_clock);
  if (watcher->cancel_flag != NULL) {
    __atomic_store_n(watcher->cancel_flag, 1, __ATOMIC_RELEASE);
  }
  /* Stays until it is joined, so that the number of threads is the same before and after the call. */
  while (__atomic_load_n(&watcher->done, __ATOMIC_ACQUIRE) == 0) {
    sleep_ms(2);
  }
  return NULL;
}

static int64_t run_watched(run_t *run, struct watcher *watcher) {
  pthread_t thread;
  pthread_getcpuclockid(pthread_self(), &watcher->caller_clock);
  pthread_create(&thread, NULL, watch, watcher);
  run->watcher = watcher;
  run_reconcile(run);
  run->watcher = NULL;
  __atomic_store_n(&watcher->done, 1, __ATOMIC_RELEASE);
  pthread_join(thread, NULL);
  const int64_t late_us = run->used_us - watcher->caller_used_us;
  run->busy_late_ms = late_us > 0 ? late_us / 1000 : 0;
  return run->returned_at_ms - watcher->came_at_ms;
}

int64_t run_cancelled_after(run_t *run, int64_t after_ms) {
  int32_t flag = 0;
  struct watcher watcher = {.after_ms = after_ms, .cancel_flag = &flag};
  run->config.cancel_flag = &flag;
  const int64_t late_ms = run_watched(run, &watcher);
  run->config.cancel_flag = NULL;
  return late_ms;
}

void run_to_deadline(run_t *run) {
  struct watcher watcher = {.after_ms = run->config.deadline_ms};
  run_watched(run, &watcher);
}
