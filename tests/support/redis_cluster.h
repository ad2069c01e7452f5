/* A real Redis Cluster on the loopback: three masters and a replica of each. */
#ifndef LOCKREC_TEST_REDIS_CLUSTER_H
#define LOCKREC_TEST_REDIS_CLUSTER_H

#include "redis_server.h"
#include "relay.h"

enum { CLUSTER_NODES = 6, CLUSTER_MASTERS = 3, CLUSTER_SLOTS = 16384, CLUSTER_NODE_TIMEOUT_MS = 1000 };

typedef struct cluster_node {
  redis_server_t server;
  relay_t relay; /* where the node says it is, with relays */
  int port;      /* what clients are told: the relay's or the server's own */
  char id[48];
  char announced[16];
  char config[40];
} cluster_node_t;

typedef struct redis_cluster {
  cluster_node_t nodes[CLUSTER_NODES];
  char url[96]; /* of the first node */
  int tls;
  int has_relays;
} redis_cluster_t;

/* Returns once every node sees a whole cluster. With relays, clients reach every node through one. */
void cluster_start(redis_cluster_t *cluster, int tls, int has_relays);
void cluster_end(redis_cluster_t *cluster);
/* Starts what was killed, continues what was stopped, ends migrations, empties everything; whole again afterwards. */
void cluster_heal(redis_cluster_t *cluster);
/* On every node; arguments end with NULL. */
void cluster_must_all(redis_cluster_t *cluster, ...);

int cluster_slot(const redis_cluster_t *cluster, const char *key);
/* Who serves this slot, as the running nodes see themselves; NULL: nobody. */
cluster_node_t *cluster_owner(redis_cluster_t *cluster, int slot);
cluster_node_t *cluster_replica_of(redis_cluster_t *cluster, const cluster_node_t *master);
/* Another master than this one. */
cluster_node_t *cluster_other_master(redis_cluster_t *cluster, const cluster_node_t *master);
/* SIGKILL. The replica takes over within a few node timeouts. */
void cluster_kill(cluster_node_t *node);
/* Until every slot of `master`, killed or stopped, is served by another. */
void cluster_wait_for_promotion(redis_cluster_t *cluster, const cluster_node_t *master, int slot);

/* Safe in a forked child: these report with 0 instead of failing the test. */
int cluster_migration_begin(int slot, const cluster_node_t *from, const cluster_node_t *to);
int cluster_migrate_key(const redis_cluster_t *cluster, const char *key, const cluster_node_t *from,
                        const cluster_node_t *to);
/* With all the keys that are left in it. */
int cluster_migration_finish(redis_cluster_t *cluster, int slot, const cluster_node_t *from, const cluster_node_t *to);

/* Over all masters. */
long long cluster_key_count(redis_cluster_t *cluster);
long long cluster_permanent_count(redis_cluster_t *cluster);
/* Wherever it is, also in the middle of a migration: -1 permanent, -2 missing. */
long long cluster_life_ms(redis_cluster_t *cluster, const char *key);
/* On the node that serves the key; an argument of the command. */
void cluster_set(redis_cluster_t *cluster, const char *key, const char *value, const char *life_ms);
int cluster_is_master(const cluster_node_t *node);

#endif
