/* What a cluster's nodes say about it, and where its keys are. */
#include "cluster_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { WHOLE_WITHIN_MS = 30000, STEP_MS = 20 };

/* Neither ended nor stopped: who asks a stopped server waits for long. */
static int is_awake(const cluster_node_t *node) {
  char path[64];
  char text[256] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", (int)node->server.process.pid);
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return 0;
  }
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  const char *state = strrchr(text, ')');
  return state != NULL && strchr("TZX", state[2]) == NULL;
}

/* Its own line of CLUSTER NODES, in a buffer of its own; "" where it does not answer. */
static const char *own_line(const cluster_node_t *node) {
  static char line[4096];
  line[0] = '\0';
  if (is_awake(node)) {
    const char *found = redis_command(&node->server, "CLUSTER", "NODES", NULL).text;
    /* A replica's line names its master too: only one line says "myself". */
    while (found != NULL && *found != '\0') {
      const int length = (int)strcspn(found, "\n");
      if (memmem(found, (size_t)length, " myself,", 8) != NULL ||
          memmem(found, (size_t)length, ",myself,", 8) != NULL) {
        snprintf(line, sizeof line, "%.*s", length, found);
        break;
      }
      found += length + (found[length] == '\n');
    }
  }
  return line;
}

int cluster_is_master(const cluster_node_t *node) { return strstr(own_line(node), "myself,master") != NULL; }

/* id address flags master ping pong epoch state slot slot-slot [slot->-id] ... */
static int line_has_slot(const char *line, int slot) {
  for (int i = 0; i < 8 && line != NULL; ++i) {
    line = strchr(line + 1, ' ');
  }
  while (line != NULL) {
    int first = -1;
    int last = -1;
    const int read = sscanf(line, " %d-%d", &first, &last);
    if (read >= 1 && slot >= first && slot <= (read == 2 ? last : first)) {
      return 1;
    }
    line = strchr(line + 1, ' ');
  }
  return 0;
}

static int node_sees_all(const cluster_node_t *node) {
  const char *info = redis_command(&node->server, "CLUSTER", "INFO", NULL).text;
  if (strstr(info, "cluster_state:ok") == NULL || strstr(info, "cluster_known_nodes:6") == NULL ||
      strstr(info, "cluster_slots_ok:16384") == NULL) {
    return 0;
  }
  const char *nodes = redis_command(&node->server, "CLUSTER", "NODES", NULL).text;
  if (strstr(nodes, "fail") != NULL || strstr(nodes, "handshake") != NULL || strstr(nodes, "disconnected") != NULL) {
    return 0;
  }
  int masters = 0;
  int replicas = 0;
  for (const char *at = nodes; (at = strstr(at, "connected")) != NULL; ++at) {
    const char *end = at + strcspn(at, "\n");
    masters += end - at > (long)strlen("connected"); /* slots follow */
    replicas += end - at == (long)strlen("connected");
  }
  const char *replication = redis_command(&node->server, "INFO", "replication", NULL).text;
  return masters == CLUSTER_MASTERS && replicas == CLUSTER_NODES - CLUSTER_MASTERS &&
         (strstr(replication, "role:master") != NULL ? strstr(replication, "connected_slaves:1") != NULL
                                                     : strstr(replication, "master_link_status:up") != NULL);
}

void cluster_wait_until_whole(redis_cluster_t *cluster) {
  const int64_t end_ms = monotonic_ms() + WHOLE_WITHIN_MS;
  int whole = 0;
  while (whole < CLUSTER_NODES) {
    whole = 0;
    while (whole < CLUSTER_NODES && node_sees_all(&cluster->nodes[whole])) {
      ++whole;
    }
    if (monotonic_ms() > end_ms) {
      fail_msg("node %d does not see a whole cluster: %s", whole,
               redis_command(&cluster->nodes[whole].server, "CLUSTER", "NODES", NULL).text);
    }
    if (whole < CLUSTER_NODES) {
      sleep_ms(STEP_MS);
    }
  }
}

int cluster_slot(const redis_cluster_t *cluster, const char *key) {
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    if (is_awake(&cluster->nodes[i])) {
      return (int)redis_must(&cluster->nodes[i].server, "CLUSTER", "KEYSLOT", key, NULL).integer;
    }
  }
  return -1;
}

cluster_node_t *cluster_owner(redis_cluster_t *cluster, int slot) {
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    const char *line = own_line(&cluster->nodes[i]);
    if (strstr(line, "myself,master") != NULL && line_has_slot(line, slot)) {
      return &cluster->nodes[i];
    }
  }
  return NULL;
}

cluster_node_t *cluster_replica_of(redis_cluster_t *cluster, const cluster_node_t *master) {
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    const char *line = own_line(&cluster->nodes[i]);
    if (strstr(line, "myself,slave") != NULL && strstr(line, master->id) != NULL) {
      return &cluster->nodes[i];
    }
  }
  fail_msg("a master has no replica");
  return NULL;
}

cluster_node_t *cluster_other_master(redis_cluster_t *cluster, const cluster_node_t *master) {
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    if (&cluster->nodes[i] != master && cluster_is_master(&cluster->nodes[i])) {
      return &cluster->nodes[i];
    }
  }
  fail_msg("there is no other master");
  return NULL;
}

void cluster_wait_for_promotion(redis_cluster_t *cluster, const cluster_node_t *master, int slot) {
  const int64_t end_ms = monotonic_ms() + WHOLE_WITHIN_MS;
  const cluster_node_t *owner;
  while ((owner = cluster_owner(cluster, slot)) == NULL || owner == master) {
    if (monotonic_ms() > end_ms) {
      fail_msg("no replica was promoted");
    }
    sleep_ms(STEP_MS);
  }
}

long long cluster_key_count(redis_cluster_t *cluster) {
  long long count = 0;
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    count += cluster_is_master(&cluster->nodes[i]) ? redis_key_count(&cluster->nodes[i].server) : 0;
  }
  return count;
}

long long cluster_permanent_count(redis_cluster_t *cluster) {
  long long count = 0;
  for (int i = 0; i < CLUSTER_NODES; ++i) {
    count += cluster_is_master(&cluster->nodes[i]) ? redis_permanent_count(&cluster->nodes[i].server) : 0;
  }
  return count;
}

long long cluster_life_ms(redis_cluster_t *cluster, const char *key) {
  long long life_ms = -2;
  for (int i = 0; i < CLUSTER_NODES && life_ms == -2; ++i) {
    if (cluster_is_master(&cluster->nodes[i])) {
      const int connection = redis_open(cluster->nodes[i].server.unix_path);
      redis_ask(connection, 1, (const char *const[]){"ASKING"});
      const redis_reply_t reply = redis_ask(connection, 2, (const char *const[]){"PTTL", key});
      life_ms = reply.kind == ':' ? reply.integer : -2;
      close(connection);
    }
  }
  return life_ms;
}

void cluster_set(redis_cluster_t *cluster, const char *key, const char *value, const char *life_ms) {
  const cluster_node_t *owner = cluster_owner(cluster, cluster_slot(cluster, key));
  assert_non_null(owner);
  redis_must(&owner->server, "SET", key, value, life_ms == NULL ? NULL : "PX", life_ms, NULL);
}
