/* Callers that were built against an older or newer header: what struct_size says is what is read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lockrec/lockrec.h>
#include <stdlib.h>
#include <string.h>

#include "redis_server.h"

enum { SIZE_MAX_KNOWN = 4096, GUARD = 0xA5, FIELDS_MAX = 64 };

static redis_server_t redis;
static const lockrec_row_t rows[] = {{"SP-1", "MR(93)", "21-01-2026 14:30:00"}};

/* More room than any struct_size may ask for; what lies beyond struct_size is GUARD. */
typedef union {
  lockrec_config_t config;
  lockrec_result_t result;
  unsigned char bytes[SIZE_MAX_KNOWN + 64];
} room_t;

typedef struct {
  size_t offset;
  size_t size;
} field_t;

static lockrec_config_t working_config(void) {
  lockrec_config_t config = {.struct_size = sizeof config, .flags = LOCKREC_ROWS, .deadline_ms = 5000};
  config.rows = rows;
  config.row_count = 1;
  config.time_zone = "America/Santiago";
  config.now_unix_ms = 1769020200000; /* an hour after the row's date */
  config.redis_url = redis.url;
  return config;
}

/* Calls with the first size bytes of config, in a room whose rest is GUARD or, up to size, zero. */
static int32_t call_sized(const lockrec_config_t *config, uint32_t size, lockrec_result_t *result) {
  room_t *room = malloc(sizeof *room);
  assert_non_null(room);
  memset(room, GUARD, sizeof *room);
  if (size > sizeof *config) memset(room, 0, size <= SIZE_MAX_KNOWN ? size : SIZE_MAX_KNOWN);
  memcpy(room, config, size < sizeof *config ? size : sizeof *config);
  memcpy(room, &size, sizeof size);
  *result = (lockrec_result_t){.struct_size = sizeof *result};
  const int32_t status = lockrec_reconcile(&room->config, result);
  free(room);
  return status;
}

/* The fields of a struct, as the library describes them. */
static size_t fields_of(const char *name, field_t fields[FIELDS_MAX]) {
  static char text[16384];
  assert_true(lockrec_abi_describe(text, sizeof text) < sizeof text);
  char start[64] = "\"";
  strcat(strcat(start, name), "\":{");
  const char *at = strstr(text, start);
  assert_non_null(at);
  const char *end = strstr(at, "]}");
  size_t count = 0;
  while ((at = strstr(at, "\"offset\":")) != NULL && at < end) {
    assert_true(count < FIELDS_MAX);
    at += strlen("\"offset\":");
    fields[count].offset = strtoul(at, NULL, 10);
    fields[count++].size = strtoul(strstr(at, "\"size\":") + strlen("\"size\":"), NULL, 10);
  }
  return count;
}

static void config_of_todays_size_works(void **state) {
  (void)state;
  redis_clean(&redis);
  const lockrec_config_t config = working_config();
  lockrec_result_t result;
  assert_int_equal(call_sized(&config, sizeof config, &result), LOCKREC_OK);
  assert_int_equal(result.reconciled, 1);
  assert_int_equal(redis_key_count(&redis), 1);
}

static void config_below_four_bytes_is_refused(void **state) {
  (void)state;
  const lockrec_config_t config = working_config();
  lockrec_result_t result;
  for (uint32_t size = 0; size < 4; size++) {
    assert_int_equal(call_sized(&config, size, &result), LOCKREC_E_ARGUMENT);
    assert_int_equal(result.status, LOCKREC_E_ARGUMENT);
    assert_non_null(strstr(result.message, "struct_size"));
  }
}

static void config_above_4096_bytes_is_refused(void **state) {
  (void)state;
  const lockrec_config_t config = working_config();
  lockrec_result_t result;
  assert_int_equal(call_sized(&config, 4097, &result), LOCKREC_E_ARGUMENT);
  assert_int_equal(call_sized(&config, UINT32_MAX, &result), LOCKREC_E_ARGUMENT);
  assert_int_equal(call_sized(&config, 4096, &result), LOCKREC_OK);
}

/* Cut before each field: the field and everything behind it counts as zero, whatever lies there in memory. */
static void config_cut_between_fields_counts_the_rest_as_zero(void **state) {
  (void)state;
  field_t fields[FIELDS_MAX];
  const size_t count = fields_of("lockrec_config", fields);
  assert_true(count > 30);
  const lockrec_config_t config = working_config();
  for (size_t i = 1; i < count; i++) {
    const uint32_t size = (uint32_t)fields[i].offset;
    lockrec_result_t result;
    const int32_t status = call_sized(&config, size, &result);
    if (size <= offsetof(lockrec_config_t, time_zone)) {
      assert_int_equal(status, LOCKREC_E_CONFIG); /* no source, or no zone */
    } else if (size > offsetof(lockrec_config_t, now_unix_ms)) {
      assert_int_equal(status, LOCKREC_OK);
      assert_int_equal(result.rows_total, 1);
      assert_int_equal(result.skipped_stale, 0);
    } else if (size > offsetof(lockrec_config_t, redis_url)) {
      assert_int_equal(status, LOCKREC_OK);
      assert_int_equal(result.skipped_stale, 1); /* judged by the system's clock */
    } else {
      assert_int_not_equal(status, LOCKREC_E_ARGUMENT); /* the default Redis, which may or may not be there */
      assert_int_not_equal(status, LOCKREC_E_CONFIG);
    }
  }
}

static void config_cut_inside_a_field_is_refused(void **state) {
  (void)state;
  field_t fields[FIELDS_MAX];
  const size_t count = fields_of("lockrec_config", fields);
  const lockrec_config_t config = working_config();
  for (size_t i = 1; i < count; i++) {
    for (size_t size = fields[i].offset + 1; size < fields[i].offset + fields[i].size; size++) {
      lockrec_result_t result;
      assert_int_equal(call_sized(&config, (uint32_t)size, &result), LOCKREC_E_ARGUMENT);
    }
  }
}

static void larger_config_works_where_its_unknown_tail_is_zero(void **state) {
  (void)state;
  const lockrec_config_t config = working_config();
  lockrec_result_t result;
  for (uint32_t extra = 1; extra <= 64; extra++) {
    assert_int_equal(call_sized(&config, (uint32_t)sizeof config + extra, &result), LOCKREC_OK);
  }
}

static void larger_config_with_a_set_unknown_field_is_too_new(void **state) {
  (void)state;
  const lockrec_config_t config = working_config();
  const uint32_t size = (uint32_t)sizeof config + 16;
  for (size_t at = sizeof config; at < size; at++) {
    room_t room;
    memset(&room, 0, sizeof room);
    room.config = config;
    room.config.struct_size = size;
    room.bytes[at] = 1;
    lockrec_result_t result = {.struct_size = sizeof result};
    assert_int_equal(lockrec_reconcile(&room.config, &result), LOCKREC_E_CONFIG_TOO_NEW);
    assert_int_equal(result.status, LOCKREC_E_CONFIG_TOO_NEW);
    assert_string_not_equal(result.message, "");
  }
}

static void missing_config_is_refused_and_told(void **state) {
  (void)state;
  lockrec_result_t result;
  memset(&result, GUARD, sizeof result);
  result.struct_size = sizeof result;
  assert_int_equal(lockrec_reconcile(NULL, &result), LOCKREC_E_ARGUMENT);
  assert_int_equal(result.status, LOCKREC_E_ARGUMENT);
  assert_int_equal(result.phase, LOCKREC_PHASE_CONFIG);
  assert_int_equal(result.rows_total, 0);
  assert_string_not_equal(result.message, "");
}

static void missing_result_is_refused(void **state) {
  (void)state;
  const lockrec_config_t config = working_config();
  assert_int_equal(lockrec_reconcile(&config, NULL), LOCKREC_E_ARGUMENT);
  assert_int_equal(lockrec_reconcile(NULL, NULL), LOCKREC_E_ARGUMENT);
}

static int is_guard(const room_t *room, size_t from) {
  for (size_t at = from; at < sizeof *room; at++) {
    if (room->bytes[at] != GUARD) return 0;
  }
  return 1;
}

static void result_of_an_impossible_size_is_refused_and_untouched(void **state) {
  (void)state;
  const lockrec_config_t config = working_config();
  const uint32_t sizes[] = {0, 1, 2, 3, 5, 6, 7, 17, (uint32_t)sizeof(lockrec_result_t) - 1, 4097, UINT32_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    room_t room;
    memset(&room, GUARD, sizeof room);
    room.result.struct_size = sizes[i];
    assert_int_equal(lockrec_reconcile(&config, &room.result), LOCKREC_E_ARGUMENT);
    assert_int_equal(room.result.struct_size, sizes[i]);
    assert_true(is_guard(&room, sizeof(uint32_t)));
  }
}

static void smaller_result_is_filled_up_to_its_size_and_not_beyond(void **state) {
  (void)state;
  field_t fields[FIELDS_MAX];
  const size_t count = fields_of("lockrec_result", fields);
  assert_true(count > 15);
  lockrec_config_t config = working_config();
  config.flags |= LOCKREC_DRY_RUN;
  redis_clean(&redis);
  for (size_t i = 1; i <= count; i++) {
    const uint32_t size = (uint32_t)(i < count ? fields[i].offset : sizeof(lockrec_result_t));
    room_t room;
    memset(&room, GUARD, sizeof room);
    room.result.struct_size = size;
    assert_int_equal(lockrec_reconcile(&config, &room.result), LOCKREC_OK);
    assert_int_equal(room.result.struct_size, size);
    assert_true(is_guard(&room, size));
    if (size > offsetof(lockrec_result_t, status)) assert_int_equal(room.result.status, LOCKREC_OK);
    if (size > offsetof(lockrec_result_t, reconciled)) assert_int_equal(room.result.reconciled, 1);
    if (size > offsetof(lockrec_result_t, failed)) assert_int_equal(room.result.failed, 0);
  }
}

static void larger_result_is_zeroed_to_its_own_size(void **state) {
  (void)state;
  const lockrec_config_t config = working_config();
  const uint32_t sizes[] = {(uint32_t)sizeof(lockrec_result_t) + 1, (uint32_t)sizeof(lockrec_result_t) + 40, 4096};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    room_t room;
    memset(&room, GUARD, sizeof room);
    room.result.struct_size = sizes[i];
    assert_int_equal(lockrec_reconcile(&config, &room.result), LOCKREC_OK);
    assert_int_equal(room.result.struct_size, sizes[i]);
    assert_int_equal(room.result.rows_total, 1);
    for (size_t at = sizeof(lockrec_result_t); at < sizes[i]; at++) assert_int_equal(room.bytes[at], 0);
    assert_true(is_guard(&room, sizes[i]));
  }
}

static int start_redis(void **state) {
  (void)state;
  redis_start(&redis, NULL);
  return 0;
}

static int end_redis(void **state) {
  (void)state;
  redis_end(&redis);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(config_of_todays_size_works),
      cmocka_unit_test(config_below_four_bytes_is_refused),
      cmocka_unit_test(config_above_4096_bytes_is_refused),
      cmocka_unit_test(config_cut_between_fields_counts_the_rest_as_zero),
      cmocka_unit_test(config_cut_inside_a_field_is_refused),
      cmocka_unit_test(larger_config_works_where_its_unknown_tail_is_zero),
      cmocka_unit_test(larger_config_with_a_set_unknown_field_is_too_new),
      cmocka_unit_test(missing_config_is_refused_and_told),
      cmocka_unit_test(missing_result_is_refused),
      cmocka_unit_test(result_of_an_impossible_size_is_refused_and_untouched),
      cmocka_unit_test(smaller_result_is_filled_up_to_its_size_and_not_beyond),
      cmocka_unit_test(larger_result_is_zeroed_to_its_own_size),
  };
  return cmocka_run_group_tests(tests, start_redis, end_redis);
}
