/* Files that are no files, or not what they should be, in every setting that takes a path: named, and never waited for.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"
#include "folder.h"
#include "peak.h"
#include "secret_needles.h"
#include "tls_files.h"

enum { DEADLINE_MS = 2000, HUGE_BYTES = 100 << 20, GROWTH_KIB_MAX = 20 << 10, NOBODY = 65534 };

static emulator_t google;
static redis_server_t secure;
static run_t run;
static long growth_kib_max;

static int start_servers(void **state) {
  (void)state;
  redis_start_tls(&secure, 1);
  emulator_start(&google, "--rows", "1", "--occupied", "1", NULL);
  /* Whoever is not root reads these too. */
  chmod(temp_folder(), 0755);
  chmod(temp_path("emulator-1"), 0755);
  chmod(google.credentials_file, 0644);
  chmod(google.ca_file, 0644);
  chmod(tls_files()->client_key, 0644);
  return 0;
}

static int end_servers(void **state) {
  (void)state;
  emulator_end(&google);
  redis_end(&secure);
  return 0;
}

static void make_fifo(const char *path) { assert_int_equal(mkfifo(path, 0600), 0); }
static void make_directory(const char *path) { assert_int_equal(mkdir(path, 0700), 0); }
static void make_device(const char *path) { assert_int_equal(symlink("/dev/zero", path), 0); }

static void make_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
  close(listener);
}

static void write_to(const char *path, const char *text) {
  FILE *file = fopen(path, "we");
  fputs(text, file);
  fclose(file);
}

static void make_huge(const char *path) {
  write_to(path, "");
  assert_int_equal(truncate(path, HUGE_BYTES), 0);
}

static void make_unreadable(const char *path) {
  write_to(path, "x");
  assert_int_equal(chmod(path, 0), 0);
}

static void make_empty(const char *path) { write_to(path, ""); }
static void make_cut_pem(const char *path) { write_to(path, "-----BEGIN CERTIFICATE-----\nMIIBhTCCASugAwIBAgIUO\n"); }
static void make_loop(const char *path) { assert_int_equal(symlink(path, path), 0); }

struct kind {
  const char *name;
  void (*make)(const char *path);
};

static const struct kind kinds[] = {
    {"fifo", make_fifo}, {"folder", make_directory}, {"device", make_device},         {"socket", make_socket},
    {"huge", make_huge}, {"empty", make_empty},      {"unreadable", make_unreadable}, {"cut", make_cut_pem},
    {"loop", make_loop},
};

struct setting {
  const char *name;
  size_t offset;
  const char *ending;
  int32_t statuses[3]; /* any of these; OK (0) ends the list */
};

#define FIELD(field) #field, offsetof(lockrec_config_t, field)
static const struct setting settings[] = {
    {FIELD(credentials_file), ".json", {LOCKREC_E_CONFIG}},
    {FIELD(source_file), ".csv", {LOCKREC_E_CONFIG, LOCKREC_E_SHEET_FORMAT}},
    {FIELD(source_file), ".json", {LOCKREC_E_CONFIG, LOCKREC_E_SHEET_FORMAT}},
    {FIELD(ca_file), ".pem", {LOCKREC_E_CONFIG, LOCKREC_E_SHEET_UNAVAILABLE}},
    {FIELD(redis_ca_file), ".pem", {LOCKREC_E_CONFIG, LOCKREC_E_REDIS_CONNECT}},
    {FIELD(redis_cert_file), ".pem", {LOCKREC_E_CONFIG, LOCKREC_E_REDIS_CONNECT}},
    {FIELD(redis_key_file), ".pem", {LOCKREC_E_CONFIG, LOCKREC_E_REDIS_CONNECT}},
};

static void begin(void) {
  const tls_files_t *files = tls_files();
  run_init(&run);
  fixture_use_sheet(&run, &google);
  run.config.redis_url = secure.url;
  run.config.redis_ca_file = files->ca;
  run.config.redis_cert_file = files->client_cert;
  run.config.redis_key_file = files->client_key;
  run.config.deadline_ms = DEADLINE_MS;
}

static void set(const struct setting *setting, const char *path) {
  if (setting->offset == offsetof(lockrec_config_t, source_file)) {
    run.config.spreadsheet_id = run.config.credentials_file = run.config.sheets_endpoint = NULL;
    run.config.token_endpoint = run.config.ca_file = NULL;
    run.config.time_zone = "America/Santiago";
  }
  memcpy((char *)&run.config + setting->offset, &path, sizeof path);
}

/* kind: what the message must hold, such as the file's name. */
static void expect_refusal(const struct setting *setting, const char *path, const char *kind) {
  begin();
  set(setting, path);
  peak_forget();
  run_reconcile(&run);
  const long growth_kib = peak_growth_kib();
  growth_kib_max = growth_kib > growth_kib_max ? growth_kib : growth_kib_max;
  int is_expected = 0;
  for (int i = 0; i < 3 && setting->statuses[i] != 0; ++i) {
    is_expected |= run.result.status == setting->statuses[i];
  }
  if (!is_expected || growth_kib > GROWTH_KIB_MAX || run.wall_ms > DEADLINE_MS / 2 ||
      strstr(run.result.message, kind) == NULL) {
    fail_msg("%s = a %s: %s after %lld ms, %ld KiB: %s", setting->name, kind, lockrec_status_name(run.result.status),
             (long long)run.wall_ms, growth_kib, run.result.message);
  }
  run_free(&run);
}

static void files_that_are_none_are_named_at_once(void **state) {
  (void)state;
  int count = 0;
  for (size_t i = 0; i < sizeof settings / sizeof *settings; ++i) {
    for (size_t j = 0; j < sizeof kinds / sizeof *kinds; ++j) {
      char name[64];
      char path[160];
      snprintf(name, sizeof name, "%s%zu%s", kinds[j].name, i, settings[i].ending);
      snprintf(path, sizeof path, "%s", temp_path(name));
      kinds[j].make(path);
      /* Root may read everything: whoever is not, is tried for these. */
      const int is_dropped = kinds[j].make == make_unreadable && geteuid() == 0;
      assert_true(!is_dropped || seteuid(NOBODY) == 0);
      expect_refusal(&settings[i], path, kinds[j].name);
      assert_true(!is_dropped || seteuid(0) == 0);
      ++count;
    }
  }
  print_message("measured: %d hostile files, at most %ld KiB more in use\n", count, growth_kib_max);
}

static void keys_of_another_kind_are_named(void **state) {
  (void)state;
  static const char start[] =
      "{\"type\":\"service_account\",\"private_key_id\":\"k\",\"client_email\":\"a@b.c\","
      "\"token_uri\":\"https://localhost/\",\"private_key\":\"";
  char text[8192];
  char *key = secret_read_file(tls_files()->client_key); /* of an elliptic curve */
  size_t size = (size_t)snprintf(text, sizeof text, "%s", start);
  for (; *key != '\0'; ++key) {
    size += (size_t)snprintf(text + size, sizeof text - size, *key == '\n' ? "\\n" : "%c", *key);
  }
  size += (size_t)snprintf(text + size, sizeof text - size, "\"}");
  expect_refusal(&settings[0], temp_file("curve.json", text, size), "is no readable RSA key");
  expect_refusal(&settings[0], tls_files()->client_key, "is not JSON");
  /* A certificate where its key belongs, and the other way round. */
  expect_refusal(&settings[5], tls_files()->client_key, "");
  expect_refusal(&settings[6], tls_files()->client_cert, "");
  expect_refusal(&settings[6], tls_files()->other_key, "");
  expect_refusal(&settings[4], tls_files()->client_key, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_that_are_none_are_named_at_once),
      cmocka_unit_test(keys_of_another_kind_are_named),
  };
  return cmocka_run_group_tests(tests, start_servers, end_servers);
}
