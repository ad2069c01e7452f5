/* Takes and compares snapshots of the process. */
#include "hygiene.h"

#include <dirent.h>
#include <locale.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "process.h"

static int count_threads(void) {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
    count += entry->d_name[0] != '.';
  }
  closedir(tasks);
  return count;
}

static void find_descriptors(unsigned char open[HYGIENE_FDS_MAX]) {
  DIR *descriptors = opendir("/proc/self/fd");
  const int own = dirfd(descriptors);
  for (const struct dirent *entry; (entry = readdir(descriptors)) != NULL;) {
    const long fd = strtol(entry->d_name, NULL, 10);
    if (entry->d_name[0] != '.' && fd != own && fd < HYGIENE_FDS_MAX) {
      open[fd] = 1;
    }
  }
  closedir(descriptors);
}

static void *end_at_once(void *argument) { return argument; }

/* A sanitizer starts a thread of its own beside a program's first. */
static void let_a_first_thread_run(void) {
  static int done;
  pthread_t thread;
  if (!done && pthread_create(&thread, NULL, end_at_once, NULL) == 0) {
    pthread_join(thread, NULL);
  }
  done = 1;
}

hygiene_t hygiene_now(void) {
  let_a_first_thread_run();
  hygiene_t now = {.threads = count_threads(), .variables = environ};
  find_descriptors(now.open);
  sigprocmask(SIG_SETMASK, NULL, &now.mask);
  sigaction(SIGPIPE, NULL, &now.sigpipe);
  snprintf(now.locale, sizeof now.locale, "%s", setlocale(LC_ALL, NULL));
  if (getcwd(now.folder, sizeof now.folder) == NULL) {
    now.folder[0] = '\0';
  }
  while (environ != NULL && environ[now.variable_count] != NULL) {
    ++now.variable_count;
  }
  return now;
}

static void name_descriptor(int fd, const char *what) {
  char path[64];
  char target[256] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (readlink(path, target, sizeof target - 1) < 0) {
    target[0] = '?';
  }
  print_error("descriptor %d (%s) %s\n", fd, target, what);
}

void assert_hygiene(const hygiene_t *before) {
  const hygiene_t now = hygiene_now();
  int differences = 0;
  for (int fd = 0; fd < HYGIENE_FDS_MAX; ++fd) {
    if (now.open[fd] != before->open[fd]) {
      name_descriptor(fd, now.open[fd] ? "was left open" : "was closed");
      ++differences;
    }
  }
  for (int number = 1; number < 64; ++number) {
    differences += sigismember(&now.mask, number) != sigismember(&before->mask, number);
  }
  assert_int_equal(differences, 0);
  assert_int_equal(now.threads, before->threads);
  assert_true(now.sigpipe.sa_handler == before->sigpipe.sa_handler);
  assert_string_equal(now.locale, before->locale);
  assert_string_equal(now.folder, before->folder);
  assert_ptr_equal(now.variables, before->variables);
  assert_int_equal(now.variable_count, before->variable_count);
}

void assert_hygiene_within(const hygiene_t *before, int wait_ms) {
  const int64_t end = monotonic_ms() + wait_ms;
  while (count_threads() > before->threads && monotonic_ms() < end) {
    sleep_ms(10);
  }
  sleep_ms(20); /* the thread's last act is to close its descriptors */
  assert_hygiene(before);
}
