/* Starts sentinels, hurries them, and sees them agree. */
#include "redis_sentinels.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "folder.h"
#include "loopback.h"
#include "tls_files.h"

enum { STEP_MS = 20, WITHIN_MS = 30000 };

static void start_redis(redis_sentinels_t *all, int i) {
  const char *extra[REDIS_ARGS_MAX] = {"--requirepass",
                                       SENTINEL_REDIS_PASSWORD,
                                       "--masterauth",
                                       SENTINEL_REDIS_PASSWORD,
                                       "--repl-diskless-sync-delay",
                                       "0",
                                       "--replica-announce-ip",
                                       "127.0.0.1",
                                       "--replica-announce-port",
                                       all->announced[i]};
  if (all->tls) {
    const char *const more[] = {"--tls-replication", "yes", "--tls-auth-clients", "no"};
    memcpy(&extra[10], more, sizeof more);
  }
  relay_start(&all->relays[i], 0, 0);
  snprintf(all->announced[i], sizeof all->announced[i], "%d", all->relays[i].port);
  redis_start_with(&all->redises[i], all->tls, extra);
  all->redises[i].password = SENTINEL_REDIS_PASSWORD;
  relay_behind(&all->relays[i], all->tls ? all->redises[i].tls_port : all->redises[i].port,
               all->redises[i].process.pid);
}

static const char *write_config(const redis_sentinels_t *all, const redis_server_t *sentinel, int master_port) {
  static char text[4096];
  size_t size = 0;
  if (all->tls) {
    const tls_files_t *files = tls_files();
    size = (size_t)snprintf(text, sizeof text,
                            "port 0\ntls-port %d\ntls-cert-file %s\ntls-key-file %s\ntls-ca-cert-file %s\n"
                            "tls-auth-clients no\ntls-replication yes\n",
                            sentinel->port, files->server_cert, files->server_key, files->ca);
  } else {
    size = (size_t)snprintf(text, sizeof text, "port %d\n", sentinel->port);
  }
  size += (size_t)snprintf(text + size, sizeof text - size,
                           "bind 127.0.0.1\ndir %s\nunixsocket %s\nrequirepass %s\nsentinel sentinel-pass %s\n"
                           "user %s on >%s -@all +sentinel|get-master-addr-by-name\n"
                           "sentinel monitor %s 127.0.0.1 %d 2\nsentinel auth-pass %s %s\n"
                           "sentinel down-after-milliseconds %s 500\nsentinel failover-timeout %s 2000\n",
                           temp_folder(), sentinel->unix_path, SENTINEL_PASSWORD, SENTINEL_PASSWORD, SENTINEL_USER,
                           SENTINEL_USER_PASSWORD, SENTINEL_MASTER_NAME, master_port, SENTINEL_MASTER_NAME,
                           SENTINEL_REDIS_PASSWORD, SENTINEL_MASTER_NAME, SENTINEL_MASTER_NAME);
  return temp_file(sentinel->name, text, size);
}

void sentinel_start_alone(redis_sentinels_t *all, redis_server_t *sentinel, int master_port) {
  static int sentinels;
  char log[40];
  memset(sentinel, 0, sizeof *sentinel);
  snprintf(sentinel->name, sizeof sentinel->name, "sentinel-%d.conf", ++sentinels);
  snprintf(sentinel->unix_path, sizeof sentinel->unix_path, "%s/sentinel-%d.sock", temp_folder(), sentinels);
  snprintf(log, sizeof log, "sentinel-%d.log", sentinels);
  sentinel->password = SENTINEL_PASSWORD;
  for (int tries = 0; tries < 5; ++tries) {
    sentinel->port = loopback_free_port();
    const char *config = write_config(all, sentinel, master_port);
    process_start(&sentinel->process, (const char *const[]){redis_program(), config, "--sentinel", NULL},
                  temp_path(log));
    while (process_is_running(&sentinel->process)) {
      if (redis_command(sentinel, "PING", NULL).kind == '+') {
        return;
      }
      sleep_ms(5);
    }
  }
  fail_msg("a sentinel does not start; see its log in %s", temp_folder());
}

/* Its own tempo is made for networks: seconds between questions. 6.x can't be hurried. */
static void hurry(const redis_server_t *sentinel) {
  redis_command(sentinel, "SENTINEL", "DEBUG", "INFO-PERIOD", "200", "PUBLISH-PERIOD", "200", "ASK-PERIOD", "200",
                "PING-PERIOD", "200", NULL);
}

static int holds(const redis_server_t *server, const char *command, const char *about, const char *const wanted[]) {
  const char *text =
      redis_command(server, command, about, strcmp(command, "SENTINEL") == 0 ? SENTINEL_MASTER_NAME : NULL, NULL).text;
  int all_there = 1;
  for (int i = 0; wanted[i] != NULL; ++i) {
    all_there = all_there && strstr(text, wanted[i]) != NULL;
  }
  return all_there;
}

static int is_whole(const redis_sentinels_t *all) {
  const int master = sentinels_master(all);
  if (master < 0) {
    return 0;
  }
  char port[32];
  snprintf(port, sizeof port, "\nport\n%d\n", all->relays[master].port);
  for (int i = 0; i < SENTINELS; ++i) {
    if (!holds(&all->sentinels[i], "SENTINEL", "MASTER",
               (const char *const[]){"\nflags\nmaster\n", "\nnum-slaves\n2\n", "\nnum-other-sentinels\n2\n", port,
                                     NULL})) {
      return 0;
    }
  }
  for (int i = 0; i < SENTINEL_REDISES; ++i) {
    const char *const as_master[] = {"role:master", "connected_slaves:2", NULL};
    const char *const as_replica[] = {"role:slave", "master_link_status:up", NULL};
    if (!holds(&all->redises[i], "INFO", "replication", i == master ? as_master : as_replica)) {
      return 0;
    }
  }
  return 1;
}

static void wait_until_whole(const redis_sentinels_t *all) {
  const int64_t end_ms = monotonic_ms() + WITHIN_MS;
  while (!is_whole(all)) {
    if (monotonic_ms() > end_ms) {
      fail_msg("the sentinels do not agree: %s",
               redis_command(&all->sentinels[0], "SENTINEL", "MASTER", SENTINEL_MASTER_NAME, NULL).text);
    }
    sleep_ms(STEP_MS);
  }
}

void sentinels_start(redis_sentinels_t *all, int tls) {
  memset(all, 0, sizeof *all);
  all->tls = tls;
  for (int i = 0; i < SENTINEL_REDISES; ++i) {
    start_redis(all, i);
  }
  for (int i = 1; i < SENTINEL_REDISES; ++i) {
    redis_must(&all->redises[i], "REPLICAOF", "127.0.0.1", all->announced[0], NULL);
  }
  for (int i = 0; i < SENTINELS; ++i) {
    sentinel_start_alone(all, &all->sentinels[i], all->relays[0].port);
    hurry(&all->sentinels[i]);
  }
  snprintf(all->url, sizeof all->url, "%s://127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d/0#" SENTINEL_MASTER_NAME,
           tls ? "rediss-sentinel" : "redis-sentinel", all->sentinels[0].port, all->sentinels[1].port,
           all->sentinels[2].port);
  wait_until_whole(all);
}

void sentinels_end(redis_sentinels_t *all) {
  for (int i = 0; i < SENTINELS; ++i) {
    process_kill(&all->sentinels[i].process);
  }
  for (int i = 0; i < SENTINEL_REDISES; ++i) {
    redis_end(&all->redises[i]);
    relay_end(&all->relays[i]);
  }
}

void sentinels_heal(redis_sentinels_t *all) {
  for (int i = 0; i < SENTINEL_REDISES; ++i) {
    redis_server_t *server = &all->redises[i];
    relay_pass(&all->relays[i]);
    redis_continue(server);
    if (!process_is_running(&server->process)) {
      redis_restart(server);
      relay_behind(&all->relays[i], all->tls ? server->tls_port : server->port, server->process.pid);
    }
  }
  wait_until_whole(all);
  redis_must(&all->redises[sentinels_master(all)], "FLUSHALL", NULL);
}

int sentinels_master(const redis_sentinels_t *all) {
  const char *address =
      redis_command(&all->sentinels[0], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", SENTINEL_MASTER_NAME, NULL).text;
  const char *port = strchr(address, '\n');
  for (int i = 0; i < SENTINEL_REDISES && port != NULL; ++i) {
    if (atoi(port + 1) == all->relays[i].port) {
      return i;
    }
  }
  return -1;
}

void sentinels_fail_over(const redis_sentinels_t *all) {
  const int before = sentinels_master(all);
  const int64_t end_ms = monotonic_ms() + WITHIN_MS;
  int is_under_way = 0;
  while (sentinels_master(all) == before && monotonic_ms() < end_ms) {
    /* Refused while it does not deem a replica good enough; asked twice, it might fail back. */
    if (!is_under_way) {
      is_under_way = redis_command(&all->sentinels[0], "SENTINEL", "FAILOVER", SENTINEL_MASTER_NAME, NULL).kind == '+';
    }
    sleep_ms(20);
  }
}
