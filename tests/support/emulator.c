/* Starts the Sheets emulator and talks to it: one line of JSON in, one line out. */
#include "emulator.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "folder.h"

enum { ARGV_MAX = 32, ANSWER_TIMEOUT_MS = 20000, COMMAND_BYTES_MAX = 1 << 16 };

static const char *read_line(emulator_t *emulator) {
  size_t used = 0;
  while (used + 1 < sizeof emulator->answer) {
    struct pollfd wait = {.fd = emulator->process.out, .events = POLLIN};
    if (poll(&wait, 1, ANSWER_TIMEOUT_MS) != 1) {
      fail_msg("the Sheets emulator does not answer");
    }
    /* A byte a call: nothing of the next line may be taken. */
    if (read(emulator->process.out, &emulator->answer[used], 1) != 1) {
      fail_msg("the Sheets emulator has ended");
    }
    if (emulator->answer[used] == '\n') {
      break;
    }
    ++used;
  }
  emulator->answer[used] = '\0';
  return emulator->answer;
}

static void copy_text(const cJSON *object, const char *name, char *into, size_t size) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
  snprintf(into, size, "%s", text == NULL ? "" : text);
}

static void read_start_line(emulator_t *emulator) {
  cJSON *start = cJSON_Parse(read_line(emulator));
  if (start == NULL) {
    fail_msg("the Sheets emulator's first line is no JSON: %s", emulator->answer);
  }
  copy_text(start, "url", emulator->url, sizeof emulator->url);
  copy_text(start, "token_url", emulator->token_url, sizeof emulator->token_url);
  copy_text(start, "ca_file", emulator->ca_file, sizeof emulator->ca_file);
  copy_text(start, "credentials_file", emulator->credentials_file, sizeof emulator->credentials_file);
  copy_text(start, "spreadsheet_id", emulator->spreadsheet_id, sizeof emulator->spreadsheet_id);
  copy_text(start, "access_token", emulator->access_token, sizeof emulator->access_token);
  const cJSON *port = cJSON_GetObjectItemCaseSensitive(start, "port");
  emulator->port = cJSON_IsNumber(port) ? port->valueint : 0;
  cJSON_Delete(start);
  if (sscanf(emulator->url, "https://%63[^:/]", emulator->host) != 1) {
    fail_msg("the Sheets emulator has no address");
  }
}

void emulator_start(emulator_t *emulator, ...) {
  static int emulators;
  char folder[64];
  /* Its files go into the test's folder: that one is tidied up whatever happens. */
  snprintf(folder, sizeof folder, "%s/emulator-%d", temp_folder(), ++emulators);
  const char *argv[ARGV_MAX] = {"/usr/bin/python3", LOCKREC_SOURCE_DIR "/tests/support/sheets-emulator", "--state-dir",
                                folder};
  int argc = 4;
  va_list arguments;
  va_start(arguments, emulator);
  while (argc + 1 < ARGV_MAX && (argv[argc] = va_arg(arguments, const char *)) != NULL) {
    ++argc;
  }
  va_end(arguments);
  memset(emulator, 0, sizeof *emulator);
  process_start_with_pipes(&emulator->process, argv);
  read_start_line(emulator);
}

const char *emulator_tell(emulator_t *emulator, const char *format, ...) {
  static char line[COMMAND_BYTES_MAX];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (length < 0 || length >= COMMAND_BYTES_MAX - 1) {
    fail_msg("a command for the emulator is too long");
  }
  line[length] = '\n';
  if (write(emulator->process.in, line, (size_t)length + 1) != length + 1) {
    fail_msg("the Sheets emulator has ended");
  }
  cJSON *answer = cJSON_Parse(read_line(emulator));
  if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "ok"))) {
    fail_msg("the Sheets emulator refuses %s: %s", line, emulator->answer);
  }
  cJSON_Delete(answer);
  return emulator->answer;
}

long long emulator_stat(emulator_t *emulator, const char *name) {
  cJSON *answer = cJSON_Parse(emulator_tell(emulator, "{\"op\":\"stats\"}"));
  const cJSON *stats = cJSON_GetObjectItemCaseSensitive(answer, "stats");
  const cJSON *number = cJSON_GetObjectItemCaseSensitive(stats == NULL ? answer : stats, name);
  const long long value = cJSON_IsNumber(number) ? (long long)number->valuedouble : -1;
  cJSON_Delete(answer);
  return value;
}

void emulator_end(emulator_t *emulator) { process_stop(&emulator->process); }
