/* Socket helpers that fault servers and relays share. */
#include "loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

int loopback_refusing(int *port) {
  struct sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, size) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    fail_msg("no port on 127.0.0.1: %s", strerror(errno));
  }
  *port = ntohs(address.sin_port);
  return listener;
}

int loopback_listen(int backlog, int *port) {
  const int listener = loopback_refusing(port);
  if (listen(listener, backlog) != 0) {
    fail_msg("listen: %s", strerror(errno));
  }
  return listener;
}

int loopback_free_port(void) {
  int port = 0;
  close(loopback_refusing(&port));
  return port;
}

int loopback_connect(int port, int timeout_ms) {
  const struct sockaddr_in address = loopback(port);
  const int on = 1;
  int error = 0;
  socklen_t size = sizeof error;
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct pollfd wait = {.fd = connection, .events = POLLOUT};
  if (connect(connection, (const struct sockaddr *)&address, sizeof address) != 0 &&
      (errno != EINPROGRESS || poll(&wait, 1, timeout_ms) != 1 ||
       getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)) {
    close(connection);
    return -1;
  }
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connection;
}

void loopback_reset(int connection) {
  const struct linger linger = {.l_onoff = 1, .l_linger = 0};
  setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close(connection);
}
