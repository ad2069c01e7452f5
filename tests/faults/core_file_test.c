/* What a core file of the host would tell after a call, once the host's own strings are gone: nothing of the private
 * key and nothing of a Redis password, however the call ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "call_child.h"
#include "fault_server.h"
#include "fixture.h"
#include "folder.h"
#include "loopback.h"
#include "memory_search.h"
#include "secret_needles.h"
#include "tls_files.h"

static emulator_t google;
static redis_server_t redis;
static redis_server_t secure;
static run_t run; /* only its config is used */
static needles_t needles;
static char password[64]; /* the right one, of both servers */
static char url[320];

static int start_servers(void **state) {
  (void)state;
  secret_make(password, 44);
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
  redis_end(&secure);
  redis_end(&redis);
  emulator_end(&google);
  return 0;
}

static int begin(void **state) {
  (void)state;
  redis_clean(&redis);
  redis_clean(&secure);
  needles_init(&needles);
  run_init(&run);
  run.config.deadline_ms = 20000;
  fixture_use_sheet(&run, &google);
  run_use_redis(&run, &redis);
  run.config.redis_password = password;
  run.config.redis_ca_file = tls_files()->ca;
  needles_add_password(&needles, password);
  needles_add_key_file(&needles, google.credentials_file);
  return 0;
}

static int end(void **state) {
  (void)state;
  emulator_tell(&google, "{\"op\":\"reset\"}");
  needles_free(&needles);
  run_free(&run);
  return 0;
}

static size_t found(const memory_finds_t *finds, const char *name) {
  for (int i = 0; i < needles.name_count; ++i) {
    if (strcmp(needles.names[i], name) == 0) {
      return finds->windows[i];
    }
  }
  return 0;
}

static void expect_nothing(pid_t pid) {
  const memory_finds_t finds = memory_search(pid, &needles, 1);
  size_t all = 0;
  for (int i = 0; i < needles.name_count; ++i) {
    all += finds.windows[i];
  }
  assert_true(finds.bytes_searched > 1 << 20);
  assert_int_equal(all, 0);
}

static void skip_where_memory_is_kept(void) {
#ifdef LOCKREC_TEST_IS_SLOW
  skip(); /* a sanitizer keeps what is freed, in maps of terabytes */
#endif
}

/* Makes the call in a child and looks into its memory, with the host's own strings and without. */
static void call(const char *key_path, const char *cancel_at, int32_t status) {
  call_child_t child;
  skip_where_memory_is_kept();
  call_child_start(&child, &run.config, key_path, cancel_at);
  print_message("           %s: %s\n", lockrec_status_name(child.result.status), child.result.message);
  assert_int_equal(child.result.status, status);
  const memory_finds_t with_own = memory_search(child.process.pid, &needles, 0);
  const int is_encoded = run.config.redis_password == NULL;
  assert_true(found(&with_own, is_encoded ? "the password, percent-encoded" : "the password") > 0);
  assert_true(key_path == NULL || found(&with_own, "the key's base64") > 0);
  call_child_clear(&child);
  expect_nothing(child.process.pid);
  call_child_end(&child);
}

static void use_url(const char *scheme, const char *secret, int port) {
  char encoded[256];
  secret_percent_encode(encoded, secret);
  snprintf(url, sizeof url, "%s://:%s@localhost:%d/0", scheme, encoded, port);
  run.config.redis_url = url;
  run.config.redis_password = NULL;
}

static void search_finds_a_key_that_is_held(void **state) {
  (void)state;
  process_t holder;
  char word;
  skip_where_memory_is_kept();
  process_start_with_pipes(&holder, (const char *const[]){"/proc/self/exe", "--hold", google.credentials_file, NULL});
  assert_int_equal(read(holder.out, &word, 1), 1);
  const memory_finds_t finds = memory_search(holder.pid, &needles, 0);
  for (int i = 0; i < needles.name_count; ++i) {
    const int is_password = strncmp(needles.names[i], "the password", 12) == 0;
    if ((finds.windows[i] > 0) == is_password) {
      fail_msg("%s: %zu windows", needles.names[i], finds.windows[i]);
    }
  }
  process_kill(&holder);
}

static void core_after_success_tells_nothing(void **state) {
  (void)state;
  call(NULL, NULL, LOCKREC_OK);
}

static void core_after_success_with_key_as_text_tells_nothing(void **state) {
  (void)state;
  char path[256];
  snprintf(path, sizeof path, "%s", run.config.credentials_file);
  run.config.credentials_file = NULL;
  call(path, NULL, LOCKREC_OK);
}

static void core_after_success_over_tls_tells_nothing(void **state) {
  (void)state;
  run.config.redis_url = secure.url;
  call(NULL, NULL, LOCKREC_OK);
}

static void core_after_success_with_passwords_in_urls_tells_nothing(void **state) {
  (void)state;
  use_url("redis", password, redis.port);
  call(NULL, NULL, LOCKREC_OK);
  redis_clean(&secure);
  use_url("rediss", password, secure.tls_port);
  call(NULL, NULL, LOCKREC_OK);
}

/* HELLO is unknown, and the server quotes it back, password included. */
static void core_after_success_without_hello_tells_nothing(void **state) {
  (void)state;
  const tls_files_t *files = tls_files();
  redis_server_t old;
  char port[16];
  snprintf(port, sizeof port, "%d", loopback_free_port());
  redis_start(&old, "--rename-command", "HELLO", "", "--requirepass", password, "--tls-port", port, "--tls-cert-file",
              files->server_cert, "--tls-key-file", files->server_key, "--tls-ca-cert-file", files->ca,
              "--tls-auth-clients", "no", NULL);
  old.password = password;
  run.config.redis_url = old.url;
  call(NULL, NULL, LOCKREC_OK);
  redis_clean(&old);
  snprintf(url, sizeof url, "rediss://localhost:%s/0", port);
  run.config.redis_url = url;
  call(NULL, NULL, LOCKREC_OK);
  redis_end(&old);
}

static void core_after_wrong_passwords_tells_nothing(void **state) {
  (void)state;
  char wrong[50];
  secret_make(wrong, sizeof wrong);
  needles_add_password(&needles, wrong);
  run.config.redis_password = wrong;
  call(NULL, NULL, LOCKREC_E_REDIS_AUTH);
  run.config.redis_url = secure.url;
  call(NULL, NULL, LOCKREC_E_REDIS_AUTH);
  use_url("redis", wrong, redis.port);
  call(NULL, NULL, LOCKREC_E_REDIS_AUTH);
}

static void core_after_a_dead_token_endpoint_tells_nothing(void **state) {
  (void)state;
  int port;
  const int holder = loopback_refusing(&port);
  run.config.deadline_ms = 700;
  snprintf(url, sizeof url, "https://localhost:%d/token", port);
  run.config.token_endpoint = url;
  call(NULL, NULL, LOCKREC_E_SHEET_UNAVAILABLE);
  close(holder);
}

static void core_after_refused_and_silent_tokens_tells_nothing(void **state) {
  (void)state;
  run.config.deadline_ms = 700;
  emulator_tell(&google,
                "{\"op\":\"fault\",\"where\":\"token\",\"times\":0,\"kind\":\"status\",\"code\":400,"
                "\"body\":{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}}");
  call(NULL, NULL, LOCKREC_E_SHEET_AUTH);
  emulator_tell(&google, "{\"op\":\"reset\"}");
  emulator_tell(&google, "{\"op\":\"fault\",\"where\":\"token\",\"times\":0,\"kind\":\"stall\"}");
  call(NULL, NULL, LOCKREC_E_DEADLINE);
}

static void core_after_a_silent_redis_tells_nothing(void **state) {
  (void)state;
  fault_server_t server;
  run.config.deadline_ms = 700;
  fault_start(&server, FAULT_STALL, NULL, 0);
  snprintf(url, sizeof url, "redis://127.0.0.1:%d/0", server.port);
  run.config.redis_url = url;
  call(NULL, NULL, LOCKREC_E_DEADLINE);
  fault_end(&server);
  /* Behind TLS too: the handshake is through, the login is sent and gets no answer. */
  redis_must(&secure, "CLIENT", "PAUSE", "1500", "ALL", NULL);
  run.config.redis_url = secure.url;
  call(NULL, NULL, LOCKREC_E_DEADLINE);
  sleep_ms(1500);
}

/* Servers are known that quote a refused command. */
static void core_after_a_redis_that_quotes_the_login_tells_nothing(void **state) {
  (void)state;
  static char text[256];
  fault_server_t server;
  snprintf(text, sizeof text,
           "-ERR unknown command `HELLO`, with args beginning with: `2`, `AUTH`, `default`, `%s`\r\n", password);
  fault_start(&server, FAULT_ANSWER, text, strlen(text));
  snprintf(url, sizeof url, "redis://127.0.0.1:%d/0", server.port);
  run.config.redis_url = url;
  run.config.deadline_ms = 700;
  call(NULL, NULL, LOCKREC_E_REDIS_AUTH);
  fault_end(&server);
}

static void core_after_a_cancel_tells_nothing(void **state) {
  (void)state;
  static const char *const moments[] = {"credentials:", "token: accepted", "redis: connected", "sheet:", "rows:"};
  for (size_t i = 0; i < sizeof moments / sizeof *moments; ++i) {
    redis_clean(&redis);
    print_message("           at the line of %s\n", moments[i]);
    call(NULL, moments[i], LOCKREC_E_CANCELLED);
  }
}

/* One character of the key is changed: OpenSSL gets as far as it can with it. */
static void core_after_a_broken_key_tells_nothing(void **state) {
  (void)state;
  static const int from_the_ends[] = {40, 400, 900, 1500};
  for (size_t i = 0; i < sizeof from_the_ends / sizeof *from_the_ends; ++i) {
    char *text = secret_read_file(google.credentials_file);
    char *end_line = strstr(text, "-----END");
    end_line[-from_the_ends[i]] = end_line[-from_the_ends[i]] == '*' ? 'A' : '*';
    run.config.credentials_file = temp_file("broken.json", text, strlen(text));
    call(NULL, NULL, LOCKREC_E_CONFIG);
  }
}

int main(int argc, char **argv) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(search_finds_a_key_that_is_held),
      TEST(core_after_success_tells_nothing),
      TEST(core_after_success_with_key_as_text_tells_nothing),
      TEST(core_after_success_over_tls_tells_nothing),
      TEST(core_after_success_with_passwords_in_urls_tells_nothing),
      TEST(core_after_success_without_hello_tells_nothing),
      TEST(core_after_wrong_passwords_tells_nothing),
      TEST(core_after_a_dead_token_endpoint_tells_nothing),
      TEST(core_after_refused_and_silent_tokens_tells_nothing),
      TEST(core_after_a_silent_redis_tells_nothing),
      TEST(core_after_a_redis_that_quotes_the_login_tells_nothing),
      TEST(core_after_a_cancel_tells_nothing),
      TEST(core_after_a_broken_key_tells_nothing),
  };
  if (argc > 1) {
    return strcmp(argv[1], "--call") == 0 ? call_child_main() : secret_hold_main(argv[2]);
  }
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
