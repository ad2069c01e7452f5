/* A plug-in host loads the library, calls it and closes it, again and again. Not linked to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <lockrec/lockrec.h>
#include <stdio.h>
#include <string.h>

#include "hygiene.h"

typedef int32_t (*reconcile_fn)(const lockrec_config_t *, lockrec_result_t *);
typedef const char *(*version_fn)(void);

static void *symbol(void *library, const char *name) {
  void *found = dlsym(library, name);
  if (found == NULL) fail_msg("%s", dlerror());
  return found;
}

static void use_once(void) {
  void *library = dlopen(LOCKREC_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) fail_msg("%s", dlerror());
  reconcile_fn reconcile;
  version_fn version;
  *(void **)&reconcile = symbol(library, "lockrec_reconcile");
  *(void **)&version = symbol(library, "lockrec_version");
  assert_string_equal(version(), LOCKREC_VERSION);
  const lockrec_row_t row = {"SP-1", "MR(93)", NULL};
  lockrec_config_t config = {.struct_size = sizeof config, .flags = LOCKREC_ROWS, .deadline_ms = 40};
  config.rows = &row;
  config.row_count = 1;
  config.time_zone = "America/Santiago";
  config.redis_url = "redis://127.0.0.1:1/0"; /* nobody listens there */
  lockrec_result_t result = {.struct_size = sizeof result};
  assert_int_equal(reconcile(&config, &result), LOCKREC_E_REDIS_CONNECT);
  assert_int_equal(dlclose(library), 0);
}

static int is_mapped(void) {
  FILE *maps = fopen("/proc/self/maps", "re");
  assert_non_null(maps);
  char line[1024];
  int found = 0;
  while (fgets(line, sizeof line, maps) != NULL) found |= strstr(line, "liblockrec.so") != NULL;
  fclose(maps);
  return found;
}

static void closed_library_stays_for_the_resolvers_thread(void **state) {
  (void)state;
  assert_false(is_mapped());
  use_once();
  assert_true(is_mapped());
}

static void loading_and_closing_leaves_nothing(void **state) {
  (void)state;
  use_once();
  const hygiene_t before = hygiene_now();
  for (int turn = 0; turn < 20; turn++) use_once();
  assert_hygiene(&before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(closed_library_stays_for_the_resolvers_thread),
      cmocka_unit_test(loading_and_closing_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
