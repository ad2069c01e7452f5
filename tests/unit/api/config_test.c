/* Every way to misuse the configuration gets its sentence, names its field, and touches nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run.h"

typedef struct bad_config {
  const char *about; /* must stand in the message */
  void (*spoil)(lockrec_config_t *config);
  int32_t status;
} bad_config_t;

#define SPOIL(name, statement) \
  static void name(lockrec_config_t *c) { statement; }

static char long_text[5000];
static const int32_t words[2];

SPOIL(deadline_negative, c->deadline_ms = -1)
SPOIL(deadline_too_long, c->deadline_ms = 600001)
SPOIL(no_source, (c->flags = 0, c->rows = NULL, c->row_count = 0))
SPOIL(two_sources, c->source_file = "rows.csv")
SPOIL(rows_without_flag, (c->flags = 0, c->rows = NULL, c->row_count = 0, c->spreadsheet_id = "x",
                          c->access_token = "t", c->row_count = 1))
SPOIL(rows_null, (c->rows = NULL, c->row_count = 3))
SPOIL(row_size_odd, c->row_size_bytes = 25)
SPOIL(row_size_small, c->row_size_bytes = 16)
SPOIL(id_is_address, (c->flags = 0, c->rows = NULL, c->row_count = 0,
                      c->spreadsheet_id = "https://docs.google.com/spreadsheets/d/abc/edit"))
SPOIL(id_is_odd, (c->flags = 0, c->rows = NULL, c->row_count = 0, c->spreadsheet_id = "a b", c->access_token = "t"))
SPOIL(no_credential, (c->flags = 0, c->rows = NULL, c->row_count = 0, c->spreadsheet_id = "abc"))
SPOIL(two_credentials, (c->access_token = "t", c->credentials_file = "f"))
SPOIL(worksheet_empty, c->worksheet = "")
SPOIL(column_latin1, c->tag_column = "A\xf1o")
SPOIL(column_control, c->tag_column = "TAG\nSPOOL")
SPOIL(zone_missing, c->time_zone = NULL)
SPOIL(zone_unknown, c->time_zone = "America/Atlantis")
SPOIL(zone_escapes, c->time_zone = "../../../etc/passwd")
SPOIL(endpoint_plain, c->sheets_endpoint = "http://sheets.example.com")
SPOIL(endpoint_no_scheme, c->token_endpoint = "sheets.example.com")
SPOIL(endpoint_with_user, c->sheets_endpoint = "https://me:secret-word@h")
SPOIL(token_with_line_end, c->access_token = "abc\r\nX: y")
SPOIL(token_too_long, c->access_token = long_text)
SPOIL(url_scheme, c->redis_url = "http://127.0.0.1:6379")
SPOIL(url_database, c->redis_url = "redis://127.0.0.1:6379/x")
SPOIL(url_port, c->redis_url = "redis://127.0.0.1:99999/0")
SPOIL(url_query, c->redis_url = "redis://127.0.0.1:6379/0?timeuot=3")
SPOIL(url_sentinel, c->redis_url = "redis-sentinel://127.0.0.1:26379/0")
SPOIL(password_empty, c->redis_password = "")
SPOIL(cert_without_key, c->redis_cert_file = "cert.pem")
SPOIL(age_negative, c->max_age_ms = -5)
SPOIL(ttl_short, c->safety_ttl_ms = 99)
SPOIL(ttl_long, c->safety_ttl_ms = 600001)
SPOIL(fleet_negative, c->fleet_ttl_ms = -1)
SPOIL(fleet_long, c->fleet_ttl_ms = 86400001)
SPOIL(wait_negative, c->wait_replicas = -1)
SPOIL(wait_many, c->wait_replicas = 101)
SPOIL(sentinel_user_empty, c->sentinel_username = "")
SPOIL(sentinel_password_control, c->sentinel_password = "secret-word\r\n")
SPOIL(sentinel_password_long, c->sentinel_password = long_text)
SPOIL(now_negative, c->now_unix_ms = -1)
SPOIL(rows_max_high, c->rows_max = 10000001)
SPOIL(body_high, c->body_bytes_max = (INT64_C(1) << 30) + 1)
SPOIL(log_level_high, c->log_level = 5)
SPOIL(flag_unknown, c->flags |= 0x40000000u)
SPOIL(cancel_flag_odd, c->cancel_flag = (const int32_t *)((const char *)words + 1))
SPOIL(key_file_missing, (c->flags = 0, c->rows = NULL, c->row_count = 0, c->spreadsheet_id = "abc",
                         c->credentials_file = "/nowhere/key.json"))

#define BAD(spoil, about) \
  { about, spoil, LOCKREC_E_CONFIG }

static const bad_config_t cases[] = {
    BAD(deadline_negative, "deadline_ms"),
    BAD(deadline_too_long, "deadline_ms"),
    BAD(no_source, "spreadsheet_id"),
    BAD(two_sources, "more than one source"),
    BAD(rows_without_flag, "LOCKREC_ROWS"),
    BAD(rows_null, "rows is NULL"),
    BAD(row_size_odd, "row_size_bytes"),
    BAD(row_size_small, "row_size_bytes"),
    BAD(id_is_address, "only the id"),
    BAD(id_is_odd, "spreadsheet_id"),
    BAD(no_credential, "credential"),
    BAD(two_credentials, "more than one credential"),
    BAD(worksheet_empty, "worksheet"),
    BAD(column_latin1, "tag_column"),
    BAD(column_control, "tag_column"),
    BAD(zone_missing, "time_zone"),
    BAD(zone_unknown, "America/Atlantis"),
    BAD(zone_escapes, "time zone"),
    BAD(endpoint_plain, "sheets_endpoint"),
    BAD(endpoint_no_scheme, "token_endpoint"),
    BAD(endpoint_with_user, "sheets_endpoint"),
    BAD(token_with_line_end, "access_token"),
    BAD(token_too_long, "access_token"),
    BAD(url_scheme, "redis_url"),
    BAD(url_database, "redis_url"),
    BAD(url_port, "redis_url"),
    BAD(url_query, "timeuot"),
    BAD(url_sentinel, "redis_url"),
    BAD(password_empty, "redis_password"),
    BAD(cert_without_key, "redis_key_file"),
    BAD(age_negative, "max_age_ms"),
    BAD(ttl_short, "safety_ttl_ms"),
    BAD(ttl_long, "safety_ttl_ms"),
    BAD(fleet_negative, "fleet_ttl_ms"),
    BAD(fleet_long, "fleet_ttl_ms"),
    BAD(wait_negative, "wait_replicas"),
    BAD(wait_many, "wait_replicas"),
    BAD(sentinel_user_empty, "sentinel_username"),
    BAD(sentinel_password_control, "sentinel_password"),
    BAD(sentinel_password_long, "sentinel_password"),
    BAD(now_negative, "now_unix_ms"),
    BAD(rows_max_high, "rows_max"),
    BAD(body_high, "body_bytes_max"),
    BAD(log_level_high, "log_level"),
    {"flag", flag_unknown, LOCKREC_E_CONFIG_TOO_NEW},
    BAD(cancel_flag_odd, "cancel_flag"),
    BAD(key_file_missing, "/nowhere/key.json"),
};

static void every_misuse_names_its_field(void **state) {
  (void)state;
  memset(long_text, 'x', sizeof long_text - 1);
  const lockrec_row_t rows[] = {{"A", "MR(93)", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    run_t run;
    run_init(&run);
    run_use_rows(&run, rows, 1, "America/Santiago");
    run.config.redis_url = "redis://127.0.0.1:1/0";
    run_forbid(&run, "secret-word");
    cases[i].spoil(&run.config);
    const int32_t status = run_reconcile(&run);
    if (status != cases[i].status || strstr(run.result.message, cases[i].about) == NULL) {
      fail_msg("\"%s\": status %d, message: %s", cases[i].about, status, run.result.message);
    }
    assert_int_equal(run.result.phase, LOCKREC_PHASE_CONFIG);
    assert_int_equal(run.result.rows_total, 0);
    run_free(&run);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_misuse_names_its_field)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
