/* A real redis-server in the test's temporary folder. */
#ifndef LOCKREC_TEST_REDIS_SERVER_H
#define LOCKREC_TEST_REDIS_SERVER_H

#include "process.h"
#include "redis_client.h"

enum { REDIS_ARGS_MAX = 40 };

typedef struct redis_server {
  process_t process;
  int port;     /* plain TCP; 0 with TLS */
  int tls_port; /* 0 without TLS */
  char name[32];
  char unix_path[96];
  char url[96];         /* redis://127.0.0.1:port/0 or rediss://localhost:port/0 */
  char unix_url[112];   /* unix:///... */
  const char *password; /* of the default user, for the test's own commands; NULL: none */
  const char *extra[REDIS_ARGS_MAX];
} redis_server_t;

/* Extra arguments end with NULL and must outlive the server ("--maxmemory", "1mb", NULL).
 * Returns once the server answers, be it with LOADING. */
void redis_start(redis_server_t *server, ...);
/* TLS only, with the certificates of tls_files.h; clients must show one where client_certificates is not 0. */
void redis_start_tls(redis_server_t *server, int client_certificates);
/* Either of them: extra ends with NULL; its strings must outlive the server. */
void redis_start_with(redis_server_t *server, int tls, const char *const extra[]);
/* The command that is started: redis-server, or what LOCKREC_TEST_REDIS_SERVER names. */
const char *redis_program(void);
/* Its major version times 100 plus the minor one: 700 is 7.0. */
int redis_program_version(void);
/* Starts it again, on the same port and with the same data folder. */
void redis_restart(redis_server_t *server);
void redis_end(redis_server_t *server);         /* without saving */
void redis_pause(const redis_server_t *server); /* SIGSTOP */
void redis_continue(const redis_server_t *server);

/* Arguments end with NULL. */
redis_reply_t redis_command(const redis_server_t *server, ...);
/* As redis_command; fails the test where the reply is an error. */
redis_reply_t redis_must(const redis_server_t *server, ...);
/* Everything gone, and the settings that tests change back at their defaults. */
void redis_clean(const redis_server_t *server);
long long redis_key_count(const redis_server_t *server);
/* Keys without a life, in database 0. */
long long redis_permanent_count(const redis_server_t *server);
/* -1: permanent, -2: missing, as PTTL says. */
long long redis_life_ms(const redis_server_t *server, const char *key);
/* A number from INFO, such as "total_commands_processed"; -1 where it is not there. */
long long redis_info(const redis_server_t *server, const char *field);

#endif
