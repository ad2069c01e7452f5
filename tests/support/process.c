/* Starts and ends the tests' children. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"

/* In the child: an own process group, and an end with the parent even where that died just now. */
static void become_child(pid_t parent) {
  sigset_t none;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    _exit(1);
  }
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
}

static void keep_process(process_t *process, pid_t pid, int in, int out) {
  if (pid < 0) {
    fail_msg("fork: %s", strerror(errno));
  }
  setpgid(pid, pid);
  *process = (process_t){.pid = pid, .in = in, .out = out};
  guardian_add(pid);
}

static void replace(const char *const argv[], int in, int out, int err) {
  dup2(in, 0);
  dup2(out, 1);
  if (err >= 0) {
    dup2(err, 2);
  }
  execvp(argv[0], (char *const *)(uintptr_t)argv);
  _exit(127);
}

void process_start_with_pipes(process_t *process, const char *const argv[]) {
  int in[2];
  int out[2];
  const pid_t parent = getpid();
  temp_folder();
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
    fail_msg("pipe: %s", strerror(errno));
  }
  const pid_t pid = fork();
  if (pid == 0) {
    become_child(parent);
    replace(argv, in[0], out[1], -1);
  }
  close(in[0]);
  close(out[1]);
  keep_process(process, pid, in[1], out[0]);
}

void process_start(process_t *process, const char *const argv[], const char *log_path) {
  const pid_t parent = getpid();
  temp_folder();
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t pid = fork();
  if (pid == 0) {
    become_child(parent);
    replace(argv, in, log, log);
  }
  close(in);
  close(log);
  keep_process(process, pid, -1, -1);
}

void process_fork(process_t *process, void (*body)(void *argument), void *argument, int keep) {
  const pid_t parent = getpid();
  temp_folder();
  const pid_t pid = fork();
  if (pid == 0) {
    become_child(parent);
    close_all_but(keep, -1);
    body(argument);
    _exit(0);
  }
  keep_process(process, pid, -1, -1);
}

void *shared_memory(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    fail_msg("mmap: %s", strerror(errno));
  }
  return memory;
}

void continue_later(void *pids) {
  sleep_ms(400);
  for (const pid_t *pid = pids; *pid != 0; ++pid) {
    kill(*pid, SIGCONT);
  }
}

static void close_pipes(process_t *process) {
  if (process->in >= 0) {
    close(process->in);
  }
  if (process->out >= 0) {
    close(process->out);
  }
  process->in = process->out = -1;
}

int process_is_running(process_t *process) {
  if (process->pid > 0 && waitpid(process->pid, NULL, WNOHANG) == process->pid) {
    guardian_remove(process->pid);
    process->pid = 0;
    close_pipes(process);
  }
  return process->pid > 0;
}

void process_signal(const process_t *process, int signal_number) {
  if (process->pid > 0) {
    kill(process->pid, signal_number);
  }
}

void process_kill(process_t *process) {
  if (process->pid > 0) {
    kill(-process->pid, SIGKILL);
    waitpid(process->pid, NULL, 0);
    guardian_remove(process->pid);
    process->pid = 0;
    close_pipes(process);
  }
}

void process_stop(process_t *process) {
  if (process->pid <= 0) {
    return;
  }
  close_pipes(process);
  process_signal(process, SIGCONT);
  process_signal(process, SIGTERM);
  for (int i = 0; i < 200 && process_is_running(process); ++i) {
    sleep_ms(10);
  }
  process_kill(process);
}

void process_run(const char *const argv[]) {
  process_t process;
  int status = 0;
  process_start(&process, argv, temp_path("commands.log"));
  while (waitpid(process.pid, &status, 0) < 0 && errno == EINTR) {
  }
  guardian_remove(process.pid);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fail_msg("%s failed; it is needed for this test", argv[0]);
  }
}

void sleep_ms(int64_t duration_ms) {
  struct timespec left = {.tv_sec = duration_ms / 1000, .tv_nsec = (duration_ms % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
