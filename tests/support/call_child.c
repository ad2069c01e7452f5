/* The child takes its strings straight into one buffer: what it has to wipe afterwards is all in there. */
#include "call_child.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARENA_BYTES = 1 << 16, EXTRAS = 2 };

#define TEXT(field) offsetof(lockrec_config_t, field)
static const size_t texts[] = {
    TEXT(spreadsheet_id),   TEXT(source_file),      TEXT(worksheet),       TEXT(time_zone),
    TEXT(credentials_json), TEXT(credentials_file), TEXT(access_token),    TEXT(sheets_endpoint),
    TEXT(token_endpoint),   TEXT(ca_file),          TEXT(redis_url),       TEXT(redis_username),
    TEXT(redis_password),   TEXT(redis_ca_file),    TEXT(redis_cert_file), TEXT(redis_key_file),
};
enum { TEXTS = sizeof texts / sizeof *texts };

static struct {
  lockrec_config_t config;
  lockrec_result_t result;
  char arena[ARENA_BYTES];
  size_t used;
  const char *extras[EXTRAS]; /* key_path, cancel_at */
  int32_t cancel_flag;
} own;

static const char **text_at(lockrec_config_t *config, size_t offset) {
  return (const char **)(void *)((char *)config + offset);
}

static void take(void *into, size_t size) {
  for (size_t taken = 0; taken < size;) {
    const ssize_t more = read(0, (char *)into + taken, size - taken);
    if (more <= 0) {
      _exit(1);
    }
    taken += (size_t)more;
  }
}

static const char *take_text(void) {
  uint32_t size;
  char *text = own.arena + own.used;
  take(&size, sizeof size);
  if (size == 0) {
    return NULL;
  }
  if (size > sizeof own.arena - own.used) {
    _exit(1);
  }
  take(text, size);
  own.used += size;
  return text;
}

static const char *take_file(const char *path) {
  char *text = own.arena + own.used;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  const ssize_t size = read(file, text, sizeof own.arena - own.used - 1);
  close(file);
  own.used += size < 0 ? 0 : (size_t)size + 1;
  return text;
}

static void watch_log(void *user, int32_t level, const char *text, uint64_t length) {
  (void)user;
  (void)level;
  (void)length;
  if (own.extras[1] != NULL && strstr(text, own.extras[1]) != NULL) {
    own.cancel_flag = 1;
  }
}

int call_child_main(void) {
  char word;
  take(&own.config, sizeof own.config);
  for (int i = 0; i < TEXTS; ++i) {
    *text_at(&own.config, texts[i]) = take_text();
  }
  for (int i = 0; i < EXTRAS; ++i) {
    own.extras[i] = take_text();
  }
  if (own.extras[0] != NULL) {
    own.config.credentials_json = take_file(own.extras[0]);
  }
  own.config.log = watch_log;
  own.config.log_level = LOCKREC_LOG_DEBUG;
  own.config.cancel_flag = &own.cancel_flag;
  own.result.struct_size = sizeof own.result;
  lockrec_reconcile(&own.config, &own.result);
  while (write(1, &own.result, sizeof own.result) == sizeof own.result) {
    take(&word, sizeof word);
    explicit_bzero(own.arena, sizeof own.arena);
  }
  return 0;
}

static void give_text(const call_child_t *child, const char *text) {
  const uint32_t size = text == NULL ? 0 : (uint32_t)strlen(text) + 1;
  if (write(child->process.in, &size, sizeof size) != sizeof size ||
      write(child->process.in, text == NULL ? "" : text, size) != (ssize_t)size) {
    fail_msg("the child that calls has ended");
  }
}

static void read_result(call_child_t *child) {
  if (read(child->process.out, &child->result, sizeof child->result) != sizeof child->result) {
    fail_msg("the child that calls has ended");
  }
}

void call_child_start(call_child_t *child, const lockrec_config_t *config, const char *key_path,
                      const char *cancel_at) {
  lockrec_config_t plain = *config;
  plain.log = NULL;
  plain.on_row = NULL;
  plain.cancel_flag = NULL;
  process_start_with_pipes(&child->process, (const char *const[]){"/proc/self/exe", "--call", NULL});
  if (write(child->process.in, &plain, sizeof plain) != sizeof plain) {
    fail_msg("the child that calls has ended");
  }
  for (int i = 0; i < TEXTS; ++i) {
    give_text(child, *text_at(&plain, texts[i]));
  }
  give_text(child, key_path);
  give_text(child, cancel_at);
  read_result(child);
}

void call_child_clear(call_child_t *child) {
  if (write(child->process.in, "", 1) != 1) {
    fail_msg("the child that calls has ended");
  }
  read_result(child);
}

void call_child_end(call_child_t *child) { process_stop(&child->process); }
