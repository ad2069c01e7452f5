/* Three real sentinels over a master and two replicas, each Redis behind a relay; both kinds with a password of their
 * own. */
#ifndef LOCKREC_TEST_REDIS_SENTINELS_H
#define LOCKREC_TEST_REDIS_SENTINELS_H

#include "redis_server.h"
#include "relay.h"

enum { SENTINELS = 3, SENTINEL_REDISES = 3 };

#define SENTINEL_MASTER_NAME "shop-floor"
#define SENTINEL_REDIS_PASSWORD "redis-s3cret"
#define SENTINEL_PASSWORD "sentinel-s3cret"
/* May ask for the master's address, and nothing else. */
#define SENTINEL_USER "watcher"
#define SENTINEL_USER_PASSWORD "watcher-s3cret"

typedef struct redis_sentinels {
  redis_server_t redises[SENTINEL_REDISES];
  relay_t relays[SENTINEL_REDISES]; /* where the sentinels and their clients find them */
  char announced[SENTINEL_REDISES][16];
  redis_server_t sentinels[SENTINELS]; /* its process, port, UNIX socket and password only */
  char url[128];                       /* all three, redis-sentinel:// or rediss-sentinel:// */
  int tls;
} redis_sentinels_t;

/* Returns once every sentinel knows all the others, the master and both replicas. */
void sentinels_start(redis_sentinels_t *all, int tls);
void sentinels_end(redis_sentinels_t *all);
/* Starts what was killed, continues what was stopped, empties everything; one master and two replicas again. */
void sentinels_heal(redis_sentinels_t *all);
/* One more sentinel, alone, that takes this port for a master's; kill it with process_kill. */
void sentinel_start_alone(redis_sentinels_t *all, redis_server_t *sentinel, int master_port);

/* An index into redises, by what the first sentinel says; -1: none of them. Safe in a forked child. */
int sentinels_master(const redis_sentinels_t *all);
/* A failover that the sentinels are told to make; returns once it is through. Safe in a forked child. */
void sentinels_fail_over(const redis_sentinels_t *all);

#endif
