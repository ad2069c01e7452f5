/* A Redis that answers what no Redis answers: told as such, in time, and within bounded memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault_server.h"
#include "fixture.h"
#include "peak.h"

enum { SHORT_MS = 700, GROWTH_KIB_MAX = 12 << 10, REPEATED_BYTES = 24 << 20 };

#define MASTER "*2\r\n$4\r\nrole\r\n$6\r\nmaster\r\n"

static long growth_kib_max;
static int64_t late_ms_max;

struct answer {
  const char *start;
  const char *repeated; /* NULL: start is all there is */
  int32_t status;
};

/* Where more might still come, it is waited for. */
static const struct answer answers[] = {
    {"\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"\x16\x03\x01\x02\x01\xfc\x03\x03", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"SSH-2.0-OpenSSH_9.2\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"\xff\xfe\xfd\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"+", "no end ", LOCKREC_E_REDIS_PROTOCOL},
    {"-", "no end ", LOCKREC_E_REDIS_PROTOCOL},
    {"", "*1\r\n", LOCKREC_E_REDIS_PROTOCOL},
    {"", "*2\r\n", LOCKREC_E_REDIS_PROTOCOL},
    {"*99999\r\n", "+x\r\n", LOCKREC_E_REDIS_PROTOCOL},
    {"*99999\r\n", "*0\r\n", LOCKREC_E_REDIS_PROTOCOL},
    {"*99999\r\n", "$100000\r\n", LOCKREC_E_REDIS_PROTOCOL},
    {"*100001\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"*2147483648\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"*9223372036854775807\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"*99999999999999999999\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"*-1\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"*-2\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"$-2\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"$99999999999999999999\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"$1073741824\r\n", "a gigabyte, or some of it ", LOCKREC_E_DEADLINE},
    {"$9223372036854775807\r\n", "x", LOCKREC_E_DEADLINE},
    {"*2\r\n$4\r\nrole\r\n$2147483648\r\n", "master", LOCKREC_E_DEADLINE},
    {"$5\r\nhelloXX", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {":9223372036854775808\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {":\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"+OK\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {":1\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"$-1\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    /* RESP3, which was not agreed on. */
    {"%1\r\n+role\r\n+master\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"~1\r\n+x\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {">2\r\n+invalidate\r\n*0\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"|1\r\n+ttl\r\n:1\r\n+OK\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"#t\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"_\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {",inf\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"(3492890328409238509324850943850943825024385\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"=15\r\ntxt:Some string\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {"!21\r\nSYNTAX invalid syntax\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    /* A good greeting, then what nobody asked for, or what no GET answers. */
    {MASTER "+OK\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {MASTER "$2\r\n93\r\n$2\r\n93\r\n", NULL, LOCKREC_E_REDIS_PROTOCOL},
    {MASTER, NULL, LOCKREC_E_REDIS_PROTOCOL},
    {MASTER, "+more ", LOCKREC_E_REDIS_PROTOCOL},
};

static char *text_of(const struct answer *answer, size_t *size) {
  const size_t piece = answer->repeated == NULL ? 0 : strlen(answer->repeated);
  const size_t start = strlen(answer->start);
  *size = start + (piece == 0 ? 0 : REPEATED_BYTES / piece * piece);
  char *text = malloc(*size + 1);
  memcpy(text, answer->start, start);
  for (size_t at = start; at < *size; at += piece) {
    memcpy(text + at, answer->repeated, piece);
  }
  return text;
}

static void call(const struct answer *answer) {
  size_t size;
  char url[64];
  run_t run;
  fault_server_t server;
  char *text = text_of(answer, &size);
  run_init(&run);
  fixture_use_rows(&run);
  fault_start(&server, FAULT_ANSWER, text, size);
  snprintf(url, sizeof url, "redis://127.0.0.1:%d/0", server.port);
  run.config.redis_url = url;
  run.config.deadline_ms = SHORT_MS;
  peak_forget();
  run_reconcile(&run);
  const long growth_kib = peak_growth_kib();
  if (run.result.status != answer->status || growth_kib > GROWTH_KIB_MAX) {
    fail_msg("%.30s%.30s: %s, %ld KiB: %s", answer->start, answer->repeated == NULL ? "" : answer->repeated,
             lockrec_status_name(run.result.status), growth_kib, run.result.message);
  }
  char name[32];
  snprintf(name, sizeof name, "127.0.0.1:%d", server.port);
  assert_message(&run, name);
  assert_in_time(&run);
  assert_nothing_done(&run);
  growth_kib_max = growth_kib > growth_kib_max ? growth_kib : growth_kib_max;
  late_ms_max = run.wall_ms - SHORT_MS > late_ms_max ? run.wall_ms - SHORT_MS : late_ms_max;
  fault_end(&server);
  free(text);
  run_free(&run);
}

static void redis_that_answers_nonsense_is_told_as_such(void **state) {
  (void)state;
  const size_t count = sizeof answers / sizeof *answers;
  for (size_t i = 0; i < count; ++i) {
    call(&answers[i]);
  }
  print_message("measured: %zu hostile answers, at most %ld KiB more in use, at most %lld ms late\n", count,
                growth_kib_max, (long long)late_ms_max);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(redis_that_answers_nonsense_is_told_as_such)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
