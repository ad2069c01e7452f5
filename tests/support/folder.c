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
static pid_t guardian = -1;
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

/* Waits for the end of the pipe: then nobody holds its other end any more. */
static void guard(int notes) {
  static pid_t groups[GROUPS_MAX];
  struct note note;
  setsid();
  close_all_but(notes, -1);
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
    close(lifeline);
    waitpid(guardian, NULL, 0);
  }
}

const char *temp_folder(void) {
  if (folder[0] != '\0') {
    return folder;
  }
  int pipe_ends[2];
  strcpy(folder, "/tmp/lockrec-test-XXXXXX");
  if (mkdtemp(folder) == NULL || pipe2(pipe_ends, O_CLOEXEC) != 0) {
    fail_msg("no temporary folder: %s", strerror(errno));
  }
  guardian = fork();
  if (guardian == 0) {
    guard(pipe_ends[0]);
  }
  close(pipe_ends[0]);
  lifeline = pipe_ends[1];
  owner = getpid();
  atexit(let_guardian_tidy);
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
