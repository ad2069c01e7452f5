/* The Sheets emulator as a child of the test: an HTTPS server that stands for Google. */
#ifndef LOCKREC_TEST_EMULATOR_H
#define LOCKREC_TEST_EMULATOR_H

#include "process.h"

typedef struct emulator {
  process_t process;
  char url[128];
  char token_url[160];
  char ca_file[256];
  char credentials_file[256];
  char spreadsheet_id[128];
  char access_token[256];
  char host[64]; /* "localhost" or "127.0.0.1" */
  int port;
  char answer[1 << 16]; /* the last one */
} emulator_t;

/* Further arguments of the command end with NULL ("--rows", "500", NULL); see its --help. */
void emulator_start(emulator_t *emulator, ...);
/* Sends one line of JSON, made printf's way, and returns its answer; fails the test where that is no "ok". */
const char *emulator_tell(emulator_t *emulator, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* How many requests there were since the last reset: "token", "metadata", "values", ... as its stats name them. */
long long emulator_stat(emulator_t *emulator, const char *name);
void emulator_end(emulator_t *emulator);

#endif
