/* malloc and its family: those of the C library, unless it is somebody's turn to be refused. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failing.h"

enum { BLOCKS_MAX = 1 << 13 };

/* The C library's own, under the names that it keeps for those who replace malloc. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

typedef struct block {
  uintptr_t address; /* 0: never used, 1: given back */
  uintptr_t caller;
} block_t;

static block_t blocks[BLOCKS_MAX]; /* what ours hold */
static long block_count;
static char lock;

static void enter(void) {
  while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE)) {
  }
}

static void leave(void) { __atomic_clear(&lock, __ATOMIC_RELEASE); }

static size_t slot_of(uintptr_t address) { return (address >> 4) * 2654435761U % BLOCKS_MAX; }

static void keep(void *given, uintptr_t caller) {
  if (given == NULL) {
    return;
  }
  enter();
  size_t slot = slot_of((uintptr_t)given);
  while (blocks[slot].address > 1) {
    slot = (slot + 1) % BLOCKS_MAX;
  }
  blocks[slot] = (block_t){(uintptr_t)given, caller};
  if (++block_count > BLOCKS_MAX / 2) {
    abort();
  }
  leave();
}

/* Who had asked for it; 0 where that was none of ours. */
static uintptr_t forget(void *given) {
  uintptr_t caller = 0;
  if (given == NULL || __atomic_load_n(&block_count, __ATOMIC_RELAXED) == 0) {
    return 0;
  }
  enter();
  for (size_t slot = slot_of((uintptr_t)given); blocks[slot].address != 0; slot = (slot + 1) % BLOCKS_MAX) {
    if (blocks[slot].address == (uintptr_t)given) {
      caller = blocks[slot].caller;
      blocks[slot].address = 1;
      --block_count;
      break;
    }
  }
  leave();
  return caller;
}

void failing_count_blocks(failing_report_t *report) {
  report->blocks_left = block_count;
  for (size_t slot = 0; slot < BLOCKS_MAX && block_count > 0; ++slot) {
    if (blocks[slot].address > 1) {
      report->left_at = blocks[slot].caller;
      return;
    }
  }
}

/* 1: refuse. *own: whose to keep, 0 where nobody's. */
static int ask(const void *return_address, uintptr_t *own) {
  *own = 0;
  if (!failing_is_on()) {
    return 0;
  }
  failing_kind_t kind;
  const uintptr_t caller = failing_caller(return_address, &kind);
  if (caller == 0) {
    return 0;
  }
  if (failing_now(kind, caller)) {
    errno = ENOMEM;
    return 1;
  }
  *own = kind == FAILING_OWN_MEMORY ? caller : 0;
  return 0;
}

static void *given(void *block, uintptr_t own) {
  if (own != 0) {
    keep(block, own);
  }
  return block;
}

#define VISIBLE __attribute__((visibility("default")))

VISIBLE void *malloc(size_t size) {
  uintptr_t own;
  return ask(__builtin_return_address(0), &own) ? NULL : given(__libc_malloc(size), own);
}

VISIBLE void *calloc(size_t count, size_t size) {
  uintptr_t own;
  return ask(__builtin_return_address(0), &own) ? NULL : given(__libc_calloc(count, size), own);
}

VISIBLE void *realloc(void *block, size_t size) {
  uintptr_t own;
  if (ask(__builtin_return_address(0), &own)) {
    return NULL;
  }
  const uintptr_t before = forget(block);
  void *made = __libc_realloc(block, size);
  if (made == NULL && size != 0 && before != 0) {
    keep(block, before);
  }
  return given(made, own);
}

static void *aligned(const void *return_address, size_t alignment, size_t size) {
  uintptr_t own;
  return ask(return_address, &own) ? NULL : given(__libc_memalign(alignment, size), own);
}

VISIBLE void *memalign(size_t alignment, size_t size) { return aligned(__builtin_return_address(0), alignment, size); }

VISIBLE void *aligned_alloc(size_t alignment, size_t size) {
  return aligned(__builtin_return_address(0), alignment, size);
}

VISIBLE int posix_memalign(void **block, size_t alignment, size_t size) {
  void *made = aligned(__builtin_return_address(0), alignment, size);
  if (made == NULL) {
    return ENOMEM;
  }
  *block = made;
  return 0;
}

VISIBLE void *valloc(size_t size) { return aligned(__builtin_return_address(0), (size_t)sysconf(_SC_PAGESIZE), size); }

VISIBLE void free(void *block) {
  const int before = errno;
  forget(block);
  __libc_free(block);
  errno = before;
}
