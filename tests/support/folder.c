/* A temporary folder with a guardian: a child that notices the end of its parent, kill -9 included, and tidies up. */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { GROUPS_MAX = 128 };

struct note {
  pid_t pid;
  int ours; /* 1: began, 0: has ended */
};

static char folder[64];
static int lifeline = -1;
static int tidied = -1;
static pid_t owner = -1;

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
  (void)status;
  (void)type;
  (void)walk;
  return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

void close_all_but(int first, int second) {
  for (int fd = 3; fd < 1024; ++fd) {
    if (fd != first && fd != second) {
      close(fd);
    }
  }
}

static void take_note(pid_t groups[GROUPS_MAX], struct note note) {
  const pid_t search = note.ours ? 0 : note.pid;
  for (int i = 0; i < GROUPS_MAX; ++i) {
    if (groups[i] == search) {
      groups[i] = note.ours ? note.pid : 0;
      return;
    }
  }
}

/* Waits for the end of the pipe: then nobody holds its other end any more. Its own end of `done` ends with it. */
static void guard(int notes, int done) {
  static pid_t groups[GROUPS_MAX];
  struct note note;
  setsid();
  close_all_but(notes, done);
  const int nothing = open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) {
    dup2(nothing, fd);
  }
  for (;;) {
    const ssize_t got = read(notes, &note, sizeof note);
    if (got == (ssize_t)sizeof note) {
      take_note(groups, note);
    } else if (got == 0 || errno != EINTR) {
      break;
    }
  }
  for (int i = 0; i < GROUPS_MAX; ++i) {
    if (groups[i] > 1) {
      kill(-groups[i], SIGKILL);
    }
  }
  /* Twice: a server that is just ending may still write a last file. */
  for (int i = 0; i < 20 && nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT; ++i) {
    usleep(20000);
  }
  _exit(0);
}

static void let_guardian_tidy(void) {
  if (getpid() == owner) {
    char nothing;
    close(lifeline);
    while (read(tidied, &nothing, 1) < 0 && errno == EINTR) {
    }
  }
}

/* Forked twice: who ends a test together with all its children, as ctest does, must not find the guardian. */
static void start_guardian(void) {
  int notes[2];
  int done[2];
  if (pipe2(notes, O_CLOEXEC) != 0 || pipe2(done, O_CLOEXEC) != 0) {
    fail_msg("pipe: %s", strerror(errno));
  }
  const pid_t between = fork();
  if (between == 0) {
    if (fork() == 0) {
      guard(notes[0], done[1]);
    }
    _exit(0);
  }
  while (waitpid(between, NULL, 0) < 0 && errno == EINTR) {
  }
  close(notes[0]);
  close(done[1]);
  lifeline = notes[1];
  tidied = done[0];
  owner = getpid();
  atexit(let_guardian_tidy);
}

const char *temp_folder(void) {
  if (folder[0] == '\0') {
    strcpy(folder, "/tmp/lockrec-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
      fail_msg("no temporary folder: %s", strerror(errno));
    }
    start_guardian();
  }
  return folder;
}

const char *temp_path(const char *name) {
  static char paths[8][PATH_MAX];
  static unsigned turn;
  char *path = paths[turn++ % 8];
  snprintf(path, PATH_MAX, "%s/%s", temp_folder(), name);
  return path;
}

const char *temp_file(const char *name, const char *text, size_t size) {
  const char *path = temp_path(name);
  FILE *file = fopen(path, "wbe");
  if (file == NULL || fwrite(text, 1, size, file) != size || fclose(file) != 0) {
    fail_msg("%s could not be written", path);
  }
  return path;
}

static void tell_guardian(struct note note) {
  temp_folder();
  if (write(lifeline, &note, sizeof note) != (ssize_t)sizeof note) {
    fail_msg("the guardian is gone");
  }
}

void guardian_add(pid_t pid) { tell_guardian((struct note){.pid = pid, .ours = 1}); }

void guardian_remove(pid_t pid) { tell_guardian((struct note){.pid = pid, .ours = 0}); }
