/* What happens in the child; nothing here may fail the test, which goes on in the parent only. */
#include "child.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SETTLE_MS = 1000, PATIENCE_S = 60, SECOND_MS = 4000 /* before a half-made lock expires */ };

static int count_new_descriptors(const hygiene_t *before, const hygiene_t *now) {
  int count = 0;
  for (int fd = 0; fd < HYGIENE_FDS_MAX; ++fd) {
    count += now->open[fd] != before->open[fd];
  }
  return count;
}

static int is_clean(const hygiene_t *before, const hygiene_t *now) {
  return count_new_descriptors(before, now) == 0 && now->threads <= before->threads &&
         memcmp(&now->mask, &before->mask, sizeof now->mask) == 0 &&
         now->sigpipe.sa_handler == before->sigpipe.sa_handler;
}

/* A look-up that was left behind may take its moment. */
static void check_hygiene(world_t *world, told_t *told, const hygiene_t *before) {
  hygiene_t now = hygiene_now();
  for (int waited = 0; waited < SETTLE_MS && !is_clean(before, &now); waited += 10) {
    sleep_ms(10);
    now = hygiene_now();
  }
  told->descriptors_left = count_new_descriptors(before, &now);
  memcpy(now.open, before->open, sizeof now.open); /* the parent judges those */
  if (!is_clean(before, &now)) {
    world_complain(world, "%d threads stayed, or signals are not as before", now.threads - before->threads);
  }
}

/* A crash ends it as such, without the test's own handlers, and it never outlives the test. */
static void become_child(pid_t parent) {
  static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGABRT};
  const struct rlimit no_core = {0, 0};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    _exit(1);
  }
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; ++i) {
    signal(crashes[i], SIG_DFL);
  }
  setrlimit(RLIMIT_CORE, &no_core);
  alarm(PATIENCE_S); /* a hang is a crash */
}

void child_run(const failing_plan_t *plan, world_t *world, told_t *told, int has_second_call, pid_t parent) {
  become_child(parent);
  world_set_locks(world);
  const hygiene_t before = hygiene_now();
  told->stage = STAGE_CALL;
  failing_begin(plan, &told->report);
  world_call(world);
  failing_end();
  told->stage = STAGE_CHECK;
  told->status = world->run.result.status;
  told->wall_ms = world->run.wall_ms;
  memcpy(told->message, world->run.result.message, sizeof told->message);
  check_hygiene(world, told, &before);
  failing_count_blocks(&told->report);
  world_check(world);
  if (has_second_call) {
    told->stage = STAGE_SECOND;
    world->run.config.deadline_ms = SECOND_MS;
    world_call(world);
    world_check(world);
    told->stayed_broken = world->run.result.status != LOCKREC_OK;
  }
  world_remove_locks(world);
  memcpy(told->complaint, world->complaint, sizeof told->complaint);
  told->stage = STAGE_DONE;
}
