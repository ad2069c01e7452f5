/* The connections that lead through the network in between. */
#ifndef LOCKREC_TESTS_BENCH_DELAY_CONNECTIONS_H
#define LOCKREC_TESTS_BENCH_DELAY_CONNECTIONS_H

#include <stdint.h>
#include <sys/socket.h>

struct network {
  int64_t round_trip_ns;
  struct sockaddr_storage to;
  socklen_t to_size;
  int epoll_fd;
  /* What has arrived. */
  long long connections;
  long long client_bytes;
  long long server_bytes;
};

void fail(const char *what);

void watch(const struct network *network, int fd, uint32_t events, void *data);

/* Accepts one connection, and makes its other half. */
void open_connection(struct network *network, int listening);

/* Takes note of what epoll says about one end of a connection. */
void note_events(void *end, uint32_t events);

/* When to serve them again, whatever else happens: 0: now, INT64_MAX: no time. */
int64_t serve_connections(struct network *network);

#endif
