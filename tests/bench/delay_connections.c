#include "delay_connections.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "delay_line.h"

enum { CLIENT, SERVER };

struct connection {
  struct connection *next;
  int64_t open_ns; /* before, a real network would still be shaking hands */
  struct delay_end ends[2];
  struct delay_line lines[2]; /* by the side that they come from */
};

static struct connection *connections;

void fail(const char *what) {
  fprintf(stderr, "delay_proxy: %s: %s\n", what, strerror(errno));
  exit(1);
}

void watch(const struct network *network, int fd, uint32_t events, void *data) {
  struct epoll_event event = {.events = events, .data.ptr = data};
  if (epoll_ctl(network->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

void note_events(void *data, uint32_t events) {
  struct delay_end *end = data;
  end->readable |= (events & ~(uint32_t)EPOLLOUT) != 0;
  end->writable |= (events & ~(uint32_t)(EPOLLIN | EPOLLRDHUP)) != 0;
}

void open_connection(struct network *network, int listening) {
  const int client = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (client < 0) {
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) fail("accept");
    return;
  }
  const int server = socket(network->to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (server < 0) fail("socket");
  struct connection *connection = calloc(1, sizeof *connection);
  if (connection == NULL) fail("calloc");
  connection->open_ns = now_ns() + network->round_trip_ns;
  const int fds[2] = {client, server};
  for (int side = CLIENT; side <= SERVER; side++) {
    const int one = 1;
    setsockopt(fds[side], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* a Unix socket has no such option */
    connection->ends[side].fd = fds[side];
    connection->lines[side].from = &connection->ends[side];
    connection->lines[side].to = &connection->ends[1 - side];
  }
  if (connect(server, (struct sockaddr *)&network->to, network->to_size) != 0 && errno != EINPROGRESS) {
    delay_line_end(&connection->lines[SERVER], DELAY_RESET, connection->open_ns);
  }
  for (int side = CLIENT; side <= SERVER; side++) {
    watch(network, fds[side], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, &connection->ends[side]);
  }
  connection->next = connections;
  connections = connection;
  network->connections++;
}

static void close_connection(struct connection *connection, bool with_reset) {
  const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  for (int side = CLIENT; side <= SERVER; side++) {
    if (with_reset) setsockopt(connection->ends[side].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(connection->ends[side].fd);
    delay_line_clear(&connection->lines[side]);
  }
  free(connection);
}

/* False: the connection is no more. */
static bool serve(struct network *network, struct connection *connection, int64_t *next_ns) {
  const int64_t half_ns = network->round_trip_ns / 2;
  for (int side = CLIENT; side <= SERVER; side++) {
    struct delay_line *line = &connection->lines[side];
    const bool was_broken = line->broken;
    *(side == CLIENT ? &network->client_bytes : &network->server_bytes) +=
        (long long)delay_line_take(line, connection->open_ns, half_ns);
    if (!delay_line_give(line)) {
      close_connection(connection, true);
      return false;
    }
    /* The side that takes no more is gone, and the other one hears of it as late as of everything. */
    if (line->broken && !was_broken) {
      delay_line_end(&connection->lines[1 - side], DELAY_RESET, now_ns() + half_ns);
    }
  }
  if (connection->lines[CLIENT].finished && connection->lines[SERVER].finished) {
    close_connection(connection, false);
    return false;
  }
  for (int side = CLIENT; side <= SERVER; side++) {
    const int64_t line_ns = delay_line_next_ns(&connection->lines[side]);
    if (line_ns < *next_ns) *next_ns = line_ns;
  }
  return true;
}

int64_t serve_connections(struct network *network) {
  int64_t next_ns = INT64_MAX;
  for (struct connection **at = &connections; *at != NULL;) {
    struct connection *next = (*at)->next;
    if (serve(network, *at, &next_ns)) {
      at = &(*at)->next;
    } else {
      *at = next;
    }
  }
  return next_ns;
}
