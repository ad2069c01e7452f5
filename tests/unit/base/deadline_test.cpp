// Time that is left, rounded so that it never reads as "for ever", and cancels that are seen.
#include "base/deadline.hpp"

#include <limits>
#include <thread>

#include "../unit.hpp"
#include "base/error.hpp"

using lockrec::Deadline;

namespace {

constexpr auto longest = std::numeric_limits<std::int64_t>::max();

std::int32_t status_of_check(const Deadline& deadline) {
  try {
    deadline.check();
  } catch (const lockrec::Error& error) {
    return error.status();
  }
  return LOCKREC_OK;
}

void deadline_that_is_running_has_time_left(void**) {
  const Deadline deadline(60000);
  check(!deadline.expired() && !deadline.cancelled(), "running");
  check(deadline.remaining_ms() > 59000 && deadline.remaining_ms() <= 60000, "remaining");
  check_number(status_of_check(deadline), LOCKREC_OK, "check");
}

void deadline_that_passed_has_none(void**) {
  for (const std::int64_t budget : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    const Deadline deadline(budget);
    check(deadline.expired(), "expired");
    check_number(deadline.remaining_ms(), 0, "remaining");
    check_number(deadline.slice_ms(), 1, "a slice is never 0");
    check_number(status_of_check(deadline), LOCKREC_E_DEADLINE, "check");
  }
}

void deadline_remaining_is_0_only_once_it_passed(void**) {
  for (int i = 0; i < 1000; ++i) {
    const Deadline deadline(1);  // less than a millisecond is left from the start
    if (deadline.remaining_ms() == 0) check(deadline.expired() && deadline.elapsed_ms() >= 1, "expired");
  }
}

void deadline_saturates(void**) {
  const Deadline deadline(longest);
  check(!deadline.expired() && deadline.remaining_ms() > 86400000, "far away");
}

void deadline_sooner_is_never_later(void**) {
  const Deadline deadline(1000);
  check(deadline.sooner(longest).remaining_ms() <= 1000, "not later");
  check(deadline.sooner(100).remaining_ms() <= 100, "sooner");
  check(deadline.sooner(0).expired(), "at once");
  check(deadline.remaining_ms() > 100, "the first one stays");
}

void deadline_slices_are_short_enough_to_see_a_cancel(void**) {
  const std::int32_t flag = 0;
  check_number(Deadline(60000).slice_ms(), 50, "no cancel flag");
  check_number(Deadline(60000, &flag).slice_ms(), 10, "a cancel flag");
  check(Deadline(5).slice_ms() <= 5, "the end is near");
}

void deadline_that_is_cancelled_says_so_first(void**) {
  std::int32_t flag = 0;
  const Deadline deadline(0, &flag);
  const auto sooner = deadline.sooner(0);
  std::thread([&flag] { __atomic_store_n(&flag, 7, __ATOMIC_RELEASE); }).join();
  check(deadline.cancelled() && sooner.cancelled(), "cancelled");
  check_number(status_of_check(deadline), LOCKREC_E_CANCELLED, "check");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(deadline_that_is_running_has_time_left),
      cmocka_unit_test(deadline_that_passed_has_none),
      cmocka_unit_test(deadline_remaining_is_0_only_once_it_passed),
      cmocka_unit_test(deadline_saturates),
      cmocka_unit_test(deadline_sooner_is_never_later),
      cmocka_unit_test(deadline_slices_are_short_enough_to_see_a_cancel),
      cmocka_unit_test(deadline_that_is_cancelled_says_so_first),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
