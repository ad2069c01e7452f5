// Waits double up to the longest, each with its jitter on top.
#include "net/backoff.hpp"

#include "../unit.hpp"

using lockrec::net::Backoff;

namespace {

void waits_double_up_to_the_longest(void**) {
  Backoff backoff({20, 500, 0});
  for (const std::int64_t wanted_ms : {20, 40, 80, 160, 320, 500, 500}) {
    check_number(backoff.next_ms(), wanted_ms, "wait");
  }
  backoff.reset();
  check_number(backoff.next_ms(), 20, "after reset");
}

void jitter_is_added_within_its_limit(void**) {
  bool differs = false;
  std::int64_t before_ms = -1;
  for (int i = 0; i < 200; ++i) {
    Backoff backoff(lockrec::net::google_backoff);
    const std::int64_t wait_ms = backoff.next_ms();
    assert_in_range(wait_ms, 500, 1000);
    differs = differs || (before_ms >= 0 && wait_ms != before_ms);
    before_ms = wait_ms;
  }
  assert_true(differs);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(waits_double_up_to_the_longest),
      cmocka_unit_test(jitter_is_added_within_its_limit),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
