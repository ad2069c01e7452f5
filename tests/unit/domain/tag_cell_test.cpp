// A tag, byte for byte, or the reason why it can't stand in a key: rule 6.
#include "domain/tag_cell.hpp"

#include <limits>

#include "../unit.hpp"
#include "cells.hpp"
#include "lockrec/lockrec.h"

using lockrec::Cell;
using lockrec::read_tag;

namespace {

void check_tag(const Cell& cell, std::string_view wanted) {
  const auto tag = read_tag(cell);
  check_number(tag.reason, LOCKREC_REASON_NONE, wanted);
  check_text(tag.text(), wanted, "tag");
}

void check_reason(const Cell& cell, std::int32_t wanted) { check_number(read_tag(cell).reason, wanted, cell.text); }

void tag_text_is_kept_byte_for_byte(void**) {
  for (const auto* text : {"MK-1923-TW-17242-011", "mk-1", "ÑANDÚ 7", "a:b{c}d", "#N/A 1", "#n/a", "loading...", "N/A",
                           "0001346", "1e5", "a  b", "\"", "\\"}) {
    check_tag(text_cell(text), text);
  }
}

void tag_with_spaces_around_is_trimmed(void**) {
  check_tag(text_cell(" \xC2\xA0 MK-1\t\n"), "MK-1");
  check_tag(text_cell("MK 1 "), "MK 1");
}

void tag_number_becomes_its_shortest_decimal(void**) {
  check_tag(number_cell(1346), "1346");
  check_tag(number_cell(1346.5), "1346.5");
  check_tag(number_cell(0.1), "0.1");
  check_tag(number_cell(-7), "-7");
  check_tag(number_cell(0), "0");
  check_tag(number_cell(-0.0), "0");
  check_tag(number_cell(100000), "100000");
  check_tag(number_cell(1000000000), "1000000000");
  check_tag(number_cell(123456789012345), "123456789012345");
  check_tag(number_cell(9007199254740993.0), "9007199254740992");
  check_tag(number_cell(0.1 + 0.2), "0.30000000000000004");
  check_tag(number_cell(1e20), "100000000000000000000");
  check_tag(number_cell(0.000001), "0.000001");
}

void tag_number_with_a_crowd_of_zeros_has_an_exponent(void**) {
  check_tag(number_cell(1e21), "1e+21");
  check_tag(number_cell(1.5e300), "1.5e+300");
  check_tag(number_cell(1e-7), "1e-07");
  check_tag(number_cell(-std::numeric_limits<double>::max()), "-1.7976931348623157e+308");
  check_tag(number_cell(std::numeric_limits<double>::denorm_min()), "5e-324");
}

void tag_number_that_is_none_is_invalid(void**) {
  check_reason(number_cell(std::numeric_limits<double>::infinity()), LOCKREC_REASON_TAG_INVALID);
  check_reason(number_cell(std::numeric_limits<double>::quiet_NaN()), LOCKREC_REASON_TAG_INVALID);
}

void tag_empty_is_empty(void**) {
  check_reason(empty_cell(), LOCKREC_REASON_TAG_EMPTY);
  check_reason(text_cell(""), LOCKREC_REASON_TAG_EMPTY);
  check_reason(text_cell(" \t "), LOCKREC_REASON_TAG_EMPTY);
}

void tag_boolean_is_invalid(void**) { check_reason(boolean_cell(), LOCKREC_REASON_TAG_INVALID); }

void tag_sheet_error_is_invalid_and_still_shown(void**) {
  for (const auto* text :
       {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!", "Loading...", " #N/A "}) {
    check_reason(text_cell(text), LOCKREC_REASON_TAG_INVALID);
  }
  check_text(read_tag(text_cell("#REF!")).text(), "#REF!", "shown");
}

void tag_with_control_characters_is_invalid_and_shown_without(void**) {
  for (const std::string& text : {std::string("a\tb"), std::string("a\r\nb"), std::string("a\0b", 3),
                                  std::string("a\x1B[m"), std::string("a\x7F"), std::string("a\xC2\x9F")}) {
    check_reason(text_cell(text), LOCKREC_REASON_TAG_INVALID);
  }
  check_text(read_tag(text_cell("a\r\nb")).text(), "a  b", "shown");
}

void tag_that_is_not_utf8_is_invalid(void**) {
  check_reason(text_cell("a\xFF"), LOCKREC_REASON_TAG_INVALID);
  check_reason(text_cell("\xC1\x81"), LOCKREC_REASON_TAG_INVALID);
  check_text(read_tag(text_cell("a\xFF")).text(), "a\xEF\xBF\xBD", "shown");
}

void tag_at_512_bytes_is_valid_and_at_513_too_long(void**) {
  check_tag(text_cell(std::string(512, 'x')), std::string(512, 'x'));
  check_tag(text_cell(std::string(512, 'x') + "  "), std::string(512, 'x'));
  const std::string long_tag(513, 'x');
  check_reason(text_cell(long_tag), LOCKREC_REASON_TAG_TOO_LONG);
  check(read_tag(text_cell(long_tag)).text().size() <= 200, "what is shown is cut");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(tag_text_is_kept_byte_for_byte),
      cmocka_unit_test(tag_with_spaces_around_is_trimmed),
      cmocka_unit_test(tag_number_becomes_its_shortest_decimal),
      cmocka_unit_test(tag_number_with_a_crowd_of_zeros_has_an_exponent),
      cmocka_unit_test(tag_number_that_is_none_is_invalid),
      cmocka_unit_test(tag_empty_is_empty),
      cmocka_unit_test(tag_boolean_is_invalid),
      cmocka_unit_test(tag_sheet_error_is_invalid_and_still_shown),
      cmocka_unit_test(tag_with_control_characters_is_invalid_and_shown_without),
      cmocka_unit_test(tag_that_is_not_utf8_is_invalid),
      cmocka_unit_test(tag_at_512_bytes_is_valid_and_at_513_too_long),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
