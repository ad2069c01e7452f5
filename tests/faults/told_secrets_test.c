/* Nothing that a call tells (log lines of every level, message, reports of rows) holds a piece of a secret, also where
 * the other end quotes what it was sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "fault_server.h"
#include "fixture.h"
#include "loopback.h"
#include "memory_search.h"
#include "secret_needles.h"
#include "tls_files.h"
#include "told.h"

enum { SHORT_MS = 700 };

static emulator_t google;
static redis_server_t redis;
static redis_server_t secure;
static run_t run;
static char password[44]; /* of both servers */
static char wrong[44];
static char url[512];

static int start_servers(void **state) {
  (void)state;
  secret_make(password, sizeof password);
  secret_make(wrong, sizeof wrong);
  redis_start(&redis, NULL);
  redis_start_tls(&secure, 0);
  redis_must(&redis, "CONFIG", "SET", "requirepass", password, NULL);
  redis_must(&secure, "CONFIG", "SET", "requirepass", password, NULL);
  redis.password = secure.password = password;
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&google);
  redis_end(&secure);
  redis_end(&redis);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  redis_clean(&secure);
  run_init(&run);
  fixture_use_sheet(&run, &google);
  run_use_redis(&run, &redis);
  run.config.redis_password = password;
  run.config.redis_ca_file = tls_files()->ca;
  told_listen(&run);
  return 0;
}

static int end(void **state) {
  (void)state;
  emulator_tell(&google, "{\"op\":\"reset\"}");
  run_free(&run);
  return 0;
}

static void add_text(needles_t *needles, const char *name, const char *text) {
  if (strlen(text) >= NEEDLE_BYTES) {
    needles_add(needles, name, text, strlen(text));
  }
}

/* What the emulator saw and gave during this call. */
static void add_sent(needles_t *needles) {
  cJSON *last = cJSON_Parse(emulator_tell(&google, "{\"op\":\"secrets\"}"));
  add_text(needles, "the assertion", cJSON_GetStringValue(cJSON_GetObjectItem(last, "assertion")));
  add_text(needles, "the new token", cJSON_GetStringValue(cJSON_GetObjectItem(last, "token")));
  cJSON_Delete(last);
}

static int32_t call(void) {
  needles_t needles;
  told_forget();
  run_reconcile(&run);
  print_message("           %s: %s\n", lockrec_status_name(run.result.status), run.result.message);
  needles_init(&needles);
  needles_add_password(&needles, password);
  needles_add_password(&needles, wrong);
  needles_add_key_file(&needles, google.credentials_file);
  add_text(&needles, "the token", google.access_token);
  add_sent(&needles);
  const char *told = told_text(&run);
  const char *name = needles_in(&needles, told, strlen(told));
  if (name != NULL) {
    fail_msg("%s is told:\n%s", name, told);
  }
  needles_free(&needles);
  assert_in_time(&run);
  return run.result.status;
}

static void success_tells_nothing(void **state) {
  (void)state;
  assert_int_equal(call(), LOCKREC_OK);
  run.config.redis_url = secure.url;
  assert_int_equal(call(), LOCKREC_OK);
  run.config.credentials_file = NULL;
  run.config.credentials_json = secret_read_file(google.credentials_file);
  assert_int_equal(call(), LOCKREC_OK);
  run.config.credentials_json = NULL;
  run.config.access_token = google.access_token;
  assert_int_equal(call(), LOCKREC_OK);
  static char description[1 << 16];
  assert_true(lockrec_abi_describe(description, sizeof description) < sizeof description);
  assert_true(strstr(description, password) == NULL && strstr(description, google.access_token) == NULL);
}

static void dead_ends_tell_nothing(void **state) {
  (void)state;
  int port;
  const int holder = loopback_refusing(&port);
  run.config.deadline_ms = SHORT_MS;
  snprintf(url, sizeof url, "redis://127.0.0.1:%d/0", port);
  run.config.redis_url = url;
  assert_int_equal(call(), LOCKREC_E_REDIS_CONNECT);
  run.config.redis_url = secure.url;
  run.config.redis_ca_file = tls_files()->other_ca;
  assert_int_equal(call(), LOCKREC_E_REDIS_CONNECT);
  snprintf(url, sizeof url, "https://localhost:%d/token", port);
  run.config.token_endpoint = url;
  assert_int_equal(call(), LOCKREC_E_SHEET_UNAVAILABLE);
  close(holder);
}

static void token_that_has_expired_tells_nothing(void **state) {
  (void)state;
  run.config.credentials_file = NULL;
  run.config.access_token = google.access_token;
  emulator_tell(&google,
                "{\"op\":\"fault\",\"where\":\"any\",\"times\":0,\"kind\":\"google_error\",\"name\":"
                "\"unauthenticated\"}");
  assert_int_equal(call(), LOCKREC_E_SHEET_AUTH);
}

static void echo(const char *where, int code, const char *body) {
  emulator_tell(&google, "{\"op\":\"reset\"}");
  emulator_tell(&google,
                "{\"op\":\"fault\",\"where\":\"%s\",\"times\":0,\"kind\":\"status\",\"echo\":true,\"code\":%d,"
                "\"body\":%s}",
                where, code, body);
  assert_true(call() < 0);
}

/* Some gateways show the request that they refuse. */
static void token_endpoint_that_quotes_the_request_tells_nothing(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "{\"error\":\"invalid_grant\",\"error_description\":\"{body}\"}",
      "{\"error\":\"invalid_grant\",\"error_description\":\"it ended in {tail}\"}",
      "{\"error\":\"{tail}\",\"error_description\":\"no\"}",
      "{\"error\":{\"message\":\"{tail}\",\"status\":\"{tail}\"}}",
      "\"POST /token {body}\"",
  };
  static const int codes[] = {400, 401, 403, 500, 503};
  run.config.deadline_ms = SHORT_MS;
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i) {
    for (size_t j = 0; j < sizeof codes / sizeof *codes; ++j) {
      echo("token", codes[j], bodies[i]);
    }
  }
}

static void sheet_that_quotes_the_request_tells_nothing(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "{\"error\":{\"message\":\"{authorization}\",\"status\":\"{authorization}\"}}",
      "{\"error\":{\"message\":\"no\",\"details\":[{\"reason\":\"{authorization}\",\"metadata\":{\"quota_limit\":"
      "\"{authorization}\"}}],\"errors\":[{\"reason\":\"{authorization}\"}]}}",
      "{\"error\":{\"message\":\"limit\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"metadata\":{\"quota_limit\":"
      "\"{authorization}\"}}]}}",
      "\"Authorization: {authorization}\"",
  };
  static const int codes[] = {200, 400, 401, 403, 404, 429, 500, 503};
  run.config.deadline_ms = SHORT_MS;
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i) {
    for (size_t j = 0; j < sizeof codes / sizeof *codes; ++j) {
      echo("metadata", codes[j], bodies[i]);
    }
  }
}

static void wrong_passwords_tell_nothing(void **state) {
  (void)state;
  char encoded[256];
  secret_percent_encode(encoded, wrong);
  run.config.redis_password = wrong;
  assert_int_equal(call(), LOCKREC_E_REDIS_AUTH);
  run.config.redis_password = NULL;
  snprintf(url, sizeof url, "redis://somebody:%s@127.0.0.1:%d/0", encoded, redis.port);
  run.config.redis_url = url;
  assert_int_equal(call(), LOCKREC_E_REDIS_AUTH);
  snprintf(url, sizeof url, "rediss://:%s@localhost:%d/0", encoded, secure.tls_port);
  assert_int_equal(call(), LOCKREC_E_REDIS_AUTH);
}

/* The password is unencoded, in the wrong place, or the address is none at all. */
static void broken_addresses_tell_nothing(void **state) {
  (void)state;
  static const char *const forms[] = {
      "redis://:%s@127.0.0.1:1",
      "redis://%s@127.0.0.1:1",
      "redis://u:%s@h:99999999",
      "redis://h:%s",
      "redis://h:1/%s",
      "redis://h:1/0?%s",
      "redis://h:1/0?db=%s",
      "redis://h:1/0#%s",
      "redis:%s",
      "%s",
      "%s://h",
      "http://u:%s@h",
      "unix://u:%s@/nowhere",
      "unix:///nowhere?%s",
      "redis-sentinel://u:%s@h:1",
      "redis://[%s]:1",
      "redis://u:%s%%zz@127.0.0.1:1",
      "redis://u:%s\\@127.0.0.1:1",
      "rediss://u:%s@h:1/x",
  };
  char encoded[256];
  secret_percent_encode(encoded, password);
  run.config.redis_password = NULL;
  run.config.deadline_ms = SHORT_MS;
  for (size_t i = 0; i < 2 * sizeof forms / sizeof *forms; ++i) {
    snprintf(url, sizeof url, forms[i / 2], i % 2 == 0 ? password : encoded);
    run.config.redis_url = url;
    assert_true(call() < 0);
  }
}

static void redis_that_quotes_the_login_tells_nothing(void **state) {
  (void)state;
  static const char *const words[] = {
      "ERR unknown command", "LOADING",  "DENIED", "NOPERM", "WRONGPASS", "NOAUTH", "BUSY", "OOM", "MISCONF",
      "MOVED 1 h:1",         "READONLY", "x"};
  run.config.deadline_ms = SHORT_MS;
  for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
    char text[256];
    fault_server_t server;
    snprintf(text, sizeof text, "-%s `HELLO` `2` `AUTH` `default` `%s`\r\n", words[i], password);
    fault_start(&server, FAULT_ANSWER, text, strlen(text));
    snprintf(url, sizeof url, "redis://127.0.0.1:%d/0", server.port);
    run.config.redis_url = url;
    assert_true(call() < 0);
    fault_end(&server);
  }
}

/* As where a setting got another one's value. */
static void settings_that_are_mixed_up_tell_nothing(void **state) {
  (void)state;
  static char minified[1 << 14];
  const char *key_file = run.config.credentials_file;
  snprintf(minified, sizeof minified, "%s", secret_read_file(key_file));
  cJSON_Minify(minified);
  run.config.deadline_ms = SHORT_MS;
  run.config.credentials_file = strstr(minified, "-----BEGIN");
  assert_int_equal(call(), LOCKREC_E_CONFIG);
  run.config.credentials_file = minified;
  assert_int_equal(call(), LOCKREC_E_CONFIG);
  run.config.credentials_file = google.access_token;
  assert_int_equal(call(), LOCKREC_E_CONFIG);
  run.config.credentials_file = NULL;
  run.config.credentials_json = strstr(minified, "-----BEGIN");
  assert_int_equal(call(), LOCKREC_E_CONFIG);
  run.config.credentials_json = minified + 1;
  assert_int_equal(call(), LOCKREC_E_CONFIG);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(success_tells_nothing),
      TEST(dead_ends_tell_nothing),
      TEST(token_that_has_expired_tells_nothing),
      TEST(token_endpoint_that_quotes_the_request_tells_nothing),
      TEST(sheet_that_quotes_the_request_tells_nothing),
      TEST(wrong_passwords_tell_nothing),
      TEST(broken_addresses_tell_nothing),
      TEST(redis_that_quotes_the_login_tells_nothing),
      TEST(settings_that_are_mixed_up_tell_nothing),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
