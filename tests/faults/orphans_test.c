/* The tests' own promise: a test that is killed leaves no server and no file behind. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fault_server.h"
#include "fixture.h"
#include "folder.h"
#include "relay.h"

enum { SERVERS = 4, PATIENCE_MS = 5000 };

struct orphans {
  pid_t pids[SERVERS];
  char folder[64];
};

static const char *own_path;

/* What a test does, up to the moment in which it is killed. */
static int be_killed(int report) {
  static redis_server_t redis;
  static emulator_t google;
  static relay_t relay;
  static fault_server_t silent;
  struct orphans orphans = {{0}, ""};
  redis_start(&redis, NULL);
  redis_pause(&redis);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  relay_start(&relay, redis.port, redis.process.pid);
  fault_start(&silent, FAULT_STALL, NULL, 0);
  orphans = (struct orphans){{redis.process.pid, google.process.pid, relay.process.pid, silent.process.pid}, ""};
  snprintf(orphans.folder, sizeof orphans.folder, "%s", temp_folder());
  if (write(report, &orphans, sizeof orphans) != (ssize_t)sizeof orphans) {
    return 1;
  }
  raise(SIGKILL);
  return 1;
}

/* Zombies have ended too: who reaps them is not the tests' affair. */
static int is_alive(pid_t pid) {
  char path[64];
  char state = 'Z';
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "re");
  if (file != NULL) {
    if (fscanf(file, "%*d %*[^)]) %c", &state) != 1) {
      state = 'Z';
    }
    fclose(file);
  }
  return state != 'Z' && state != 'X';
}

static int are_gone(const struct orphans *orphans) {
  int left = access(orphans->folder, F_OK) == 0;
  for (int i = 0; i < SERVERS; ++i) {
    left += is_alive(orphans->pids[i]);
  }
  return left == 0;
}

static void killed_test_leaves_nothing_behind(void **state) {
  (void)state;
  struct orphans orphans;
  int ends[2];
  char number[16];
  int status;
  assert_int_equal(pipe(ends), 0);
  snprintf(number, sizeof number, "%d", ends[1]);
  const pid_t pid = fork();
  if (pid == 0) {
    execl(own_path, own_path, number, (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  assert_int_equal(read(ends[0], &orphans, sizeof orphans), sizeof orphans);
  close(ends[0]);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  for (int i = 0; i < PATIENCE_MS / 10 && !are_gone(&orphans); ++i) {
    sleep_ms(10);
  }
  assert_true(are_gone(&orphans));
}

int main(int argc, char *argv[]) {
  own_path = argv[0];
  if (argc == 2) {
    /* What the servers say as they are ended is no news. */
    if (freopen("/dev/null", "w", stderr) == NULL) {
      return 1;
    }
    return be_killed((int)strtol(argv[1], NULL, 10));
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed_test_leaves_nothing_behind)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
