// What a lock's key holds, and who it says holds it.
#include "domain/lock_value.hpp"

#include "../unit.hpp"

using lockrec::append_lock_value;
using lockrec::owner_of_lock_value;
using lockrec::Uuid;

namespace {

constexpr Uuid known = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0x4C, 0xDE, 0x8F, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD};

void lock_value_has_owner_uuid_and_date(void**) {
  std::string value;
  append_lock_value(value, 93, known, cctz::civil_second(2026, 1, 21, 14, 30, 0));
  check_text(value, "93:01234567-89ab-4cde-8f01-23456789abcd:21-01-2026 14:30:00", "value");
}

void lock_value_pads_every_part_of_the_date(void**) {
  std::string value;
  append_lock_value(value, 999999999999999999U, Uuid{}, cctz::civil_second(1970, 2, 3, 4, 5, 6));
  check_text(value, "999999999999999999:00000000-0000-0000-0000-000000000000:03-02-1970 04:05:06", "value");
}

void lock_value_is_appended_to_what_is_there(void**) {
  std::string value = "SET ";
  append_lock_value(value, 1, Uuid{}, cctz::civil_second(2200, 12, 31, 23, 59, 59));
  check_text(value, "SET 1:00000000-0000-0000-0000-000000000000:31-12-2200 23:59:59", "value");
}

void lock_value_year_beyond_four_digits_is_written_whole(void**) {
  std::string value;
  append_lock_value(value, 1, Uuid{}, cctz::civil_second(292277026, 1, 1));
  check(value.ends_with(":01-01-292277026 00:00:00"), value);
}

void lock_value_owner_stands_before_the_first_colon(void**) {
  struct {
    std::string_view value;
    std::int64_t owner;  // -1: none
  } const cases[] = {
      {"93:uuid:21-01-2026 14:30:00", 93},
      {"93:uuid", 93},
      {"93:", 93},
      {"0093:uuid", 93},
      {"000000000000000000000000093:uuid", 93},
      {"999999999999999999:u", 999999999999999999},
      {"93", -1},
      {"", -1},
      {":93", -1},
      {"MR(93):uuid", -1},
      {"93 :uuid", -1},
      {" 93:uuid", -1},
      {"-93:uuid", -1},
      {"+93:uuid", -1},
      {"9x:uuid", -1},
      {"99999999999999999999999:uuid", -1},
      {"\xD9\xA9:uuid", -1},
  };
  for (const auto& one : cases) {
    const auto owner = owner_of_lock_value(one.value);
    check_number(owner ? static_cast<std::int64_t>(*owner) : -1, one.owner, one.value);
  }
}

void lock_value_that_was_written_is_read_back(void**) {
  std::string value;
  append_lock_value(value, 93, known, cctz::civil_second(2026, 1, 21));
  check(owner_of_lock_value(value) == 93U, value);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(lock_value_has_owner_uuid_and_date),
      cmocka_unit_test(lock_value_pads_every_part_of_the_date),
      cmocka_unit_test(lock_value_is_appended_to_what_is_there),
      cmocka_unit_test(lock_value_year_beyond_four_digits_is_written_whole),
      cmocka_unit_test(lock_value_owner_stands_before_the_first_colon),
      cmocka_unit_test(lock_value_that_was_written_is_read_back),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
