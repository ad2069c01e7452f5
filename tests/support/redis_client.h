/* As little of a Redis client as the tests need to look behind the library's back: one connection a command. */
#ifndef LOCKREC_TEST_REDIS_CLIENT_H
#define LOCKREC_TEST_REDIS_CLIENT_H

#include <stddef.h>

typedef struct redis_reply {
  char kind;         /* '+', '-', ':', '$', '*', or '0' for nil; '!' where no reply came */
  long long integer; /* of ':'; for '*' the number of elements */
  const char *text;  /* of '+', '-', '$'; for '*' its elements, each ended by a newline. Never NULL */
} redis_reply_t;

/* A connected descriptor, or -1. */
int redis_open(const char *unix_path);
/* Sends one command on it and reads the reply; text is valid until the next command. */
redis_reply_t redis_ask(int connection, int argc, const char *const argv[]);

#endif
