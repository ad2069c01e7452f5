/* A host that was compiled against the header of ABI version 1: its struct ends with cancel_flag, and works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lockrec/lockrec.h>
#include <string.h>

#include "redis_server.h"

enum { GUARD = 0xA5 };

static redis_server_t redis;
static const lockrec_row_t rows[] = {{"SP-1", "MR(93)", "21-01-2026 14:30:00"}};

/* The struct of that header, word for word. Never to be changed. */
typedef struct config_1 {
  uint32_t struct_size;
  uint32_t flags;
  int64_t deadline_ms;
  const char *spreadsheet_id;
  const char *source_file;
  const lockrec_row_t *rows;
  uint64_t row_count;
  uint32_t row_size_bytes;
  int32_t log_level;
  const char *worksheet;
  const char *tag_column;
  const char *occupied_by_column;
  const char *occupied_at_column;
  const char *free_value;
  const char *time_zone;
  const char *credentials_json;
  const char *credentials_file;
  const char *access_token;
  const char *sheets_endpoint;
  const char *token_endpoint;
  const char *ca_file;
  const char *redis_url;
  const char *redis_username;
  const char *redis_password;
  const char *redis_ca_file;
  const char *redis_cert_file;
  const char *redis_key_file;
  const char *key_prefix;
  int64_t max_age_ms;
  int64_t safety_ttl_ms;
  int64_t fleet_ttl_ms;
  int64_t now_unix_ms;
  int64_t rows_max;
  int64_t body_bytes_max;
  lockrec_log_fn log;
  void *log_user;
  lockrec_row_fn on_row;
  void *on_row_user;
  const int32_t *cancel_flag;
} config_1_t;

/* What the old host keeps behind its struct is no business of the library's. */
typedef union {
  lockrec_config_t config;
  struct {
    config_1_t fields;
    unsigned char behind[64];
  } old;
} room_t;

static room_t old_host(void) {
  room_t room;
  memset(&room, GUARD, sizeof room);
  room.old.fields = (config_1_t){.struct_size = sizeof(config_1_t), .flags = LOCKREC_ROWS, .deadline_ms = 5000};
  room.old.fields.rows = rows;
  room.old.fields.row_count = 1;
  room.old.fields.time_zone = "America/Santiago";
  room.old.fields.redis_url = redis.url;
  room.old.fields.key_prefix = "old:";
  room.old.fields.now_unix_ms = 1769020200000; /* an hour after the row's date */
  return room;
}

static void keep_outcome(void *user, const lockrec_row_report_t *row) { *(int32_t *)user = row->outcome; }

static void count_line(void *user, int32_t level, const char *text, uint64_t length) {
  (void)level, (void)text, (void)length;
  ++*(int *)user;
}

static void version_1_struct_is_the_start_of_todays(void **state) {
  (void)state;
  assert_int_equal(sizeof(config_1_t), 296);
  assert_int_equal(offsetof(lockrec_config_t, sentinel_username), sizeof(config_1_t));
  assert_true(lockrec_abi_version() > 1);
}

static void version_1_host_is_served_and_nothing_behind_its_struct_is_read(void **state) {
  (void)state;
  redis_clean(&redis);
  room_t room = old_host();
  int32_t outcome = -1;
  int lines = 0;
  room.old.fields.log_level = LOCKREC_LOG_INFO;
  room.old.fields.log = count_line;
  room.old.fields.log_user = &lines;
  room.old.fields.on_row = keep_outcome;
  room.old.fields.on_row_user = &outcome;
  lockrec_result_t result = {.struct_size = sizeof result};
  assert_int_equal(lockrec_reconcile(&room.config, &result), LOCKREC_OK);
  assert_int_equal(result.reconciled, 1);
  assert_int_equal(outcome, LOCKREC_ROW_RECONCILED);
  assert_true(lines > 0);
  assert_int_equal(redis_key_count(&redis), 1);
}

static void version_1_hosts_last_field_is_read(void **state) {
  (void)state;
  const int32_t cancelled = 1;
  room_t room = old_host();
  room.old.fields.cancel_flag = &cancelled;
  lockrec_result_t result = {.struct_size = sizeof result};
  assert_int_equal(lockrec_reconcile(&room.config, &result), LOCKREC_E_CANCELLED);
}

/* The same memory, of a host that says it has the fields of version 2. */
static void fields_of_version_2_are_read_where_the_size_has_them(void **state) {
  (void)state;
  room_t room = old_host();
  room.config.sentinel_username = NULL;
  room.config.sentinel_password = "";
  room.config.wait_replicas = 101;
  lockrec_result_t result = {.struct_size = sizeof result};
  assert_int_equal(lockrec_reconcile(&room.config, &result), LOCKREC_OK);
  room.config.struct_size = offsetof(lockrec_config_t, wait_replicas);
  assert_int_equal(lockrec_reconcile(&room.config, &result), LOCKREC_E_CONFIG);
  assert_non_null(strstr(result.message, "sentinel_password"));
  room.config.sentinel_password = NULL;
  assert_int_equal(lockrec_reconcile(&room.config, &result), LOCKREC_OK);
  room.config.struct_size = sizeof room.config;
  assert_int_equal(lockrec_reconcile(&room.config, &result), LOCKREC_E_CONFIG);
  assert_non_null(strstr(result.message, "wait_replicas"));
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
      cmocka_unit_test(version_1_struct_is_the_start_of_todays),
      cmocka_unit_test(version_1_host_is_served_and_nothing_behind_its_struct_is_read),
      cmocka_unit_test(version_1_hosts_last_field_is_read),
      cmocka_unit_test(fields_of_version_2_are_read_where_the_size_has_them),
  };
  return cmocka_run_group_tests(tests, start_redis, end_redis);
}
