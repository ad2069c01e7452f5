/* One direction of a connection over a network: what goes in comes out in order, later. */
#ifndef LOCKREC_TESTS_BENCH_DELAY_LINE_H
#define LOCKREC_TESTS_BENCH_DELAY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delay_end {
  int fd;
  bool readable; /* as far as is known: until a call says that it would block */
  bool writable;
};

struct chunk;

struct delay_line {
  struct delay_end *from;
  struct delay_end *to;
  struct chunk *first;
  struct chunk *last;
  size_t waiting_bytes;
  bool ended;    /* no more is read from `from` */
  bool finished; /* all that was read, and its end, has gone to `to` */
  bool broken;   /* `to` takes no more */
};

enum delay_mark { DELAY_BYTES, DELAY_HALF_CLOSE, DELAY_RESET };

int64_t now_ns(void);

/* Takes at most one chunk in, which is due delay_ns after it arrived or after open_ns, whichever is later. The number
 * of bytes. */
size_t delay_line_take(struct delay_line *line, int64_t open_ns, int64_t delay_ns);

/* Queues the end of the line. */
void delay_line_end(struct delay_line *line, enum delay_mark mark, int64_t due_ns);

/* Passes on what is due. False: a reset is due, which ends the connection. */
bool delay_line_give(struct delay_line *line);

/* When the line wants to be served again: 0: now, INT64_MAX: when one of its ends has changed. */
int64_t delay_line_next_ns(const struct delay_line *line);

void delay_line_clear(struct delay_line *line);

#endif
