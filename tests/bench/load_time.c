/* What loading costs a host that has loaded nothing yet, in a fresh process:
 *   load_time LIBCURL             dlopen of libcurl, and its global set-up
 *   load_time LIBLOCKREC REDIS_URL   dlopen of liblockrec, and the same call twice
 * It links neither. One line of JSON. The second call does everything again but what is set up once. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <lockrec/lockrec.h>

enum { CURL_GLOBAL_DEFAULT = 3 };

typedef int32_t (*reconcile_fn)(const lockrec_config_t *, lockrec_result_t *);
typedef int (*curl_init_fn)(long);

static void give_up(const char *why) {
  fprintf(stderr, "load_time: %s\n", why);
  exit(2);
}

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A function's address comes as an object's: C can't convert it, POSIX promises that it is the same. */
static void find(void *library, const char *name, void *function) {
  *(void **)function = dlsym(library, name);
  if (*(void **)function == NULL) give_up(dlerror());
}

/* One row, whose lock is there: everything is set up, nothing is written. */
static double call_seconds(reconcile_fn reconcile, const char *redis_url) {
  const lockrec_row_t row = {"LOAD-1", "MR(93)", NULL};
  const lockrec_config_t config = {.struct_size = sizeof config,
                                   .flags = LOCKREC_ROWS,
                                   .rows = &row,
                                   .row_count = 1,
                                   .time_zone = "America/Santiago",
                                   .redis_url = redis_url};
  lockrec_result_t result = {.struct_size = sizeof result};
  const double start = seconds_now();
  const int32_t status = reconcile(&config, &result);
  const double seconds = seconds_now() - start;
  if (status != LOCKREC_OK) give_up(result.message);
  if (result.already_locked != 1) give_up("the row's lock is not there");
  return seconds;
}

int main(int argc, char **argv) {
  if (argc != 2 && argc != 3) give_up("a library, and for liblockrec the address of Redis");
  const double start = seconds_now();
  void *library = dlopen(argv[1], RTLD_NOW);
  const double loading = seconds_now() - start;
  if (library == NULL) give_up(dlerror());
  if (argc == 2) {
    curl_init_fn init = NULL;
    find(library, "curl_global_init", &init);
    const double init_start = seconds_now();
    if (init(CURL_GLOBAL_DEFAULT) != 0) give_up("curl_global_init failed");
    printf("{\"dlopen_seconds\": %.6f, \"set_up_seconds\": %.6f}\n", loading, seconds_now() - init_start);
    return 0;
  }
  reconcile_fn reconcile = NULL;
  find(library, "lockrec_reconcile", &reconcile);
  const double first = call_seconds(reconcile, argv[2]);
  const double second = call_seconds(reconcile, argv[2]);
  printf("{\"dlopen_seconds\": %.6f, \"set_up_seconds\": %.6f}\n", loading, first - second);
  return 0;
}
