// Trimming, case, UTF-8 and what may stand in a line of a log.
#include "base/text.hpp"

#include "../unit.hpp"

using namespace lockrec;

namespace {

void trim_takes_ascii_space_and_nbsp_off_both_ends(void**) {
  struct {
    std::string_view text, wanted;
  } const cases[] = {
      {"", ""},
      {" ", ""},
      {" \t\n\v\f\r", ""},
      {"a", "a"},
      {"  a b  ", "a b"},
      {"\xC2\xA0 a \xC2\xA0", "a"},
      {"\xC2\xA0\xC2\xA0", ""},
      {"a\xC2\xA0"
       "b",
       "a\xC2\xA0"
       "b"},
      {"\xE2\x80\x89"
       "a",
       "\xE2\x80\x89"
       "a"},
      {"\xC3\xA0 ", "\xC3\xA0"},
      {"\xA0", "\xA0"},
      {"\x1F"
       "a",
       "\x1F"
       "a"},
  };
  for (const auto& one : cases) check_text(trim(one.text), one.wanted, one.text);
}

void equal_ignoring_case_folds_ascii_only(void**) {
  check(equal_ignoring_ascii_case("", ""), "empty");
  check(equal_ignoring_ascii_case("DISPONIBLE", "disPoniblE"), "letters");
  check(equal_ignoring_ascii_case("ñ-1", "ñ-1"), "the same bytes");
  check(!equal_ignoring_ascii_case("Ñ", "ñ"), "beyond ASCII");
  check(!equal_ignoring_ascii_case("a", "ab") && !equal_ignoring_ascii_case("ab", "a"), "lengths");
  check(!equal_ignoring_ascii_case("@[`{", "`{@["), "neighbours of letters");
}

void utf8_that_is_well_formed_is_valid(void**) {
  for (const auto* text : {"", "a", "Ñ", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "12345678Ñ12345678", "1234567Ñ"}) {
    check(is_valid_utf8(text), text);
  }
  check(is_valid_utf8(std::string_view("a\0b", 3)), "a NUL is a character");
}

void utf8_that_is_ill_formed_is_invalid(void**) {
  for (const auto* text : {"\x80",
                           "\xBF",
                           "\xC0\x80",
                           "\xC1\xBF",
                           "\xC2",
                           "\xC2\x41",
                           "\xC2\xC2",
                           "\xE0\x80\x80",
                           "\xE0\x9F\xBF",
                           "\xE1\x80",
                           "\xE1\x80\x41",
                           "\xED\xA0\x80",
                           "\xED\xBF\xBF",
                           "\xF0\x80\x80\x80",
                           "\xF0\x8F\xBF\xBF",
                           "\xF1\x80\x80",
                           "\xF4\x90\x80\x80",
                           "\xF5\x80\x80\x80",
                           "\xFE",
                           "\xFF",
                           "12345678\xFF",
                           "1234567\xFF"}) {
    check(!is_valid_utf8(text), text);
  }
}

// Encoded by the definition, whether or not it may be.
std::string encode(std::uint32_t point) {
  const auto tail = [point](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0 | (point >> 6)), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0 | (point >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (point >> 18)), tail(12), tail(6), tail(0)};
}

void utf8_of_every_code_point_but_surrogates_is_valid(void**) {
  for (std::uint32_t point = 0; point < 0x120000; ++point) {
    const bool is_scalar = point < 0xD800 || (point > 0xDFFF && point < 0x110000);
    if (is_valid_utf8(encode(point)) != is_scalar) check_number(point, -1, "code point");
  }
}

void control_characters_are_c0_del_and_c1(void**) {
  for (int byte = 0; byte < 0x80; ++byte) {
    const std::string text = {'a', static_cast<char>(byte)};
    check(has_control_character(text) == (byte < 0x20 || byte == 0x7F), std::to_string(byte));
  }
  check(has_control_character("a\xC2\x80") && has_control_character("\xC2\x9F"), "C1");
  check(!has_control_character("\xC2\xA0") && !has_control_character("\xC3\x80") && !has_control_character("\xC2"),
        "no C1");
}

void printable_keeps_what_can_be_shown(void**) {
  check_text(printable("MK-1 Ñ 李 \xF0\x9F\x94\x92"), "MK-1 Ñ 李 \xF0\x9F\x94\x92", "text");
}

void printable_makes_one_line_of_it(void**) {
  check_text(printable("a\r\nb\tc\x7F"
                       "d\xC2\x85"
                       "e\xE2\x80\xA8"
                       "f"),
             "a  b c d e f", "controls");
  check_text(printable(std::string_view("a\0b", 3)), "a b", "NUL");
}

void printable_replaces_what_is_not_utf8(void**) {
  check_text(printable("a\xFF"
                       "b\xC3"),
             "a\xEF\xBF\xBD"
             "b\xEF\xBF\xBD",
             "broken");
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      const auto made = printable(text);
      check(is_valid_utf8(made) && !has_control_character(made), text);
    }
  }
}

void printable_cuts_between_characters(void**) {
  check_text(printable("abc", 2), "ab", "ASCII");
  check_text(printable("abc", 3), "abc", "fits");
  check_text(printable("aÑb", 2), "a", "in the middle of Ñ");
  check_text(printable("aÑb", 3), "aÑ", "behind Ñ");
  check_text(printable("\xFF\xFF", 5), "\xEF\xBF\xBD", "a replacement takes three bytes");
  check_text(printable("abc", 0), "", "nothing");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(trim_takes_ascii_space_and_nbsp_off_both_ends),
      cmocka_unit_test(equal_ignoring_case_folds_ascii_only),
      cmocka_unit_test(utf8_that_is_well_formed_is_valid),
      cmocka_unit_test(utf8_that_is_ill_formed_is_invalid),
      cmocka_unit_test(utf8_of_every_code_point_but_surrogates_is_valid),
      cmocka_unit_test(control_characters_are_c0_del_and_c1),
      cmocka_unit_test(printable_keeps_what_can_be_shown),
      cmocka_unit_test(printable_makes_one_line_of_it),
      cmocka_unit_test(printable_replaces_what_is_not_utf8),
      cmocka_unit_test(printable_cuts_between_characters),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
