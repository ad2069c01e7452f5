/* Looks for secrets in the memory of another process, as whoever holds its core file could. */
#ifndef LOCKREC_TEST_MEMORY_SEARCH_H
#define LOCKREC_TEST_MEMORY_SEARCH_H

#include <stddef.h>
#include <sys/types.h>

/* A piece of a secret this long counts as the secret; shorter ones are not looked for. */
enum { NEEDLE_BYTES = 12, NEEDLE_NAMES_MAX = 24 };

typedef struct needles {
  const char *names[NEEDLE_NAMES_MAX];
  int name_count;
  struct needle *items;
  size_t count;
  size_t capacity;
  int *heads; /* of a hash table's chains; -1: empty */
} needles_t;

void needles_init(needles_t *needles);
/* Every window of NEEDLE_BYTES in these bytes; name is borrowed. */
void needles_add(needles_t *needles, const char *name, const void *bytes, size_t size);
/* The same bytes in reverse order too, as OpenSSL holds a number's. */
void needles_add_number(needles_t *needles, const char *name, const unsigned char *bytes, size_t size);
/* The name of the first that is in there; NULL: none is. */
const char *needles_in(const needles_t *needles, const void *bytes, size_t size);
void needles_free(needles_t *needles);

typedef struct memory_finds {
  size_t windows[NEEDLE_NAMES_MAX]; /* found, by name */
  size_t bytes_searched;
} memory_finds_t;

/* Stops the process, a child of the caller, and reads all of its memory that it may write: what a core file would
 * hold of it. (A real core file needs the machine's core_pattern and limits to allow one.) The process goes on
 * afterwards. Prints where each run of windows lies where is_told is not 0. */
memory_finds_t memory_search(pid_t pid, const needles_t *needles, int is_told);

#endif
