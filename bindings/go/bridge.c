/* The C side of the Go binding: callbacks that find their call again by a handle. */
#include "bridge.h"

#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

static void log_line(void *user, int32_t level, const char *text, uint64_t length) {
  const lockrec_go_call *call = user;
  lockrecGoLog(call->handle, level, (char *)text, length);
}

static void report_row(void *user, const lockrec_row_report_t *row) {
  const lockrec_go_call *call = user;
  lockrecGoRow(call->handle, (lockrec_row_report_t *)row);
}

int32_t lockrec_go_run(lockrec_go_call *call) {
  call->config.struct_size = sizeof call->config;
  call->config.cancel_flag = &call->cancel_flag;
  if (call->wants_log) {
    call->config.log = log_line;
    call->config.log_user = call;
  }
  if (call->wants_rows) {
    call->config.on_row = report_row;
    call->config.on_row_user = call;
  }
  call->result.struct_size = sizeof call->result;
  return lockrec_reconcile(&call->config, &call->result);
}

void lockrec_go_free(void *memory, size_t length_bytes) {
  if (memory) explicit_bzero(memory, length_bytes);
  free(memory);
}
