// Whatever bytes come in, what comes out is JSON on one line that a terminal can show.
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
extern "C" {
#include <cmocka.h>
}

#include "cli/json_writer.hpp"
#include "cli/utf8.hpp"

using lockrec::cli::JsonWriter;

namespace {

std::string quoted(std::string_view text) {
  JsonWriter json;
  json.string(text);
  return json.text();
}

void string_escapes_what_json_forbids(void**) {
  assert_string_equal(quoted("a\"b\\c/d").c_str(), "\"a\\\"b\\\\c/d\"");
  assert_string_equal(quoted("\n\r\t").c_str(), "\"\\n\\r\\t\"");
  assert_string_equal(quoted(std::string_view("\0\x1b\x1f", 3)).c_str(), "\"\\u0000\\u001b\\u001f\"");
}

void string_escapes_what_a_terminal_would_obey(void**) {
  assert_string_equal(quoted("\x7f\xC2\x9B").c_str(), "\"\\u007f\\u009b\"");
}

void string_keeps_other_characters_as_they_are(void**) {
  assert_string_equal(quoted("\xC3\x91 \xE2\x82\xAC \xF0\x9F\x98\x80").c_str(),
                      "\"\xC3\x91 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
}

void string_replaces_broken_utf8_byte_by_byte(void**) {
  assert_string_equal(quoted("a\xFF"
                             "b")
                          .c_str(),
                      "\"a\\ufffdb\"");
  assert_string_equal(quoted("\xC3").c_str(), "\"\\ufffd\"");                                   // cut short
  assert_string_equal(quoted("\xC0\x80").c_str(), "\"\\ufffd\\ufffd\"");                        // overlong
  assert_string_equal(quoted("\xE0\x80\x80").c_str(), "\"\\ufffd\\ufffd\\ufffd\"");             // overlong
  assert_string_equal(quoted("\xED\xA0\x80").c_str(), "\"\\ufffd\\ufffd\\ufffd\"");             // a surrogate
  assert_string_equal(quoted("\xF4\x90\x80\x80").c_str(), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");  // beyond U+10FFFF
}

void structure_has_its_commas(void**) {
  JsonWriter json;
  json.begin_object();
  json.member("a", std::int64_t{-1});
  json.key("b");
  json.begin_array();
  json.begin_object();
  json.end_object();
  json.string("x");
  json.number(INT64_MIN);
  json.end_array();
  json.member("c", "");
  json.end_object();
  assert_string_equal(json.text().c_str(), "{\"a\":-1,\"b\":[{},\"x\",-9223372036854775808],\"c\":\"\"}");
}

void one_line_shows_no_control_character(void**) {
  assert_string_equal(lockrec::cli::one_line("a\x1b[31m\n\xFF\xC2\x85").c_str(),
                      "a\xEF\xBF\xBD[31m\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(string_escapes_what_json_forbids),
      cmocka_unit_test(string_escapes_what_a_terminal_would_obey),
      cmocka_unit_test(string_keeps_other_characters_as_they_are),
      cmocka_unit_test(string_replaces_broken_utf8_byte_by_byte),
      cmocka_unit_test(structure_has_its_commas),
      cmocka_unit_test(one_line_shows_no_control_character),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
