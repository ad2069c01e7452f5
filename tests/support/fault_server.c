/* Servers that accept and then stall, reset, trickle or talk nonsense. */
#include "fault_server.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "loopback.h"

enum { CLIENTS_MAX = 256, TRICKLE_MS = 1000 };

struct fault_counters {
  atomic_int connections;
};

struct body {
  fault_t fault;
  int listener;
  const char *text;
  size_t size;
  struct fault_counters *counters;
};

struct client {
  int connection;
  size_t sent; /* of a trickle */
  int64_t next_ms;
};

static void greet(const struct body *body, struct client *client) {
  atomic_fetch_add(&body->counters->connections, 1);
  if (body->fault == FAULT_RESET) {
    loopback_reset(client->connection);
    client->connection = -1;
  }
}

static void answer(const struct body *body, struct client *client) {
  char heard[4096];
  if (body->fault == FAULT_STALL) {
    sleep_ms(5); /* what was heard stays unread */
    return;
  }
  if (recv(client->connection, heard, sizeof heard, MSG_DONTWAIT) <= 0 || body->fault == FAULT_CLOSE) {
    close(client->connection);
    client->connection = -1;
  } else if (body->fault == FAULT_ANSWER) {
    send(client->connection, body->text, body->size, MSG_NOSIGNAL);
  } else if (client->next_ms == 0) {
    client->next_ms = monotonic_ms();
  }
}

static void trickle(const struct body *body, struct client *client) {
  if (client->connection >= 0 && client->next_ms != 0 && client->next_ms <= monotonic_ms() &&
      client->sent < body->size) {
    send(client->connection, body->text + client->sent++, 1, MSG_NOSIGNAL);
    client->next_ms += TRICKLE_MS;
  }
}

static void serve(void *argument) {
  const struct body *body = argument;
  static struct client clients[CLIENTS_MAX];
  static struct pollfd waits[CLIENTS_MAX + 1];
  int count = 0;
  for (;;) {
    waits[0] = (struct pollfd){.fd = body->listener, .events = POLLIN};
    for (int i = 0; i < count; ++i) {
      waits[i + 1] = (struct pollfd){.fd = clients[i].connection, .events = POLLIN};
    }
    poll(waits, (nfds_t)count + 1, 50);
    const int known = count;
    if (waits[0].revents != 0 && count < CLIENTS_MAX) {
      clients[count] = (struct client){.connection = accept(body->listener, NULL, NULL)};
      greet(body, &clients[count++]);
    }
    for (int i = 0; i < known; ++i) {
      if (waits[i + 1].revents != 0) {
        answer(body, &clients[i]);
      }
      trickle(body, &clients[i]);
    }
  }
}

/* Fills the queue with connections of its own that nobody ever accepts. */
static void swallow(void *argument) {
  const struct body *body = argument;
  for (int i = 0; i < 16 && loopback_connect((int)body->size, 100) >= 0; ++i) {
  }
  atomic_store(&body->counters->connections, 1);
  for (;;) {
    pause();
  }
}

static void start_black_hole(fault_server_t *server, struct body *body) {
  body->size = (size_t)server->port;
  process_fork(&server->process, swallow, body, body->listener);
  while (atomic_load(&server->counters->connections) == 0) {
    sleep_ms(5);
  }
  const int connection = loopback_connect(server->port, 150);
  if (connection >= 0) {
    close(connection);
    fail_msg("the black hole let a connection through");
  }
}

void fault_start(fault_server_t *server, fault_t fault, const char *text, size_t size) {
  void *shared = mmap(NULL, sizeof(struct fault_counters), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  server->counters = shared;
  const int listener = loopback_listen(fault == FAULT_BLACK_HOLE ? 0 : 128, &server->port);
  struct body body = {.fault = fault, .listener = listener, .text = text, .size = size, .counters = server->counters};
  if (fault == FAULT_BLACK_HOLE) {
    start_black_hole(server, &body);
  } else {
    process_fork(&server->process, serve, &body, listener);
  }
  close(listener);
}

int fault_connections(const fault_server_t *server) { return atomic_load(&server->counters->connections); }

void fault_end(fault_server_t *server) {
  process_kill(&server->process);
  munmap(server->counters, sizeof(struct fault_counters));
}
