/* Whatever memory or system call fails, the call ends in order: a status that fits, no crash, nothing left behind, no
 * wrong lock, and the next call makes good. LOCKREC_LONG=1 in the environment: every single one (half an hour). */
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#ifndef LOCKREC_FAILING_CALLS
int main(void) {
  printf("skipped: the sanitizer has a malloc of its own\n");
  return 0;
}
#else
#include "failing/series.h"

enum { ONCE_MS = 3000, STUBBORN_MS = 500 };

static servers_t servers;
static int is_long;

static int start_servers(void **state) {
  (void)state;
  is_long = getenv("LOCKREC_LONG") != NULL;
  redis_start(&servers.plain, NULL);
  redis_start_tls(&servers.tls, 0);
  for (int i = 0; i < PLACES; ++i) {
    emulator_start(&servers.google[i], "--rows", "1", "--occupied", "1", NULL);
  }
  series_begin();
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  for (int i = 0; i < PLACES; ++i) {
    emulator_end(&servers.google[i]);
  }
  redis_end(&servers.tls);
  redis_end(&servers.plain);
  return 0;
}

/* One call without failures in this process, which its children inherit: OpenSSL is set up, zones are loaded. */
static void warm_up(void) {
  static world_t world;
  world_prepare(&world, SCENARIO_SHEET, &servers.google[0], &servers.tls, 0);
  world_set_locks(&world);
  world_call(&world);
  assert_int_equal(world.run.result.status, LOCKREC_OK);
  assert_string_equal(world.complaint, "");
  world_remove_locks(&world);
}

/* In the sheet's world a call costs five times as much: the short form is less thorough there. */
static void run(series_t series, long short_step) {
  if (series.step == 0) {
    series.step = is_long ? 1 : short_step;
  }
  series.second_calls = is_long || series.scenario != SCENARIO_SHEET ? 1 : 3;
  series.deadline_ms = series.deadline_ms == 0 ? ONCE_MS : series.deadline_ms;
  series.times = series.times == 0 ? 1 : series.times;
  series_run(&series, &servers);
}

/* These two come first: what a process has used once, it has. */
static void first_use_without_own_memory_ends_in_order(void **state) {
  (void)state;
  run((series_t){.scenario = SCENARIO_ROWS, .kind = FAILING_OWN_MEMORY}, 1);
  series_print("own memory, at the first use");
}

static void first_use_without_their_memory_ends_in_order(void **state) {
  (void)state;
  run((series_t){.scenario = SCENARIO_ROWS, .kind = FAILING_THEIR_MEMORY, .is_first_use = 1}, 7);
  if (is_long) {
    run((series_t){.scenario = SCENARIO_SHEET, .kind = FAILING_THEIR_MEMORY, .is_first_use = 1, .step = 7}, 7);
  }
  series_print("their memory, at the first use");
}

static void own_memory_that_fails_once_ends_in_order(void **state) {
  (void)state;
  warm_up();
  for (scenario_t scenario = 0; scenario < SCENARIOS; ++scenario) {
    run((series_t){.scenario = scenario, .kind = FAILING_OWN_MEMORY}, 1);
  }
  series_print("own memory, once");
}

static void own_memory_that_has_run_out_ends_in_order(void **state) {
  (void)state;
  for (scenario_t scenario = 0; scenario < SCENARIOS; ++scenario) {
    run((series_t){.scenario = scenario, .kind = FAILING_OWN_MEMORY, .times = LONG_MAX},
        scenario == SCENARIO_SHEET ? 37 : 3);
  }
  series_print("own memory, from there on");
}

static void their_memory_that_fails_once_ends_in_order(void **state) {
  (void)state;
  run((series_t){.scenario = SCENARIO_TLS, .kind = FAILING_THEIR_MEMORY}, 7);
  run((series_t){.scenario = SCENARIO_CSV, .kind = FAILING_THEIR_MEMORY}, 1);
  run((series_t){.scenario = SCENARIO_SHEET, .kind = FAILING_THEIR_MEMORY}, 7 * 40);
  series_print("their memory, once");
}

static const struct {
  failing_kind_t kind;
  int error;
} system_calls[] = {
    {FAILING_SOCKET, EMFILE},      {FAILING_SOCKET, ENFILE},
    {FAILING_SOCKET, ENOBUFS},     {FAILING_CONNECT, ECONNREFUSED},
    {FAILING_CONNECT, ETIMEDOUT},  {FAILING_CONNECT, ENETUNREACH},
    {FAILING_SEND, EPIPE},         {FAILING_SEND, ECONNRESET},
    {FAILING_RECEIVE, ECONNRESET}, {FAILING_RECEIVE, 0},
    {FAILING_RECEIVE, EINTR},      {FAILING_POLL, EINTR},
    {FAILING_POLL, ENOMEM},        {FAILING_LOOKUP, EAI_AGAIN},
    {FAILING_LOOKUP, EAI_MEMORY},  {FAILING_LOOKUP, EAI_FAIL},
};

static void run_system_calls(series_t series, long short_step) {
  for (size_t i = 0; i < sizeof system_calls / sizeof *system_calls; ++i) {
    const int is_lookup = system_calls[i].kind == FAILING_LOOKUP;
    if (is_lookup == (series.scenario == SCENARIO_CSV)) {
      series.kind = system_calls[i].kind;
      series.error = system_calls[i].error;
      run(series, short_step);
    }
  }
}

static void system_call_that_fails_once_ends_in_order(void **state) {
  (void)state;
  run_system_calls((series_t){.scenario = SCENARIO_ROWS}, 1);
  run_system_calls((series_t){.scenario = SCENARIO_CSV}, 1);
  run_system_calls((series_t){.scenario = SCENARIO_SHEET}, 17);
  series_print("system calls, once");
}

static void system_call_that_fails_for_good_ends_in_order(void **state) {
  (void)state;
  run_system_calls((series_t){.scenario = SCENARIO_ROWS, .times = LONG_MAX, .deadline_ms = STUBBORN_MS}, 5);
  run_system_calls((series_t){.scenario = SCENARIO_CSV, .times = LONG_MAX, .deadline_ms = STUBBORN_MS}, 1);
  run_system_calls((series_t){.scenario = SCENARIO_SHEET, .times = LONG_MAX, .deadline_ms = STUBBORN_MS}, 41);
  series_print("system calls, from there on");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(first_use_without_own_memory_ends_in_order),
      cmocka_unit_test(first_use_without_their_memory_ends_in_order),
      cmocka_unit_test(own_memory_that_fails_once_ends_in_order),
      cmocka_unit_test(own_memory_that_has_run_out_ends_in_order),
      cmocka_unit_test(their_memory_that_fails_once_ends_in_order),
      cmocka_unit_test(system_call_that_fails_once_ends_in_order),
      cmocka_unit_test(system_call_that_fails_for_good_ends_in_order),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
#endif
