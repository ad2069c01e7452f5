/* Starts, asks, stops and restarts a real redis-server. */
#include "redis_server.h"

#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"
#include "loopback.h"
#include "tls_files.h"

enum { ARGV_MAX = 64, ATTEMPTS = 5, PORT_MAX = 55535 };

const char *redis_program(void) {
  const char *named = getenv("LOCKREC_TEST_REDIS_SERVER");
  return named == NULL || named[0] == '\0' ? "redis-server" : named;
}

int redis_program_version(void) {
  static int version;
  if (version == 0) {
    char command[PATH_MAX];
    char line[256] = "";
    int major = 0;
    int minor = 0;
    snprintf(command, sizeof command, "'%s' --version", redis_program());
    FILE *output = popen(command, "re");
    const char *found = output != NULL && fgets(line, sizeof line, output) != NULL ? strstr(line, "v=") : NULL;
    if (output != NULL) {
      pclose(output);
    }
    if (found == NULL || sscanf(found, "v=%d.%d", &major, &minor) != 2) {
      fail_msg("%s does not tell its version; is it installed?", redis_program());
    }
    version = major * 100 + minor;
  }
  return version;
}

static redis_reply_t ask_once(const redis_server_t *server, int argc, const char *const argv[]) {
  const int connection = redis_open(server->unix_path);
  if (connection < 0) {
    return (redis_reply_t){.kind = '!', .text = ""};
  }
  if (server->password != NULL) {
    redis_ask(connection, 2, (const char *const[]){"AUTH", server->password});
  }
  const redis_reply_t reply = redis_ask(connection, argc, argv);
  close(connection);
  return reply;
}

static int collect(const char *argv[ARGV_MAX], va_list arguments) {
  int argc = 0;
  const char *argument;
  while ((argument = va_arg(arguments, const char *)) != NULL && argc < ARGV_MAX) {
    argv[argc++] = argument;
  }
  return argc;
}

redis_reply_t redis_command(const redis_server_t *server, ...) {
  const char *argv[ARGV_MAX];
  va_list arguments;
  va_start(arguments, server);
  const int argc = collect(argv, arguments);
  va_end(arguments);
  return ask_once(server, argc, argv);
}

redis_reply_t redis_must(const redis_server_t *server, ...) {
  const char *argv[ARGV_MAX];
  va_list arguments;
  va_start(arguments, server);
  const int argc = collect(argv, arguments);
  va_end(arguments);
  redis_reply_t reply = ask_once(server, argc, argv);
  /* Connections that were closed just now may still be counted. */
  for (int i = 0; i < 200 && strstr(reply.text, "max number of clients") != NULL; ++i) {
    sleep_ms(10);
    reply = ask_once(server, argc, argv);
  }
  if (reply.kind == '!' || reply.kind == '-') {
    fail_msg("Redis does not do %s: %s", argv[0], reply.text);
  }
  return reply;
}

static void spawn(redis_server_t *server) {
  const char *argv[ARGV_MAX] = {redis_program(), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"};
  int argc = 7;
  char port[16];
  char tls_port[16];
  char data[40];
  snprintf(data, sizeof data, "%s.rdb", server->name);
  snprintf(port, sizeof port, "%d", server->port);
  snprintf(tls_port, sizeof tls_port, "%d", server->tls_port);
  argv[argc++] = "--port";
  argv[argc++] = port;
  argv[argc++] = "--tls-port";
  argv[argc++] = tls_port;
  argv[argc++] = "--unixsocket";
  argv[argc++] = server->unix_path;
  argv[argc++] = "--dir";
  argv[argc++] = temp_folder();
  argv[argc++] = "--dbfilename";
  argv[argc++] = data;
  if (redis_program_version() >= 700) { /* always allowed before */
    argv[argc++] = "--enable-debug-command";
    argv[argc++] = "yes";
    argv[argc++] = "--enable-protected-configs";
    argv[argc++] = "yes";
  }
  for (int i = 0; server->extra[i] != NULL; ++i) {
    argv[argc++] = server->extra[i];
  }
  unlink(server->unix_path);
  process_start(&server->process, argv, temp_path(server->name));
}

/* 1 once it answers anything, 0 where it ended (its port was taken). */
static int wait_for_answer(redis_server_t *server) {
  for (int i = 0; i < 2000; ++i) {
    if (ask_once(server, 1, (const char *const[]){"PING"}).kind != '!') {
      return 1;
    }
    if (!process_is_running(&server->process)) {
      return 0;
    }
    sleep_ms(5);
  }
  fail_msg("redis-server does not answer; see its log in %s", temp_folder());
  return 0;
}

static void start(redis_server_t *server, int tls) {
  static int servers;
  snprintf(server->name, sizeof server->name, "redis-%d.log", ++servers);
  snprintf(server->unix_path, sizeof server->unix_path, "%s/redis-%d.sock", temp_folder(), servers);
  snprintf(server->unix_url, sizeof server->unix_url, "unix://%s", server->unix_path);
  for (int i = 0; i < ATTEMPTS; ++i) {
    int *port = tls ? &server->tls_port : &server->port;
    do { /* a cluster's nodes talk to each other at this port plus 10000 */
      *port = loopback_free_port();
    } while (*port > PORT_MAX);
    snprintf(server->url, sizeof server->url, tls ? "rediss://localhost:%d/0" : "redis://127.0.0.1:%d/0", *port);
    spawn(server);
    if (wait_for_answer(server)) {
      return;
    }
  }
  fail_msg("redis-server does not start; is it installed?");
}

void redis_start(redis_server_t *server, ...) {
  va_list arguments;
  memset(server, 0, sizeof *server);
  va_start(arguments, server);
  for (int i = 0; i + 1 < REDIS_ARGS_MAX && (server->extra[i] = va_arg(arguments, const char *)) != NULL; ++i) {
  }
  va_end(arguments);
  start(server, 0);
}

void redis_start_with(redis_server_t *server, int tls, const char *const extra[]) {
  int count = 0;
  memset(server, 0, sizeof *server);
  if (tls) {
    const tls_files_t *files = tls_files();
    const char *const certificates[] = {"--tls-cert-file", files->server_cert,   "--tls-key-file",
                                        files->server_key, "--tls-ca-cert-file", files->ca};
    memcpy(server->extra, certificates, sizeof certificates);
    count = (int)(sizeof certificates / sizeof *certificates);
  }
  for (int i = 0; count + 1 < REDIS_ARGS_MAX && extra[i] != NULL; ++i) {
    server->extra[count++] = extra[i];
  }
  start(server, tls);
}

void redis_start_tls(redis_server_t *server, int client_certificates) {
  redis_start_with(server, 1, (const char *const[]){"--tls-auth-clients", client_certificates ? "yes" : "no", NULL});
}

void redis_restart(redis_server_t *server) {
  process_kill(&server->process);
  spawn(server);
  if (!wait_for_answer(server)) {
    fail_msg("redis-server does not start again");
  }
}

void redis_end(redis_server_t *server) { process_kill(&server->process); }

void redis_pause(const redis_server_t *server) { process_signal(&server->process, SIGSTOP); }

void redis_continue(const redis_server_t *server) { process_signal(&server->process, SIGCONT); }

void redis_clean(const redis_server_t *server) {
  redis_continue(server);
  /* Connections that a test closed just now may still be counted. */
  for (int i = 0; i < 200 && redis_command(server, "CONFIG", "SET", "maxclients", "1000", NULL).kind != '+'; ++i) {
    sleep_ms(10);
  }
  redis_must(server, "REPLICAOF", "NO", "ONE", NULL);
  redis_must(server, "CONFIG", "SET", "maxmemory", "0", NULL);
  redis_must(server, "CONFIG", "SET", "min-replicas-to-write", "0", NULL);
  redis_must(server, "FLUSHALL", NULL);
  redis_must(server, "CONFIG", "RESETSTAT", NULL);
}

long long redis_key_count(const redis_server_t *server) { return redis_must(server, "DBSIZE", NULL).integer; }

long long redis_permanent_count(const redis_server_t *server) {
  long long keys = 0;
  long long expires = 0;
  const char *found = strstr(redis_must(server, "INFO", "keyspace", NULL).text, "db0:keys=");
  if (found != NULL && sscanf(found, "db0:keys=%lld,expires=%lld", &keys, &expires) != 2) {
    fail_msg("INFO keyspace has another form");
  }
  return keys - expires;
}

long long redis_life_ms(const redis_server_t *server, const char *key) {
  return redis_must(server, "PTTL", key, NULL).integer;
}

long long redis_info(const redis_server_t *server, const char *field) {
  char label[64];
  snprintf(label, sizeof label, "\n%s:", field);
  const char *found = strstr(redis_must(server, "INFO", "all", NULL).text, label);
  return found == NULL ? -1 : strtoll(found + strlen(label), NULL, 10);
}
