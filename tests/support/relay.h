/* A relay in front of a real server that breaks a connection at a chosen moment; a child of the test. */
#ifndef LOCKREC_TEST_RELAY_H
#define LOCKREC_TEST_RELAY_H

#include "process.h"

typedef enum relay_action {
  RELAY_PASS,
  RELAY_STALL,       /* the connection stays, and says nothing more */
  RELAY_RESET,       /* a TCP reset */
  RELAY_CLOSE,       /* an orderly end */
  RELAY_STOP_SERVER, /* SIGSTOP for the server behind */
  RELAY_KILL_SERVER, /* SIGKILL for it */
  RELAY_HOLD,        /* with RELAY_NOTHING: what came is kept until relay_release, then goes on its way */
} relay_action_t;

typedef struct relay {
  process_t process;
  int port;
  char url[64]; /* as a Redis address */
  struct relay_shared *shared;
} relay_t;

enum { RELAY_NOTHING = -1 };

void relay_start(relay_t *relay, int upstream_port, pid_t upstream_pid);
/* Another server behind it, for the connections from now on. */
void relay_behind(relay_t *relay, int upstream_port, pid_t upstream_pid);
/* From the next moment at which what a client sends holds `on` ("\r\nSET\r\n"; "" is anything at all):
 * RELAY_NOTHING keeps even that from the server; else reply_bytes bytes of reply still get through first.
 * times: how many connections it happens to; 0 is every one. */
void relay_rule(relay_t *relay, const char *on, int reply_bytes, relay_action_t action, int times);
void relay_pass(relay_t *relay);
/* As relay_pass, yet the counts stay. */
void relay_release(relay_t *relay);
int relay_connections(const relay_t *relay);
int relay_hits(const relay_t *relay);
/* When the rule last came true, by monotonic_ms(); 0: never. */
int64_t relay_hit_ms(const relay_t *relay);
void relay_end(relay_t *relay);

#endif
