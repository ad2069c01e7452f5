/* The library as a guest in the host's process: threads, forks, the environment, callbacks, what is left behind. */
#include <locale.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"
#include "folder.h"
#include "run.h"

enum { THREADS = 8, CALLS_A_THREAD = 10 };

static redis_server_t redis;
static emulator_t emulator;

static int start(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  emulator_start(&emulator, NULL);
  return 0;
}

static int stop(void **state) {
  (void)state;
  emulator_end(&emulator);
  redis_end(&redis);
  return 0;
}

static int clean(void **state) {
  (void)state;
  redis_clean(&redis);
  return 0;
}

static void configure(lockrec_config_t *config, const lockrec_row_t *rows, uint64_t count) {
  memset(config, 0, sizeof *config);
  config->struct_size = sizeof *config;
  config->flags = LOCKREC_ROWS;
  config->rows = rows;
  config->row_count = count;
  config->time_zone = "America/Santiago";
  config->now_unix_ms = FIXTURE_NOW_MS;
  config->redis_url = redis.url;
}

static const lockrec_row_t some_rows[] = {
    {"A", "MR(93)", "21-01-2026 14:30:00"}, {"B", "NR(94)", "21-01-2026 15:30:00"}, {"C", NULL, NULL}};

static void *call_often(void *failures) {
  for (int i = 0; i < CALLS_A_THREAD; ++i) {
    lockrec_config_t config;
    lockrec_result_t result = {.struct_size = sizeof result};
    configure(&config, some_rows, 3);
    if (lockrec_reconcile(&config, &result) != LOCKREC_OK || result.rows_total != 3 ||
        result.reconciled + result.already_locked + result.adopted != 2) {
      fprintf(stderr, "%d %s\n", result.status, result.message);
      __atomic_fetch_add((int *)failures, 1, __ATOMIC_RELAXED);
    }
  }
  return NULL;
}

static void eight_threads_at_once_do_no_harm(void **state) {
  (void)state;
  const hygiene_t before = hygiene_now();
  pthread_t threads[THREADS];
  int failures = 0;
  for (int i = 0; i < THREADS; ++i) assert_int_equal(pthread_create(&threads[i], NULL, call_often, &failures), 0);
  for (int i = 0; i < THREADS; ++i) pthread_join(threads[i], NULL);
  assert_int_equal(failures, 0);
  assert_int_equal(redis_key_count(&redis), 2);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:A"), -1);
  assert_int_equal(redis_life_ms(&redis, "spool_lock:B"), -1);
  assert_hygiene(&before);
}

/* What gunicorn with --preload does: a call in the parent, workers forked, a call in each. */
static void calls_before_and_after_fork_work(void **state) {
  (void)state;
  run_t run;
  run_init(&run);
  fixture_use_sheet(&run, &emulator);
  run_use_redis(&run, &redis);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      lockrec_result_t result = {.struct_size = sizeof result};
      run.config.log = NULL;
      run.config.on_row = NULL;
      const int good =
          lockrec_reconcile(&run.config, &result) == LOCKREC_OK && result.already_locked == FIXTURE_OCCUPIED;
      _exit(good ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  run_free(&run);
}

static void environment_is_read_only_where_it_is_asked_for(void **state) {
  (void)state;
  const char *names[] = {"GOOGLE_SHEET_ID", "GOOGLE_APPLICATION_CREDENTIALS",
                         "REDIS_URL",       "HOJA_OPERACIONES_NOMBRE",
                         "TIMEZONE",        "GOOGLE_APPLICATION_CREDENTIALS_JSON"};
  run_t run;
  run_init(&run);
  fixture_use_sheet(&run, &emulator);
  const char *values[] = {emulator.spreadsheet_id, emulator.credentials_file, redis.url,
                          "Operaciones",           "America/Punta_Arenas",    ""};
  run.config.spreadsheet_id = NULL;
  run.config.credentials_file = NULL;
  for (int i = 0; i < 6; ++i) setenv(names[i], values[i], 1);
  assert_int_equal(run_reconcile(&run), LOCKREC_E_CONFIG);
  assert_message(&run, "spreadsheet_id");
  run.config.flags = LOCKREC_ENV;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, FIXTURE_OCCUPIED);
  assert_logged(&run, LOCKREC_LOG_WARNING, "America/Punta_Arenas");
  /* What is given wins. */
  run.config.worksheet = "Nowhere";
  assert_int_equal(run_reconcile(&run), LOCKREC_E_SHEET_NOT_FOUND);
  assert_message(&run, "Nowhere");
  run.config.worksheet = NULL;
  /* A source that is given is not doubled by the environment's. */
  run_use_rows(&run, some_rows, 3, "UTC");
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  for (int i = 0; i < 6; ++i) unsetenv(names[i]);
  run_free(&run);
}

static void hosts_locale_does_not_matter(void **state) {
  (void)state;
  /* A locale with a decimal comma, where the system has one; "C" proves nothing and is told. */
  if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) print_message("no de_DE.UTF-8 here: tried under C only\n");
  const lockrec_row_t rows[] = {{"A", "MR(93)", "46043.6041666667"}};
  run_t run;
  run_init(&run);
  run_use_rows(&run, rows, 1, "America/Santiago");
  run_use_redis(&run, &redis);
  run.config.now_unix_ms = FIXTURE_NOW_MS;
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_non_null(strstr(redis_must(&redis, "GET", "spool_lock:A", NULL).text, ":21-01-2026 14:30:00"));
  run_free(&run);
  setlocale(LC_ALL, "C");
}

static void rows_with_a_stride_are_read(void **state) {
  (void)state;
  struct wide {
    lockrec_row_t row;
    char more[40];
  } rows[] = {{{"A", "MR(93)", NULL}, "x"}, {{"B", "NR(94)", NULL}, "y"}};
  run_t run;
  run_init(&run);
  run_use_rows(&run, &rows[0].row, 2, "UTC");
  run.config.row_size_bytes = sizeof rows[0];
  run_use_redis(&run, &redis);
  assert_int_equal(run_reconcile(&run), LOCKREC_OK);
  assert_int_equal(run.result.reconciled, 2);
  assert_string_equal(run.rows[1].tag, "B");
  run_free(&run);
}

static void source_files_restore_as_the_sheet_does(void **state) {
  (void)state;
  const char csv[] =
      "\xef\xbb\xbfid,TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\r\n1,\"A \"\"x\"\"\",MR(93),21-01-2026 14:30:00\r\n"
      "2,B,DISPONIBLE,\r\n";
  const char json[] =
      "{\"range\":\"Operaciones!A1:C3\",\"values\":[[\"tag spool\",\"OCUPADO/POR\",\"Fecha_Ocupacion\"],"
      "[\"A \\\"x\\\"\",\"MR(93)\",46043.6041666667],[\"B\"]]}";
  char paths[2][256];
  snprintf(paths[0], sizeof paths[0], "%s", temp_file("rows.csv", csv, sizeof csv - 1));
  snprintf(paths[1], sizeof paths[1], "%s", temp_file("rows.json", json, sizeof json - 1));
  for (int i = 0; i < 2; ++i) {
    redis_clean(&redis);
    run_t run;
    run_init(&run);
    run.config.source_file = paths[i];
    run.config.time_zone = "America/Santiago";
    run.config.now_unix_ms = FIXTURE_NOW_MS;
    run_use_redis(&run, &redis);
    assert_int_equal(run_reconcile(&run), LOCKREC_OK);
    assert_int_equal(run.result.rows_total, 2);
    assert_int_equal(run.result.reconciled, 1);
    assert_int_equal(run.rows[0].row_number, 2);
    assert_non_null(strstr(redis_must(&redis, "GET", "spool_lock:A \"x\"", NULL).text, ":21-01-2026 14:30:00"));
    run_free(&run);
  }
}

static void *call_and_end(void *unused) {
  (void)unused;
  int failures = 0;
  return call_often(&failures);
}

static void short_lived_threads_leave_nothing(void **state) {
  (void)state;
  const hygiene_t before = hygiene_now();
  for (int i = 0; i < 20; ++i) {
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, call_and_end, NULL), 0);
    pthread_join(thread, NULL);
  }
  assert_hygiene(&before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(eight_threads_at_once_do_no_harm, clean),
      cmocka_unit_test_setup(calls_before_and_after_fork_work, clean),
      cmocka_unit_test_setup(environment_is_read_only_where_it_is_asked_for, clean),
      cmocka_unit_test_setup(hosts_locale_does_not_matter, clean),
      cmocka_unit_test_setup(rows_with_a_stride_are_read, clean),
      cmocka_unit_test_setup(source_files_restore_as_the_sheet_does, clean),
      cmocka_unit_test_setup(short_lived_threads_leave_nothing, clean),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
