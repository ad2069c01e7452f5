/* What a call must leave as it found it. */
#ifndef LOCKREC_TEST_HYGIENE_H
#define LOCKREC_TEST_HYGIENE_H

#include <signal.h>

enum { HYGIENE_FDS_MAX = 1024 };

typedef struct hygiene {
  unsigned char open[HYGIENE_FDS_MAX];
  int threads;
  sigset_t mask;
  struct sigaction sigpipe;
  char locale[256];
  char folder[512];
  char **variables; /* environ itself */
  int variable_count;
} hygiene_t;

hygiene_t hygiene_now(void);
/* Fails the test where descriptors, threads, signal mask, SIGPIPE's action, locale, folder or environment differ. */
void assert_hygiene(const hygiene_t *before);
/* The same, after waiting for threads that getaddrinfo holds. */
void assert_hygiene_within(const hygiene_t *before, int wait_ms);

#endif
