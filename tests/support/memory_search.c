/* Reads a stopped child's memory through /proc and looks up every window of it in a hash table. */
#include "memory_search.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { HEADS = 1 << 16, PIECE_BYTES = 1 << 20 };

struct needle {
  unsigned char bytes[NEEDLE_BYTES];
  int name;
  int next;
};

static uint32_t hash(const unsigned char *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return (word * UINT32_C(2654435761)) >> 16;
}

void needles_init(needles_t *needles) {
  memset(needles, 0, sizeof *needles);
  needles->heads = malloc(HEADS * sizeof *needles->heads);
  for (int i = 0; i < HEADS; ++i) {
    needles->heads[i] = -1;
  }
}

static int name_number(needles_t *needles, const char *name) {
  for (int i = 0; i < needles->name_count; ++i) {
    if (strcmp(needles->names[i], name) == 0) {
      return i;
    }
  }
  assert_true(needles->name_count < NEEDLE_NAMES_MAX);
  needles->names[needles->name_count] = name;
  return needles->name_count++;
}

void needles_add(needles_t *needles, const char *name, const void *bytes, size_t size) {
  const int number = name_number(needles, name);
  assert_true(size >= NEEDLE_BYTES);
  for (size_t at = 0; at + NEEDLE_BYTES <= size; ++at) {
    if (needles->count == needles->capacity) {
      needles->capacity = needles->capacity * 2 + 256;
      needles->items = realloc(needles->items, needles->capacity * sizeof *needles->items);
    }
    struct needle *needle = &needles->items[needles->count];
    memcpy(needle->bytes, (const unsigned char *)bytes + at, NEEDLE_BYTES);
    needle->name = number;
    int *head = &needles->heads[hash(needle->bytes)];
    needle->next = *head;
    *head = (int)needles->count++;
  }
}

void needles_add_number(needles_t *needles, const char *name, const unsigned char *bytes, size_t size) {
  unsigned char *reversed = malloc(size);
  for (size_t i = 0; i < size; ++i) {
    reversed[i] = bytes[size - 1 - i];
  }
  needles_add(needles, name, bytes, size);
  needles_add(needles, name, reversed, size);
  free(reversed);
}

void needles_free(needles_t *needles) {
  free(needles->items);
  free(needles->heads);
}

static int found_at(const needles_t *needles, const unsigned char *bytes) {
  for (int i = needles->heads[hash(bytes)]; i >= 0; i = needles->items[i].next) {
    if (memcmp(needles->items[i].bytes, bytes, NEEDLE_BYTES) == 0) {
      return needles->items[i].name;
    }
  }
  return -1;
}

const char *needles_in(const needles_t *needles, const void *bytes, size_t size) {
  for (size_t at = 0; at + NEEDLE_BYTES <= size; ++at) {
    const int name = found_at(needles, (const unsigned char *)bytes + at);
    if (name >= 0) {
      return needles->names[name];
    }
  }
  return NULL;
}

struct run {
  int name; /* -1: none */
  uint64_t from;
  uint64_t windows;
};

static void end_run(const needles_t *needles, struct run *run, const char *where) {
  if (run->name >= 0 && where != NULL) {
    print_message("           %s: %llu bytes at %llx of %s", needles->names[run->name],
                  (unsigned long long)run->windows + NEEDLE_BYTES - 1, (unsigned long long)run->from, where);
  }
  run->name = -1;
}

/* where: the line of /proc/PID/maps, to be told; NULL: nothing is. */
static void search_range(int memory, uint64_t first, uint64_t end, const needles_t *needles, memory_finds_t *finds,
                         const char *where) {
  static unsigned char piece[PIECE_BYTES];
  struct run run = {.name = -1};
  for (uint64_t at = first; at < end;) {
    const size_t wanted = end - at < sizeof piece ? (size_t)(end - at) : sizeof piece;
    const ssize_t size = pread(memory, piece, wanted, (off_t)at);
    if (size < NEEDLE_BYTES) {
      break; /* such as the kernel's own pages */
    }
    for (ssize_t i = 0; i + NEEDLE_BYTES <= size; ++i) {
      const int name = found_at(needles, piece + i);
      if (name != run.name) {
        end_run(needles, &run, where);
        run = (struct run){.name = name, .from = at + (uint64_t)i};
      }
      if (name >= 0) {
        ++run.windows;
        ++finds->windows[name];
      }
    }
    finds->bytes_searched += (size_t)size;
    at += (uint64_t)size == end - at ? (uint64_t)size : (uint64_t)size - NEEDLE_BYTES + 1;
  }
  end_run(needles, &run, where);
}

static void attach(pid_t pid) {
  if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0 ||
      waitpid(pid, NULL, __WALL) != pid) {
    fail_msg("the child can't be stopped for a look at its memory");
  }
}

memory_finds_t memory_search(pid_t pid, const needles_t *needles, int is_told) {
  memory_finds_t finds = {.bytes_searched = 0};
  char path[64];
  char line[512];
  attach(pid);
  snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
  const int memory = open(path, O_RDONLY | O_CLOEXEC);
  snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
  FILE *maps = fopen(path, "re");
  if (memory < 0 || maps == NULL) {
    fail_msg("the child's memory can't be read");
  }
  while (fgets(line, sizeof line, maps) != NULL) {
    unsigned long long first;
    unsigned long long end;
    char access[5] = "";
    if (sscanf(line, "%llx-%llx %4s", &first, &end, access) == 3 && strncmp(access, "rw", 2) == 0) {
      search_range(memory, first, end, needles, &finds, is_told ? line : NULL);
    }
  }
  fclose(maps);
  close(memory);
  ptrace(PTRACE_DETACH, pid, NULL, NULL);
  return finds;
}
