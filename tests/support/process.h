/* Children of a test: programs and forked bodies, ended by their process id and never outliving the test. */
#ifndef LOCKREC_TEST_PROCESS_H
#define LOCKREC_TEST_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct process {
  pid_t pid; /* also its process group; 0: none */
  int in;    /* its stdin, or -1 */
  int out;   /* its stdout, or -1 */
} process_t;

/* With pipes: in and out are set. Without: it reads nothing and its stdout and stderr go to log_path. */
void process_start_with_pipes(process_t *process, const char *const argv[]);
void process_start(process_t *process, const char *const argv[], const char *log_path);

/* Runs body(argument) in a child that keeps `keep` (a descriptor, or -1) open and ends with the test. */
void process_fork(process_t *process, void (*body)(void *argument), void *argument, int keep);

/* Zeroed, and shared with the children that are forked later. */
void *shared_memory(size_t size);

/* For process_fork: SIGCONT for every pid of a list that ends with 0, a little later. */
void continue_later(void *pids);

int process_is_running(process_t *process);
void process_signal(const process_t *process, int signal_number);
/* Asks it to end, then makes it. Safe to repeat. */
void process_stop(process_t *process);
void process_kill(process_t *process);

/* Runs a program to its end; fails the test unless it succeeds. */
void process_run(const char *const argv[]);

void sleep_ms(int64_t duration_ms);
int64_t monotonic_ms(void);

#endif
