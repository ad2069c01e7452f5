/* The pure helpers: names, what may be tried again, versions, and the layout's text as snprintf would give it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lockrec/lockrec.h>
#include <stdlib.h>
#include <string.h>

#define STATUS(name, retryable) \
  { name, #name, retryable }

static const struct {
  int32_t status;
  const char *name;
  int32_t retryable;
} statuses[] = {
    STATUS(LOCKREC_OK, 0),
    STATUS(LOCKREC_PARTIAL, 1),
    STATUS(LOCKREC_SKIPPED, 0),
    STATUS(LOCKREC_E_ARGUMENT, 0),
    STATUS(LOCKREC_E_CONFIG, 0),
    STATUS(LOCKREC_E_CONFIG_TOO_NEW, 0),
    STATUS(LOCKREC_E_DEADLINE, 1),
    STATUS(LOCKREC_E_CANCELLED, 0),
    STATUS(LOCKREC_E_SHEET_AUTH, 0),
    STATUS(LOCKREC_E_SHEET_PERMISSION, 0),
    STATUS(LOCKREC_E_SHEET_NOT_FOUND, 0),
    STATUS(LOCKREC_E_SHEET_QUOTA, 1),
    STATUS(LOCKREC_E_SHEET_UNAVAILABLE, 1),
    STATUS(LOCKREC_E_SHEET_FORMAT, 0),
    STATUS(LOCKREC_E_REDIS_CONNECT, 1),
    STATUS(LOCKREC_E_REDIS_AUTH, 0),
    STATUS(LOCKREC_E_REDIS_REFUSED, 1),
    STATUS(LOCKREC_E_REDIS_PROTOCOL, 0),
    STATUS(LOCKREC_E_NO_MEMORY, 1),
    STATUS(LOCKREC_E_INTERNAL, 0),
};
enum { STATUS_COUNT = sizeof statuses / sizeof *statuses };

static void status_name_is_the_constants(void **state) {
  (void)state;
  for (size_t i = 0; i < STATUS_COUNT; i++) {
    assert_string_equal(lockrec_status_name(statuses[i].status), statuses[i].name);
  }
}

static void status_name_of_another_number_is_unknown(void **state) {
  (void)state;
  const int32_t others[] = {3, -18, 1000, INT32_MAX, INT32_MIN};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_string_equal(lockrec_status_name(others[i]), "LOCKREC_UNKNOWN");
    assert_int_equal(lockrec_status_is_retryable(others[i]), 0);
  }
}

static void retryable_is_what_may_pass_by_itself(void **state) {
  (void)state;
  for (size_t i = 0; i < STATUS_COUNT; i++) {
    if (lockrec_status_is_retryable(statuses[i].status) != statuses[i].retryable) {
      fail_msg("%s: retryable is %d", statuses[i].name, lockrec_status_is_retryable(statuses[i].status));
    }
  }
}

static void version_is_the_headers(void **state) {
  (void)state;
  assert_string_equal(lockrec_version(), LOCKREC_VERSION);
  assert_int_equal(lockrec_abi_version(), LOCKREC_ABI_VERSION);
}

static void describe_without_room_gives_the_length(void **state) {
  (void)state;
  const uint64_t length = lockrec_abi_describe(NULL, 0);
  assert_true(length > 1000);
  char untouched = 'x';
  assert_int_equal(lockrec_abi_describe(&untouched, 0), length);
  assert_int_equal(untouched, 'x');
}

static void describe_is_cut_and_ended_like_snprintf(void **state) {
  (void)state;
  const uint64_t length = lockrec_abi_describe(NULL, 0);
  char *whole = malloc(length + 1);
  char *cut = malloc(length + 2);
  assert_non_null(whole);
  assert_non_null(cut);
  assert_int_equal(lockrec_abi_describe(whole, length + 1), length);
  assert_int_equal(strlen(whole), length);
  const uint64_t capacities[] = {1, 2, 100, length, length + 1, length + 2};
  for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
    memset(cut, '#', length + 2);
    const uint64_t room = capacities[i];
    const uint64_t kept = room <= length ? room - 1 : length;
    assert_int_equal(lockrec_abi_describe(cut, room), length);
    assert_memory_equal(cut, whole, kept);
    assert_int_equal(cut[kept], '\0');
    for (uint64_t at = kept + 1; at < length + 2; at++) assert_int_equal(cut[at], '#');
  }
  free(cut);
  free(whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(status_name_is_the_constants),
      cmocka_unit_test(status_name_of_another_number_is_unknown),
      cmocka_unit_test(retryable_is_what_may_pass_by_itself),
      cmocka_unit_test(version_is_the_headers),
      cmocka_unit_test(describe_without_room_gives_the_length),
      cmocka_unit_test(describe_is_cut_and_ended_like_snprintf),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
