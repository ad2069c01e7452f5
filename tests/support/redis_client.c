/* Speaks just enough RESP2 for the tests, over a UNIX socket, blocking, with a generous time limit. */
#include "redis_client.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { TEXT_BYTES_MAX = 4 << 20, READ_BYTES = 1 << 16, TIMEOUT_S = 20 };

struct reader {
  int connection;
  size_t used;
  size_t have;
  char buffer[READ_BYTES];
};

static char text[TEXT_BYTES_MAX];
static size_t text_size;

int redis_open(const char *unix_path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const struct timeval timeout = {.tv_sec = TIMEOUT_S};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", unix_path);
  const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, (const struct sockaddr *)&address, sizeof address) != 0) {
    close(connection);
    return -1;
  }
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  return connection;
}

static int next_byte(struct reader *reader) {
  if (reader->used == reader->have) {
    const ssize_t got = recv(reader->connection, reader->buffer, sizeof reader->buffer, 0);
    if (got <= 0) {
      return -1;
    }
    reader->used = 0;
    reader->have = (size_t)got;
  }
  return (unsigned char)reader->buffer[reader->used++];
}

static void keep(int byte) {
  if (text_size + 1 < sizeof text) {
    text[text_size++] = (char)byte;
  }
}

/* One reply; elements of an array are kept one a line. Returns its kind. */
static char read_reply(struct reader *reader, long long *integer) {
  char line[512];
  size_t length = 0;
  int byte;
  while ((byte = next_byte(reader)) >= 0 && byte != '\n') {
    if (length + 1 < sizeof line && byte != '\r') {
      line[length++] = (char)byte;
    }
  }
  if (byte < 0 || length == 0) {
    return '!';
  }
  line[length] = '\0';
  *integer = strtoll(line + 1, NULL, 10);
  if (line[0] == '$' && *integer >= 0) {
    for (long long i = 0; i < *integer; ++i) {
      keep(next_byte(reader));
    }
    next_byte(reader);
    next_byte(reader);
  } else if (line[0] == '*' && *integer >= 0) {
    for (long long i = 0; i < *integer; ++i) {
      long long ignored;
      read_reply(reader, &ignored);
      keep('\n');
    }
  } else if (line[0] == '$' || line[0] == '*') {
    return '0';
  } else {
    for (size_t i = 1; i < length; ++i) {
      keep(line[i]);
    }
  }
  return line[0];
}

redis_reply_t redis_ask(int connection, int argc, const char *const argv[]) {
  redis_reply_t reply = {.kind = '!', .text = text};
  char *command = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&command, &size);
  fprintf(stream, "*%d\r\n", argc);
  for (int i = 0; i < argc; ++i) {
    fprintf(stream, "$%zu\r\n%s\r\n", strlen(argv[i]), argv[i]);
  }
  fclose(stream);
  const ssize_t sent = send(connection, command, size, MSG_NOSIGNAL);
  free(command);
  text_size = 0;
  /* Static: 64 KiB of stack would be a surprise in a callback. */
  static struct reader reader;
  reader = (struct reader){.connection = connection};
  if (sent == (ssize_t)size) {
    reply.kind = read_reply(&reader, &reply.integer);
  }
  text[text_size] = '\0';
  return reply;
}
