// Version 4 UUIDs that don't repeat, and numbers that stay below their limit.
#include "base/random.hpp"

#include <set>

#include "../unit.hpp"

using lockrec::random_below;
using lockrec::UuidSource;

namespace {

void uuid_is_version_4(void**) {
  UuidSource source;
  for (int i = 0; i < 1000; ++i) {
    const auto uuid = source.next();
    check_number(uuid[6] >> 4, 4, "version");
    check_number(uuid[8] >> 6, 2, "variant");
  }
}

void uuid_never_repeats_across_blocks_and_sources(void**) {
  std::set<lockrec::Uuid> seen;
  UuidSource first;
  UuidSource second;
  for (int i = 0; i < 2000; ++i) {
    seen.insert(first.next());
    seen.insert(second.next());
  }
  check_number(static_cast<int>(seen.size()), 4000, "different ones");
}

void uuid_uses_every_other_bit(void**) {
  UuidSource source;
  lockrec::Uuid ones{};
  lockrec::Uuid zeros{};
  for (int i = 0; i < 300; ++i) {
    const auto uuid = source.next();
    for (std::size_t at = 0; at < uuid.size(); ++at) {
      ones[at] = static_cast<unsigned char>(ones[at] | uuid[at]);
      zeros[at] = static_cast<unsigned char>(zeros[at] | static_cast<unsigned char>(~uuid[at]));
    }
  }
  for (std::size_t at = 0; at < ones.size(); ++at) {
    check_number(ones[at], at == 6 ? 0x4F : at == 8 ? 0xBF : 0xFF, "bits seen set");
    check_number(zeros[at], at == 6 ? 0xBF : at == 8 ? 0x7F : 0xFF, "bits seen clear");
  }
}

void random_below_stays_below_and_reaches_every_number(void**) {
  check_number(static_cast<std::int64_t>(random_below(1)), 0, "one choice");
  int counts[3] = {};
  for (int i = 0; i < 3000; ++i) ++counts[random_below(3)];
  for (const auto count : counts) check(count > 800 && count < 1200, std::to_string(count));
  for (int i = 0; i < 100; ++i) check(random_below(UINT64_MAX) < UINT64_MAX, "the highest limit");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(uuid_is_version_4),
      cmocka_unit_test(uuid_never_repeats_across_blocks_and_sources),
      cmocka_unit_test(uuid_uses_every_other_bit),
      cmocka_unit_test(random_below_stays_below_and_reaches_every_number),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
