/* A network in between: whatever arrives from either side is passed on half a round trip later, at any throughput.
 *   delay_proxy --round-trip-us N --to HOST:PORT|unix:PATH
 * It says on which port of localhost it listens as {"port": N}. To a line `stats` on its standard input it answers with
 * one line of JSON, what has arrived since the last line `reset`; it ends where its input does. */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "delay_connections.h"
#include "delay_line.h"

enum { EVENTS_MAX = 64, LISTEN_TRIES = 20 };

static struct network network = {.round_trip_ns = -1};

static void answer(const char *line) {
  if (strcmp(line, "reset") == 0) {
    network.connections = network.client_bytes = network.server_bytes = 0;
  } else if (strcmp(line, "stats") == 0) {
    printf("{\"connections\": %lld, \"client_bytes\": %lld, \"server_bytes\": %lld}\n", network.connections,
           network.client_bytes, network.server_bytes);
    fflush(stdout);
  }
}

static void read_input(void) {
  static char line[64];
  static size_t size;
  char input[256];
  const ssize_t got = read(STDIN_FILENO, input, sizeof input);
  if (got <= 0) exit(0);
  for (ssize_t i = 0; i < got; i++) {
    if (input[i] == '\n') {
      line[size] = '\0';
      answer(line);
      size = 0;
    } else if (size < sizeof line - 1) {
      line[size++] = input[i];
    }
  }
}

/* -1: not here. *port 0: any. */
static int listen_on(int family, in_port_t *port) {
  struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback, .sin6_port = *port};
  struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = *port};
  struct sockaddr *address = family == AF_INET6 ? (struct sockaddr *)&ipv6 : (struct sockaddr *)&ipv4;
  socklen_t size = family == AF_INET6 ? sizeof ipv6 : sizeof ipv4;
  const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (bind(fd, address, size) != 0 || listen(fd, SOMAXCONN) != 0 || getsockname(fd, address, &size) != 0) {
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  *port = family == AF_INET6 ? ipv6.sin6_port : ipv4.sin_port;
  return fd;
}

/* On both families where there are two, since `localhost` may mean either. */
static void listen_on_localhost(int listening[2]) {
  in_port_t port = 0;
  for (int tries = 0; tries < LISTEN_TRIES; tries++) {
    port = 0;
    listening[0] = listen_on(AF_INET, &port);
    if (listening[0] < 0) fail("listen");
    listening[1] = listen_on(AF_INET6, &port);
    if (listening[1] >= 0 || errno != EADDRINUSE) break;
    close(listening[0]);
    listening[0] = -1;
  }
  if (listening[0] < 0) fail("listen");
  for (int i = 0; i < 2; i++) {
    if (listening[i] >= 0) watch(&network, listening[i], EPOLLIN, &listening[i]);
  }
  printf("{\"port\": %d}\n", ntohs(port));
  fflush(stdout);
}

static void run(void) {
  int listening[2];
  int64_t next_ns = INT64_MAX;
  watch(&network, STDIN_FILENO, EPOLLIN, NULL);
  listen_on_localhost(listening);
  for (;;) {
    struct epoll_event events[EVENTS_MAX];
    int64_t wait_ns = next_ns == INT64_MAX ? -1 : next_ns - now_ns();
    if (next_ns != INT64_MAX && wait_ns < 0) wait_ns = 0;
    const struct timespec wait = {.tv_sec = wait_ns / 1000000000, .tv_nsec = wait_ns % 1000000000};
    const int count = epoll_pwait2(network.epoll_fd, events, EVENTS_MAX, wait_ns < 0 ? NULL : &wait, NULL);
    if (count < 0 && errno != EINTR) fail("epoll_pwait2");
    for (int i = 0; i < count; i++) {
      void *data = events[i].data.ptr;
      if (data == NULL) {
        read_input();
      } else if (data == &listening[0] || data == &listening[1]) {
        open_connection(&network, *(int *)data);
      } else {
        note_events(data, events[i].events);
      }
    }
    next_ns = serve_connections(&network);
  }
}

static bool set_to(char *text) {
  if (strncmp(text, "unix:", 5) == 0) {
    struct sockaddr_un *path = (struct sockaddr_un *)&network.to;
    if (strlen(text + 5) >= sizeof path->sun_path) return false;
    path->sun_family = AF_UNIX;
    snprintf(path->sun_path, sizeof path->sun_path, "%s", text + 5);
    network.to_size = sizeof *path;
    return true;
  }
  char *colon = strrchr(text, ':');
  if (colon == NULL) return false;
  *colon = '\0';
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  if (getaddrinfo(text, colon + 1, &hints, &found) != 0) return false;
  memcpy(&network.to, found->ai_addr, found->ai_addrlen);
  network.to_size = found->ai_addrlen;
  freeaddrinfo(found);
  return true;
}

int main(int argc, char **argv) {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return 1;
  prctl(PR_SET_TIMERSLACK, 1UL);      /* otherwise each half of the round trip takes up to 50 us more */
  mallopt(M_MMAP_THRESHOLD, 1 << 20); /* chunks come from memory that is mapped already */
  mallopt(M_TRIM_THRESHOLD, 128 << 20);
  const struct option options[] = {{"round-trip-us", 1, NULL, 'r'}, {"to", 1, NULL, 't'}, {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    char *end = NULL;
    if (option == 'r') network.round_trip_ns = strtol(optarg, &end, 10) * 1000;
    if (option == 't' && !set_to(optarg)) network.to_size = 0;
    if (option == '?' || (end != NULL && *end != '\0')) network.round_trip_ns = -1;
  }
  if (network.round_trip_ns < 0 || network.to_size == 0 || optind != argc) {
    fputs("usage: delay_proxy --round-trip-us N --to HOST:PORT|unix:PATH\n", stderr);
    return 2;
  }
  network.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (network.epoll_fd < 0) fail("epoll_create1");
  run();
}
