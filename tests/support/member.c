/* Makes calls in children, and hears from them through shared memory. */
#include "member.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>

struct body {
  lockrec_config_t config;
  const redis_server_t *redis;
  member_end_t *end;
};

static void call(void *argument) {
  struct body *body = argument;
  member_end_t *end = body->end;
  end->result.struct_size = sizeof end->result;
  const int64_t begin_ms = monotonic_ms();
  lockrec_reconcile(&body->config, &end->result);
  end->returned_at_ms = monotonic_ms();
  end->wall_ms = end->returned_at_ms - begin_ms;
  /* The turn's own key has a life. */
  end->locks = redis_permanent_count(body->redis);
  __atomic_store_n(&end->has_returned, 1, __ATOMIC_RELEASE);
}

void member_start(member_t *member, const lockrec_config_t *config, const redis_server_t *redis) {
  member->end = shared_memory(sizeof *member->end);
  struct body body = {.config = *config, .redis = redis, .end = member->end};
  body.config.log = NULL;
  body.config.on_row = NULL;
  process_fork(&member->process, call, &body, -1);
}

void member_wait(member_t *member, int64_t within_ms) {
  const int64_t end_ms = monotonic_ms() + within_ms;
  while (!__atomic_load_n(&member->end->has_returned, __ATOMIC_ACQUIRE)) {
    if (monotonic_ms() > end_ms) {
      fail_msg("a process of the fleet does not return");
    }
    sleep_ms(2);
  }
}

void member_free(member_t *member) {
  if (member->end != NULL) {
    process_kill(&member->process);
    munmap(member->end, sizeof *member->end);
    member->end = NULL;
  }
}
