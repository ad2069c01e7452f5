// Every number of the contract has its word, its own, and nothing else has one.
#include "base/status.hpp"

#include <set>

#include "../unit.hpp"
#include "lockrec/lockrec.h"

using namespace lockrec;

namespace {

using NameOf = const char* (*)(std::int32_t);

void check_names(NameOf name_of, int first, int last, std::string_view unknown) {
  std::set<std::string> names;
  for (int number = first; number <= last; ++number) {
    check(name_of(number) != unknown, std::to_string(number));
    names.insert(name_of(number));
  }
  check_number(static_cast<int>(names.size()), last - first + 1, "different names");
  for (const int number : {first - 1, last + 1, INT32_MIN, INT32_MAX})
    check_text(name_of(number), unknown, std::to_string(number));
}

void status_name_is_the_constants_name(void**) {
  check_names(status_name, LOCKREC_E_INTERNAL, LOCKREC_SKIPPED, "LOCKREC_UNKNOWN");
#define CHECK_NAME(constant) check_text(status_name(constant), #constant, #constant)
  CHECK_NAME(LOCKREC_OK);
  CHECK_NAME(LOCKREC_PARTIAL);
  CHECK_NAME(LOCKREC_SKIPPED);
  CHECK_NAME(LOCKREC_E_ARGUMENT);
  CHECK_NAME(LOCKREC_E_CONFIG);
  CHECK_NAME(LOCKREC_E_CONFIG_TOO_NEW);
  CHECK_NAME(LOCKREC_E_DEADLINE);
  CHECK_NAME(LOCKREC_E_CANCELLED);
  CHECK_NAME(LOCKREC_E_SHEET_AUTH);
  CHECK_NAME(LOCKREC_E_SHEET_PERMISSION);
  CHECK_NAME(LOCKREC_E_SHEET_NOT_FOUND);
  CHECK_NAME(LOCKREC_E_SHEET_QUOTA);
  CHECK_NAME(LOCKREC_E_SHEET_UNAVAILABLE);
  CHECK_NAME(LOCKREC_E_SHEET_FORMAT);
  CHECK_NAME(LOCKREC_E_REDIS_CONNECT);
  CHECK_NAME(LOCKREC_E_REDIS_AUTH);
  CHECK_NAME(LOCKREC_E_REDIS_REFUSED);
  CHECK_NAME(LOCKREC_E_REDIS_PROTOCOL);
  CHECK_NAME(LOCKREC_E_NO_MEMORY);
  CHECK_NAME(LOCKREC_E_INTERNAL);
#undef CHECK_NAME
}

void status_that_passes_by_itself_is_retryable(void**) {
  const std::set<std::int32_t> retryable = {
      LOCKREC_PARTIAL,         LOCKREC_E_DEADLINE,      LOCKREC_E_SHEET_QUOTA, LOCKREC_E_SHEET_UNAVAILABLE,
      LOCKREC_E_REDIS_CONNECT, LOCKREC_E_REDIS_REFUSED, LOCKREC_E_NO_MEMORY};
  for (int status = -100; status <= 100; ++status) {
    check(status_is_retryable(status) == retryable.contains(status), status_name(status));
  }
}

void phase_outcome_and_reason_have_their_words(void**) {
  check_names(phase_name, LOCKREC_PHASE_CONFIG, LOCKREC_PHASE_COMMIT, "unknown");
  check_names(outcome_name, LOCKREC_ROW_FREE, LOCKREC_ROW_UNPROCESSED, "unknown");
  check_names(reason_name, LOCKREC_REASON_NONE, LOCKREC_REASON_NOT_REPLICATED, "unknown");
  check_text(phase_name(LOCKREC_PHASE_CONFIRM), "confirm", "phase");
  check_text(outcome_name(LOCKREC_ROW_FREE), "rows_free", "a count's field");
  check_text(outcome_name(LOCKREC_ROW_SKIPPED_STALE), "skipped_stale", "a count's field");
  check_text(reason_name(LOCKREC_REASON_NO_LONGER_OCCUPIED), "no_longer_occupied", "reason");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(status_name_is_the_constants_name),
      cmocka_unit_test(status_that_passes_by_itself_is_retryable),
      cmocka_unit_test(phase_outcome_and_reason_have_their_words),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
