#include "delay_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { CHUNK_BYTES = 256 << 10, WAITING_BYTES_MAX = 64 << 20 };

struct chunk {
  struct chunk *next;
  int64_t due_ns;
  enum delay_mark mark;
  size_t size;
  size_t sent;
  char bytes[];
};

int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct chunk *resized(struct chunk *chunk, size_t size) {
  chunk = realloc(chunk, sizeof *chunk + size);
  if (chunk == NULL) {
    perror("delay_proxy");
    exit(1);
  }
  return chunk;
}

static void append(struct delay_line *line, struct chunk *chunk, enum delay_mark mark, int64_t due_ns) {
  chunk->next = NULL;
  chunk->due_ns = due_ns;
  chunk->mark = mark;
  chunk->sent = 0;
  *(line->first == NULL ? &line->first : &line->last->next) = chunk;
  line->last = chunk;
  line->waiting_bytes += chunk->size;
}

static void drop_first(struct delay_line *line) {
  struct chunk *first = line->first;
  line->first = first->next;
  line->waiting_bytes -= first->size;
  free(first);
}

static bool may_take(const struct delay_line *line) {
  return line->from->readable && !line->ended && line->waiting_bytes < WAITING_BYTES_MAX;
}

size_t delay_line_take(struct delay_line *line, int64_t open_ns, int64_t delay_ns) {
  if (!may_take(line)) return 0;
  struct chunk *chunk = resized(NULL, CHUNK_BYTES);
  int64_t due_ns = now_ns();
  due_ns = (due_ns > open_ns ? due_ns : open_ns) + delay_ns;
  const ssize_t size = recv(line->from->fd, chunk->bytes, CHUNK_BYTES, 0);
  if (size > 0) {
    chunk = resized(chunk, (size_t)size);
    chunk->size = (size_t)size;
    append(line, chunk, DELAY_BYTES, due_ns);
    return (size_t)size;
  }
  const int error = size == 0 ? 0 : errno;
  free(chunk);
  if (error == EAGAIN) {
    line->from->readable = false;
  } else if (error != EINTR) {
    delay_line_end(line, error == 0 ? DELAY_HALF_CLOSE : DELAY_RESET, due_ns);
  }
  return 0;
}

void delay_line_end(struct delay_line *line, enum delay_mark mark, int64_t due_ns) {
  struct chunk *chunk = resized(NULL, 0);
  chunk->size = 0;
  append(line, chunk, mark, due_ns);
  line->ended = true;
}

/* False: the end takes nothing now. */
static bool give_bytes(struct delay_line *line) {
  struct chunk *first = line->first;
  const ssize_t sent = send(line->to->fd, first->bytes + first->sent, first->size - first->sent, MSG_NOSIGNAL);
  if (sent >= 0) {
    first->sent += (size_t)sent;
    if (first->sent == first->size) drop_first(line);
    return true;
  }
  if (errno == EINTR) return true;
  if (errno == EAGAIN) {
    line->to->writable = false;
  } else {
    line->broken = true;
    line->ended = true;
    delay_line_clear(line);
  }
  return false;
}

bool delay_line_give(struct delay_line *line) {
  const int64_t now = now_ns();
  while (line->first != NULL && line->first->due_ns <= now) {
    if (line->first->mark == DELAY_RESET) return false;
    if (!line->to->writable) break;
    if (line->first->mark == DELAY_HALF_CLOSE) {
      shutdown(line->to->fd, SHUT_WR);
      line->finished = true;
      drop_first(line);
    } else if (!give_bytes(line)) {
      break;
    }
  }
  return true;
}

int64_t delay_line_next_ns(const struct delay_line *line) {
  if (may_take(line)) return 0;
  return line->first != NULL && (line->to->writable || line->first->mark == DELAY_RESET) ? line->first->due_ns
                                                                                         : INT64_MAX;
}

void delay_line_clear(struct delay_line *line) {
  while (line->first != NULL) drop_first(line);
}
