/* An HTTP proxy that writes down every byte that clients send it; a child of the test. */
#ifndef LOCKREC_TEST_PROXY_SERVER_H
#define LOCKREC_TEST_PROXY_SERVER_H

#include <stddef.h>

#include "process.h"

typedef struct proxy_server {
  process_t process;
  int port;
  char url[64];
  char record_path[96];
} proxy_server_t;

/* CONNECT is done, to 127.0.0.1 whatever the host's name; anything else is recorded and answered with 502. */
void proxy_start(proxy_server_t *proxy);
void proxy_forget(const proxy_server_t *proxy);
/* What was sent so far, in memory that is yours to free. */
char *proxy_recorded(const proxy_server_t *proxy, size_t *size);
void proxy_end(proxy_server_t *proxy);

#endif
