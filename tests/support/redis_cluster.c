/* Forms, breaks and heals a Redis Cluster with commands: redis-cli would take several times as long. */
#include "redis_cluster.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cluster_view.h"
#include "folder.h"

enum { WORDS_MAX = 32 };

static void start_node(redis_cluster_t *cluster, cluster_node_t *node) {
  static int nodes;
  const char *extra[REDIS_ARGS_MAX] = {"--cluster-enabled", "yes", "--cluster-node-timeout", "1000",
                                       /* However long it was without its master: it may follow. */
                                       "--cluster-replica-validity-factor", "0", "--cluster-migration-barrier", "9",
                                       "--repl-diskless-sync-delay", "0", "--cluster-config-file"};
  int count = 11;
  snprintf(node->config, sizeof node->config, "nodes-%d.conf", ++nodes);
  extra[count++] = node->config;
  if (redis_program_version() >= 602) { /* else it says nothing while it loads a small data set */
    const char *const more[] = {"--key-load-delay", "200", "--loading-process-events-interval-bytes", "1024"};
    memcpy(&extra[count], more, sizeof more);
    count += (int)(sizeof more / sizeof *more);
  }
  if (cluster->tls) {
    const char *const more[] = {"--tls-cluster", "yes", "--tls-replication", "yes", "--tls-auth-clients", "no"};
    memcpy(&extra[count], more, sizeof more);
    count += (int)(sizeof more / sizeof *more);
  }
  if (cluster->has_relays) {
    relay_start(&node->relay, 0, 0);
    snprintf(node->announced, sizeof node->announced, "%d", node->relay.port);
    extra[count++] = "--cluster-announce-port";
    extra[count++] = node->announced;
  }
  redis_start_with(&node->server, cluster->tls, extra);
  node->port = cluster->tls ? node->server.tls_port : node->server.port;
  if (cluster->has_relays) {
    relay_behind(&node->relay, node->port, node->server.process.pid);
    node->port = node->relay.port;
  }
  snprintf(node->id, sizeof node->id, "%s", redis_must(&node->server, "CLUSTER", "MYID", NULL).text);
}

/* One command for a third of the slots: CLUSTER ADDSLOTSRANGE came with 7.0 only. */
static void add_slots(const cluster_node_t *node, int first, int end) {
  const char **words = calloc((size_t)(end - first) + 2, sizeof *words);
  char(*numbers)[8] = calloc((size_t)(end - first), sizeof *numbers);
  words[0] = "CLUSTER";
  words[1] = "ADDSLOTS";
  for (int i = 0; i < end - first; ++i) {
    snprintf(numbers[i], sizeof numbers[i], "%d", first + i);
    words[i + 2] = numbers[i];
  }
  const int connection = redis_open(node->server.unix_path);
  const redis_reply_t reply = redis_ask(connection, end - first + 2, words);
  close(connection);
  free(words);
  free(numbers);
  if (reply.kind != '+') {
    fail_msg("CLUSTER ADDSLOTS: %s", reply.text);
  }
}

static void meet(const redis_cluster_t *cluster, const cluster_node_t *from, const cluster_node_t *with) {
  char port[16];
  char bus_port[16];
  snprintf(port, sizeof port, "%d", with->port);
  snprintf(bus_port, sizeof bus_port, "%d", (cluster->tls ? with->server.tls_port : with->server.port) + 10000);
  redis_must(&from->server, "CLUSTER", "MEET", "127.0.0.1", port, bus_port, NULL);
}

void cluster_start(redis_cluster_t *cluster, int tls, int has_relays) {
  memset(cluster, 0, sizeof *cluster);
  cluster->tls = tls;
  cluster->has_relays = has_relays;
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    char epoch[8];
    start_node(cluster, &cluster->nodes[i]);
    snprintf(epoch, sizeof epoch, "%d", i + 1);
    redis_must(&cluster->nodes[i].server, "CLUSTER", "SET-CONFIG-EPOCH", epoch, NULL);
    if (i < CLUSTER_MASTERS) {
      add_slots(&cluster->nodes[i], CLUSTER_SLOTS * i / CLUSTER_MASTERS, CLUSTER_SLOTS * (i + 1) / CLUSTER_MASTERS);
    }
    for (int j = 0; j < i; ++j) {
      meet(cluster, &cluster->nodes[i], &cluster->nodes[j]);
    }
  }
  snprintf(cluster->url, sizeof cluster->url, tls ? "rediss://127.0.0.1:%d" : "redis://127.0.0.1:%d",
           cluster->nodes[0].port);
  for (int i = CLUSTER_MASTERS; i < CLUSTER_NODES; ++i) {
    const cluster_node_t *master = &cluster->nodes[i - CLUSTER_MASTERS];
    redis_reply_t reply;
    int tries = 0;
    do { /* until it has heard of its master */
      sleep_ms(20);
      reply = redis_command(&cluster->nodes[i].server, "CLUSTER", "REPLICATE", master->id, NULL);
    } while (reply.kind != '+' && ++tries < 500);
    if (reply.kind != '+') {
      fail_msg("CLUSTER REPLICATE: %s", reply.text);
    }
  }
  cluster_wait_until_whole(cluster);
}

void cluster_end(redis_cluster_t *cluster) {
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    redis_end(&cluster->nodes[i].server);
    if (cluster->has_relays) {
      relay_end(&cluster->nodes[i].relay);
    }
  }
}

void cluster_heal(redis_cluster_t *cluster) {
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    cluster_node_t *node = &cluster->nodes[i];
    if (cluster->has_relays) {
      relay_pass(&node->relay);
    }
    redis_continue(&node->server);
    if (!process_is_running(&node->server.process)) {
      redis_restart(&node->server);
      if (cluster->has_relays) {
        relay_behind(&node->relay, cluster->tls ? node->server.tls_port : node->server.port, node->server.process.pid);
      }
    }
  }
  cluster_wait_until_whole(cluster);
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    const redis_server_t *server = &cluster->nodes[i].server;
    if (cluster_is_master(&cluster->nodes[i])) {
      redis_must(server, "FLUSHALL", NULL);
    }
    redis_must(server, "CONFIG", "RESETSTAT", NULL);
  }
}

void cluster_must_all(redis_cluster_t *cluster, ...) {
  const char *words[WORDS_MAX];
  int count = 0;
  va_list arguments;
  va_start(arguments, cluster);
  while (count < WORDS_MAX && (words[count] = va_arg(arguments, const char *)) != NULL) {
    ++count;
  }
  va_end(arguments);
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    const int connection = redis_open(cluster->nodes[i].server.unix_path);
    const redis_reply_t reply = redis_ask(connection, count, words);
    close(connection);
    if (reply.kind == '!' || reply.kind == '-') {
      fail_msg("a node does not do %s: %s", words[0], reply.text);
    }
  }
}

void cluster_kill(cluster_node_t *node) { process_kill(&node->server.process); }

int cluster_migration_begin(int slot, const cluster_node_t *from, const cluster_node_t *to) {
  char number[8];
  snprintf(number, sizeof number, "%d", slot);
  return redis_command(&to->server, "CLUSTER", "SETSLOT", number, "IMPORTING", from->id, NULL).kind == '+' &&
         redis_command(&from->server, "CLUSTER", "SETSLOT", number, "MIGRATING", to->id, NULL).kind == '+';
}

int cluster_migrate_key(const redis_cluster_t *cluster, const char *key, const cluster_node_t *from,
                        const cluster_node_t *to) {
  char port[16];
  snprintf(port, sizeof port, "%d", cluster->tls ? to->server.tls_port : to->server.port);
  return redis_command(&from->server, "MIGRATE", "127.0.0.1", port, key, "0", "2000", NULL).kind == '+';
}

int cluster_migration_finish(redis_cluster_t *cluster, int slot, const cluster_node_t *from, const cluster_node_t *to) {
  char number[8];
  char key[128];
  snprintf(number, sizeof number, "%d", slot);
  for (;;) {
    const redis_reply_t keys = redis_command(&from->server, "CLUSTER", "GETKEYSINSLOT", number, "1", NULL);
    if (keys.kind != '*' || keys.integer == 0) {
      break;
    }
    snprintf(key, sizeof key, "%.*s", (int)strcspn(keys.text, "\n"), keys.text);
    if (!cluster_migrate_key(cluster, key, from, to)) {
      return 0;
    }
  }
  if (redis_command(&to->server, "CLUSTER", "SETSLOT", number, "NODE", to->id, NULL).kind != '+' ||
      redis_command(&from->server, "CLUSTER", "SETSLOT", number, "NODE", to->id, NULL).kind != '+') {
    return 0;
  }
  for (int i = 0; i < CLUSTER_NODES; ++i) { /* replicas refuse, and are told by the bus */
    redis_command(&cluster->nodes[i].server, "CLUSTER", "SETSLOT", number, "NODE", to->id, NULL);
  }
  return 1;
}
