/* A pool of children, and the judgement of what each tells. */
#include "series.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"

enum { COMPLAINTS_MAX = 12, LATE_MAX = 64, STATUSES = 32, LOWEST_STATUS = -24 };

typedef struct place {
  pid_t pid; /* 0: free */
  long number;
  int is_repeated;
  told_t *told;
  world_t world;
} place_t;

typedef struct pool {
  const series_t *series;
  servers_t *servers;
  place_t places[PLACES];
  long late[LATE_MAX]; /* to be repeated, alone: this machine may have been busy */
  int late_count;
  long next;
  int is_through;
  int wrong;
} pool_t;

static struct totals {
  long faults; /* calls in which something failed */
  long stayed_broken;
  long descriptors;
  long statuses[STATUSES];
  int64_t since_ms;
} totals;

static void start(pool_t *pool, place_t *place, long number, int is_repeated) {
  static long serial;
  const series_t *series = pool->series;
  const int is_sheet = series->scenario == SCENARIO_SHEET;
  const int is_tls = is_sheet || series->scenario == SCENARIO_TLS;
  servers_t *servers = pool->servers;
  const pid_t parent = getpid();
  world_prepare(&place->world, series->scenario, is_sheet ? &servers->google[place - pool->places] : NULL,
                is_tls ? &servers->tls : &servers->plain, ++serial);
  place->world.run.config.deadline_ms = series->deadline_ms;
  place->number = number;
  place->is_repeated = is_repeated;
  memset(place->told, 0, sizeof *place->told);
  place->pid = fork();
  if (place->pid == 0) {
    const failing_plan_t plan = {series->kind, number, series->times, series->error};
    child_run(&plan, &place->world, place->told, serial % series->second_calls == 0, parent);
    _exit(0);
  }
  if (place->pid < 0) {
    fail_msg("fork: %s", strerror(errno));
  }
}

__attribute__((format(printf, 3, 4))) static void complain(pool_t *pool, const place_t *place, const char *format,
                                                           ...) {
  static const char *const kinds[] = {"own memory", "their memory", "socket", "connect", "send",
                                      "recv",       "poll",         "lookup", "nothing"};
  const series_t *series = pool->series;
  va_list arguments;
  char text[512];
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (++pool->wrong <= COMPLAINTS_MAX) {
    print_error("%s, %s %ld%s, error %d, failed at %s: %s [%s: %s]\n", scenario_name(series->scenario),
                kinds[series->kind], place->number, series->times > 1 ? " and after" : "", series->error,
                failing_place(place->told->report.failed_at), text, lockrec_status_name(place->told->status),
                place->told->message);
  }
}

/* Whether the failure may end in this status. */
static int is_fitting(const series_t *series, int32_t status) {
  if (status == LOCKREC_OK || status == LOCKREC_E_NO_MEMORY) {
    return 1;
  }
  if (series->kind == FAILING_OWN_MEMORY) {
    return 0;
  }
  if (status == LOCKREC_E_DEADLINE) { /* nobody told us: the rest was silence */
    return series->kind == FAILING_POLL || series->error == EINTR || series->kind == FAILING_THEIR_MEMORY;
  }
  return status == LOCKREC_E_SHEET_UNAVAILABLE || status == LOCKREC_E_REDIS_CONNECT || series->is_first_use;
}

/* Where they get no memory, cctz loses the file that it has opened, and libcurl one end of a look-up's pair. */
static int loses_descriptors(uintptr_t failed_at) {
  const char *place = failing_place(failed_at);
  return strncmp(place, "libcctz.", 8) == 0 || strncmp(place, "libcurl.", 8) == 0;
}

static void judge(pool_t *pool, const place_t *place, int status) {
  static const char *const stages[] = {"before the call", "in the call", "after the call", "in the call after it"};
  const series_t *series = pool->series;
  const told_t *told = place->told;
  const int spared = series->kind == FAILING_THEIR_MEMORY && loses_descriptors(told->report.failed_at);
  if (told->stage != STAGE_DONE) {
    const int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    complain(pool, place, "it ended by signal %d %s", signal_number, stages[told->stage]);
  } else if (told->complaint[0] != '\0') {
    complain(pool, place, "%s", told->complaint);
  } else if (told->report.blocks_left > 0) {
    complain(pool, place, "%ld blocks were not given back, one of %s", told->report.blocks_left,
             failing_place(told->report.left_at));
  } else if (told->descriptors_left > spared) {
    complain(pool, place, "%d descriptors were left", told->descriptors_left);
  } else if (!is_fitting(series, told->status) || (told->report.failed == 0 && told->status != LOCKREC_OK)) {
    complain(pool, place, "that status tells something else");
  } else if (told->stayed_broken && !series->is_first_use) {
    complain(pool, place, "the call after it failed too");
  }
}

static void finish(pool_t *pool, place_t *place, int status) {
  const told_t *told = place->told;
  place->pid = 0;
  pool->is_through |= told->stage == STAGE_DONE && told->report.failed == 0;
  if (told->wall_ms > pool->series->deadline_ms + LATE_MS) {
    if (!place->is_repeated && pool->late_count < LATE_MAX) {
      pool->late[pool->late_count++] = place->number;
      return;
    }
    complain(pool, place, "it took %lld ms", (long long)told->wall_ms);
  }
  totals.faults += told->report.failed > 0;
  totals.stayed_broken += told->stayed_broken;
  totals.descriptors += told->descriptors_left;
  if (told->status >= LOWEST_STATUS && told->status < LOWEST_STATUS + STATUSES) {
    ++totals.statuses[told->status - LOWEST_STATUS];
  }
  judge(pool, place, status);
}

/* Whether any child is still at work. */
static int collect(pool_t *pool) {
  int running = 0;
  for (int i = 0; i < PLACES; ++i) {
    int status = 0;
    place_t *place = &pool->places[i];
    if (place->pid != 0 && waitpid(place->pid, &status, WNOHANG) == place->pid) {
      finish(pool, place, status);
    }
    running += place->pid != 0;
  }
  return running;
}

static void run_all(pool_t *pool) {
  int running = 1;
  while (running) {
    const int goes_on = !pool->is_through && pool->wrong < COMPLAINTS_MAX;
    for (int i = 0; i < PLACES && goes_on; ++i) {
      if (pool->places[i].pid == 0) {
        start(pool, &pool->places[i], pool->next, 0);
        pool->next += pool->series->step;
      }
    }
    sleep_ms(1);
    running = collect(pool) || (!pool->is_through && pool->wrong < COMPLAINTS_MAX);
  }
  for (int i = 0; i < pool->late_count; ++i) {
    start(pool, &pool->places[0], pool->late[i], 1);
    while (collect(pool)) {
      sleep_ms(1);
    }
  }
}

void series_run(const series_t *series, servers_t *servers) {
  static pool_t pool;
  told_t *told = mmap(NULL, PLACES * sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  memset(&pool, 0, sizeof pool);
  pool.series = series;
  pool.servers = servers;
  pool.next = 1;
  for (int i = 0; i < PLACES; ++i) {
    pool.places[i].told = &told[i];
  }
  run_all(&pool);
  munmap(told, PLACES * sizeof *told);
  if (pool.wrong > 0) {
    fail_msg("%d calls did not end as they should", pool.wrong);
  }
}

void series_begin(void) {
  hygiene_now(); /* it runs a thread when first called, which is better done with than in every child */
  memset(&totals, 0, sizeof totals);
  totals.since_ms = monotonic_ms();
}

void series_print(const char *what) {
  printf("measured: faults injected %ld (%s, %lld ms):", totals.faults, what,
         (long long)(monotonic_ms() - totals.since_ms));
  for (int i = STATUSES - 1; i >= 0; --i) {
    if (totals.statuses[i] > 0) {
      printf(" %s %ld", lockrec_status_name(i + LOWEST_STATUS), totals.statuses[i]);
    }
  }
  if (totals.stayed_broken > 0) {
    printf("; their first use not repeatable %ld", totals.stayed_broken);
  }
  if (totals.descriptors > 0) {
    printf("; descriptors lost by libcurl or cctz %ld", totals.descriptors);
  }
  printf("\n");
  series_begin();
}
