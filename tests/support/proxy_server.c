/* Records, tunnels, and has no opinion of its own. */
#include "proxy_server.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "folder.h"
#include "loopback.h"

enum { TUNNELS_MAX = 64, CHUNK_BYTES = 1 << 16 };

struct tunnel {
  int client; /* -1: free */
  int server; /* -1: not connected */
};

struct body {
  int listener;
  const char *record_path;
};

static int record = -1; /* in the child */

static void send_all(int to, const char *data, size_t size) {
  while (size > 0) {
    const ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
    if (sent <= 0) {
      struct pollfd wait = {.fd = to, .events = POLLOUT};
      if (poll(&wait, 1, 1000) != 1 || (wait.revents & (POLLERR | POLLHUP)) != 0) {
        return;
      }
      continue;
    }
    data += sent;
    size -= (size_t)sent;
  }
}

static void end_tunnel(struct tunnel *tunnel) {
  close(tunnel->client);
  if (tunnel->server >= 0) {
    close(tunnel->server);
  }
  tunnel->client = tunnel->server = -1;
}

static void open_tunnel(struct tunnel *tunnel, const char *request) {
  static const char opened[] = "HTTP/1.1 200 Connection established\r\n\r\n";
  static const char refused[] = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  int port = 0;
  if (sscanf(request, "CONNECT %*[^:]:%d ", &port) == 1) {
    tunnel->server = loopback_connect(port, 1000);
  }
  if (tunnel->server >= 0) {
    send_all(tunnel->client, opened, sizeof opened - 1);
  } else {
    send_all(tunnel->client, refused, sizeof refused - 1);
    end_tunnel(tunnel);
  }
}

static void move(struct tunnel *tunnel, int from_client) {
  static char chunk[CHUNK_BYTES + 1];
  const ssize_t got = recv(from_client ? tunnel->client : tunnel->server, chunk, CHUNK_BYTES, MSG_DONTWAIT);
  if (got <= 0) {
    end_tunnel(tunnel);
    return;
  }
  chunk[got] = '\0';
  if (from_client && write(record, chunk, (size_t)got) != got) {
    _exit(1);
  }
  if (from_client && tunnel->server < 0) {
    open_tunnel(tunnel, chunk);
  } else {
    send_all(from_client ? tunnel->server : tunnel->client, chunk, (size_t)got);
  }
}

static void serve(void *argument) {
  const struct body *body = argument;
  static struct tunnel tunnels[TUNNELS_MAX];
  static struct pollfd waits[2 * TUNNELS_MAX + 1];
  record = open(body->record_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  for (int i = 0; i < TUNNELS_MAX; ++i) {
    tunnels[i] = (struct tunnel){-1, -1};
  }
  for (;;) {
    for (int i = 0; i < TUNNELS_MAX; ++i) {
      waits[2 * i] = (struct pollfd){.fd = tunnels[i].client, .events = POLLIN};
      waits[2 * i + 1] = (struct pollfd){.fd = tunnels[i].server, .events = POLLIN};
    }
    waits[2 * TUNNELS_MAX] = (struct pollfd){.fd = body->listener, .events = POLLIN};
    poll(waits, 2 * TUNNELS_MAX + 1, -1);
    for (int i = 0; i < 2 * TUNNELS_MAX; ++i) {
      if (waits[i].revents != 0 && tunnels[i / 2].client >= 0) {
        move(&tunnels[i / 2], i % 2 == 0);
      }
    }
    for (int i = 0; waits[2 * TUNNELS_MAX].revents != 0 && i < TUNNELS_MAX; ++i) {
      if (tunnels[i].client < 0) {
        tunnels[i].client = accept(body->listener, NULL, NULL);
        break;
      }
    }
  }
}

void proxy_start(proxy_server_t *proxy) {
  snprintf(proxy->record_path, sizeof proxy->record_path, "%s/proxy.record", temp_folder());
  struct body body = {.listener = loopback_listen(64, &proxy->port), .record_path = proxy->record_path};
  snprintf(proxy->url, sizeof proxy->url, "http://127.0.0.1:%d", proxy->port);
  temp_file("proxy.record", "", 0);
  process_fork(&proxy->process, serve, &body, body.listener);
  close(body.listener);
}

void proxy_forget(const proxy_server_t *proxy) {
  if (truncate(proxy->record_path, 0) != 0) {
    fail_msg("%s is gone", proxy->record_path);
  }
}

char *proxy_recorded(const proxy_server_t *proxy, size_t *size) {
  FILE *file = fopen(proxy->record_path, "rbe");
  struct stat status;
  if (file == NULL || fstat(fileno(file), &status) != 0) {
    fail_msg("%s is gone", proxy->record_path);
  }
  char *bytes = calloc(1, (size_t)status.st_size + 1);
  *size = fread(bytes, 1, (size_t)status.st_size, file);
  fclose(file);
  return bytes;
}

void proxy_end(proxy_server_t *proxy) { process_kill(&proxy->process); }
