/* Passes bytes on in both directions until its rule says otherwise. */
#include "relay.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loopback.h"

enum { PAIRS_MAX = 64, CHUNK_BYTES = 1 << 16 };

struct relay_shared {
  int upstream_port;
  pid_t upstream_pid;
  /* The test writes these while the relay is idle: between calls. */
  char on[64];
  int reply_bytes;
  int times;
  atomic_int action;
  atomic_int hits;
  atomic_int connections;
  atomic_llong hit_ms;
};

struct pair {
  int client; /* -1: free */
  int server;
  int hit;        /* the rule has come true for this connection */
  int reply_left; /* bytes of reply that still get through */
  int silent;
  char *held; /* what the client sent and the server is still to get */
  size_t held_size;
};

static struct relay_shared *shared; /* in the child */
static int listening;

static int send_all(int to, const char *data, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
    if (sent > 0) {
      data += sent;
      size -= (size_t)sent;
    } else {
      struct pollfd wait = {.fd = to, .events = POLLOUT};
      if (poll(&wait, 1, 1000) != 1 || (wait.revents & (POLLERR | POLLHUP)) != 0) {
        return 0;
      }
    }
  }
  return 1;
}

static void end_pair(struct pair *pair, int with_reset) {
  if (with_reset) {
    loopback_reset(pair->client);
  } else {
    close(pair->client);
  }
  close(pair->server);
  free(pair->held);
  pair->held = NULL;
  pair->client = -1;
}

static void act(struct pair *pair) {
  switch (atomic_load(&shared->action)) {
    case RELAY_STALL: pair->silent = 1; break;
    case RELAY_RESET: end_pair(pair, 1); break;
    case RELAY_CLOSE: end_pair(pair, 0); break;
    case RELAY_KILL_SERVER: kill(shared->upstream_pid, SIGKILL); break;
    case RELAY_STOP_SERVER: kill(shared->upstream_pid, SIGSTOP); break;
    default: break;
  }
}

static int rule_holds(const struct pair *pair, const char *data, size_t size) {
  return !pair->hit && atomic_load(&shared->action) != RELAY_PASS &&
         (shared->times == 0 || atomic_load(&shared->hits) < shared->times) &&
         memmem(data, size, shared->on, strlen(shared->on)) != NULL;
}

static void from_client(struct pair *pair, const char *data, size_t size) {
  if (rule_holds(pair, data, size)) {
    atomic_fetch_add(&shared->hits, 1);
    atomic_store(&shared->hit_ms, monotonic_ms());
    pair->hit = 1;
    pair->reply_left = shared->reply_bytes;
    if (atomic_load(&shared->action) == RELAY_HOLD) {
      pair->reply_left = RELAY_NOTHING;
      pair->held = malloc(size);
      pair->held_size = size;
      memcpy(pair->held, data, size);
      return;
    }
    if (pair->reply_left == RELAY_NOTHING) {
      act(pair);
      if (pair->client < 0 || pair->silent) {
        return;
      }
    }
  }
  if (!send_all(pair->server, data, size)) {
    end_pair(pair, 0);
  }
}

static void from_server(struct pair *pair, const char *data, size_t size) {
  const int counting = pair->hit && pair->reply_left >= 0;
  if (counting && size > (size_t)pair->reply_left) {
    size = (size_t)pair->reply_left;
  }
  if (!send_all(pair->client, data, size)) {
    end_pair(pair, 0);
    return;
  }
  if (counting) {
    pair->reply_left -= (int)size;
    if (pair->reply_left == 0) {
      pair->reply_left = RELAY_NOTHING;
      act(pair);
    }
  }
}

static void move(struct pair *pair, int from_the_client) {
  static char chunk[CHUNK_BYTES];
  const ssize_t got = recv(from_the_client ? pair->client : pair->server, chunk, sizeof chunk, MSG_DONTWAIT);
  if (got <= 0) {
    end_pair(pair, 0);
  } else if (from_the_client) {
    from_client(pair, chunk, (size_t)got);
  } else {
    from_server(pair, chunk, (size_t)got);
  }
}

static void welcome(struct pair pairs[PAIRS_MAX]) {
  const int client = accept(listening, NULL, NULL);
  for (int i = 0; i < PAIRS_MAX; ++i) {
    if (pairs[i].client < 0) {
      atomic_fetch_add(&shared->connections, 1);
      pairs[i] = (struct pair){.client = client, .server = loopback_connect(shared->upstream_port, 1000)};
      if (pairs[i].server < 0) {
        end_pair(&pairs[i], 0);
      }
      return;
    }
  }
  close(client);
}

/* Lets go of what was held, once the rule is gone. Returns whether something still is. */
static int let_go(struct pair *pair) {
  if (pair->client < 0 || pair->held == NULL || atomic_load(&shared->action) == RELAY_HOLD) {
    return pair->client >= 0 && pair->held != NULL;
  }
  const int sent = send_all(pair->server, pair->held, pair->held_size);
  free(pair->held);
  pair->held = NULL;
  if (!sent) {
    end_pair(pair, 0);
  }
  return 0;
}

static void pass_on(void *argument) {
  (void)argument;
  static struct pair pairs[PAIRS_MAX];
  static struct pollfd waits[2 * PAIRS_MAX + 1];
  for (int i = 0; i < PAIRS_MAX; ++i) {
    pairs[i].client = -1;
  }
  for (;;) {
    int holding = 0;
    for (int i = 0; i < PAIRS_MAX; ++i) {
      holding += let_go(&pairs[i]);
      const int awake = pairs[i].client >= 0 && !pairs[i].silent && pairs[i].held == NULL;
      waits[2 * i] = (struct pollfd){.fd = awake ? pairs[i].client : -1, .events = POLLIN};
      waits[2 * i + 1] = (struct pollfd){.fd = awake ? pairs[i].server : -1, .events = POLLIN};
    }
    waits[2 * PAIRS_MAX] = (struct pollfd){.fd = listening, .events = POLLIN};
    poll(waits, 2 * PAIRS_MAX + 1, holding ? 2 : -1);
    for (int i = 0; i < 2 * PAIRS_MAX; ++i) {
      struct pair *pair = &pairs[i / 2];
      if (waits[i].revents != 0 && pair->client >= 0 && !pair->silent && pair->held == NULL) {
        move(pair, i % 2 == 0);
      }
    }
    if (waits[2 * PAIRS_MAX].revents != 0) {
      welcome(pairs);
    }
  }
}

void relay_start(relay_t *relay, int upstream_port, pid_t upstream_pid) {
  relay->shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  relay->shared->upstream_port = upstream_port;
  relay->shared->upstream_pid = upstream_pid;
  shared = relay->shared;
  listening = loopback_listen(64, &relay->port);
  snprintf(relay->url, sizeof relay->url, "redis://127.0.0.1:%d/0", relay->port);
  process_fork(&relay->process, pass_on, NULL, listening);
  close(listening);
}

void relay_behind(relay_t *relay, int upstream_port, pid_t upstream_pid) {
  relay->shared->upstream_port = upstream_port;
  relay->shared->upstream_pid = upstream_pid;
}

void relay_rule(relay_t *relay, const char *on, int reply_bytes, relay_action_t action, int times) {
  struct relay_shared *rule = relay->shared;
  relay_pass(relay);
  snprintf(rule->on, sizeof rule->on, "%s", on);
  rule->reply_bytes = reply_bytes;
  rule->times = times;
  atomic_store(&rule->action, (int)action);
}

void relay_release(relay_t *relay) { atomic_store(&relay->shared->action, RELAY_PASS); }

void relay_pass(relay_t *relay) {
  relay_release(relay);
  atomic_store(&relay->shared->hits, 0);
  atomic_store(&relay->shared->hit_ms, 0);
  atomic_store(&relay->shared->connections, 0);
}

int relay_connections(const relay_t *relay) { return atomic_load(&relay->shared->connections); }

int relay_hits(const relay_t *relay) { return atomic_load(&relay->shared->hits); }

int64_t relay_hit_ms(const relay_t *relay) { return atomic_load(&relay->shared->hit_ms); }

void relay_end(relay_t *relay) {
  process_kill(&relay->process);
  munmap(relay->shared, sizeof *relay->shared);
}
