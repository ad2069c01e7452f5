/* Who asks: the first code on the stack that belongs neither to the C nor to the C++ library. */
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unwind.h>

#include "failing.h"

enum { SEGMENTS_MAX = 256, FRAMES_MAX = 64 };

typedef enum owner { OWNER_THEIRS, OWNER_OURS, OWNER_RUNTIME, OWNER_TEST } owner_t;

typedef struct segment {
  uintptr_t begin;
  uintptr_t end;
  owner_t owner;
} segment_t;

static segment_t segments[SEGMENTS_MAX];
static int segment_count;
static failing_plan_t plan;
static failing_report_t *report;
static int is_on;
static __thread int is_walking;

static owner_t owner_of(const char *path) {
  static const char *const ours[] = {"liblockrec.", "libhiredis.", "libcjson.", "libcsv."};
  static const char *const runtime[] = {"libc.", "libstdc++.", "libgcc_s.", "libm.", "ld-linux", "libpthread."};
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  if (path[0] == '\0') {
    return OWNER_TEST;
  }
  for (size_t i = 0; i < sizeof ours / sizeof *ours; ++i) {
    if (strncmp(name, ours[i], strlen(ours[i])) == 0) {
      return OWNER_OURS;
    }
  }
  for (size_t i = 0; i < sizeof runtime / sizeof *runtime; ++i) {
    if (strncmp(name, runtime[i], strlen(runtime[i])) == 0) {
      return OWNER_RUNTIME;
    }
  }
  return OWNER_THEIRS;
}

static int take_module(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size;
  (void)unused;
  for (int i = 0; i < info->dlpi_phnum && segment_count < SEGMENTS_MAX; ++i) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
      const uintptr_t begin = info->dlpi_addr + part->p_vaddr;
      segments[segment_count++] = (segment_t){begin, begin + part->p_memsz, owner_of(info->dlpi_name)};
    }
  }
  return 0;
}

static owner_t owner_at(uintptr_t address) {
  for (int i = 0; i < segment_count; ++i) {
    if (address >= segments[i].begin && address < segments[i].end) {
      return segments[i].owner;
    }
  }
  return OWNER_THEIRS;
}

typedef struct walk {
  uintptr_t from; /* frames above this one are of the interposer */
  uintptr_t found;
  int frames;
} walk_t;

static _Unwind_Reason_Code look_at_frame(struct _Unwind_Context *context, void *argument) {
  walk_t *walk = argument;
  const uintptr_t address = _Unwind_GetIP(context);
  if (walk->from != 0 && address != walk->from) {
    return ++walk->frames > FRAMES_MAX ? _URC_END_OF_STACK : _URC_NO_REASON;
  }
  walk->from = 0;
  if (owner_at(address) != OWNER_RUNTIME || ++walk->frames > FRAMES_MAX) {
    walk->found = address;
    return _URC_END_OF_STACK;
  }
  return _URC_NO_REASON;
}

uintptr_t failing_caller(const void *return_address, failing_kind_t *memory) {
  uintptr_t address = (uintptr_t)return_address;
  owner_t owner = owner_at(address);
  if (owner == OWNER_RUNTIME && !is_walking) {
    walk_t walk = {.from = address};
    is_walking = 1;
    _Unwind_Backtrace(look_at_frame, &walk);
    is_walking = 0;
    address = walk.found != 0 ? walk.found : address;
    owner = walk.found != 0 ? owner_at(address) : OWNER_THEIRS; /* a thread of the C library's own */
  }
  if (memory != NULL) {
    *memory = owner == OWNER_OURS ? FAILING_OWN_MEMORY : FAILING_THEIR_MEMORY;
  }
  return owner == OWNER_TEST || owner == OWNER_RUNTIME ? 0 : address;
}

int failing_now(failing_kind_t kind, uintptr_t caller) {
  const long number = __atomic_add_fetch(&report->calls[kind], 1, __ATOMIC_RELAXED);
  if (kind != plan.kind || number < plan.first || number - plan.first >= plan.times) {
    return 0;
  }
  if (__atomic_fetch_add(&report->failed, 1, __ATOMIC_RELAXED) == 0) {
    report->failed_at = caller;
  }
  return 1;
}

int failing_error(void) { return plan.error; }

int failing_is_on(void) { return __atomic_load_n(&is_on, __ATOMIC_ACQUIRE); }

void failing_begin(const failing_plan_t *wanted, failing_report_t *into) {
  segment_count = 0;
  dl_iterate_phdr(take_module, NULL);
  plan = *wanted;
  report = into;
  memset(report, 0, sizeof *report);
  __atomic_store_n(&is_on, 1, __ATOMIC_RELEASE);
}

void failing_end(void) { __atomic_store_n(&is_on, 0, __ATOMIC_RELEASE); }

void failing_resume(void) { __atomic_store_n(&is_on, 1, __ATOMIC_RELEASE); }

const char *failing_place(uintptr_t address) {
  static char text[256];
  Dl_info info;
  if (address == 0 || dladdr((const void *)address, &info) == 0) {
    return "nowhere";
  }
  const char *slash = strrchr(info.dli_fname, '/');
  snprintf(text, sizeof text, "%s 0x%lx", slash == NULL ? info.dli_fname : slash + 1,
           (unsigned long)(address - (uintptr_t)info.dli_fbase));
  return text;
}
