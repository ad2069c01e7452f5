// Rule 7, and a parser that is never given what it can't finish.
#include "sheet/json.hpp"

#include "collected.hpp"
#include "sheet/secret_json.hpp"

using namespace lockrec::sheet;
using lockrec::Deadline;

namespace {

// What a busy machine may add to a time, as tests/support/run.h states it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::int64_t noise_ms = 600;
#else
constexpr std::int64_t noise_ms = 150;
#endif

void json_refused(std::string_view bytes, const std::string& part) {
  check_refused([&] { parse_json(bytes, 100, "the reply", Deadline(5000)); }, LOCKREC_E_SHEET_FORMAT, {part}, part);
}

void json_that_is_no_plain_text_is_refused(void**) {
  using namespace std::string_view_literals;
  json_refused("{\"a\":\"x\0y\"}"sv, "NUL");
  json_refused(R"({"a":"x\u0000y"})", "escaped NUL");
  json_refused("{\"a\":\"\xC3\x28\"}", "UTF-8");
  json_refused("{\"a\":\"\xED\xA0\x80\"}", "UTF-8");
  json_refused(R"({"a":1} x)", "goes on behind");
  json_refused(R"({}{})", "goes on behind");
  json_refused("[1,2", "is not JSON");
  json_refused("", "is not JSON");
  json_refused("<!DOCTYPE html>", "is not JSON");
  json_refused(R"(["\ud800"])", "is not JSON");
}

void json_in_utf_16_is_told_how_to_save_it(void**) {
  using namespace std::string_view_literals;
  json_refused("\xFF\xFE{\0}\0"sv, "save it as UTF-8");
  json_refused("\xFE\xFF\0{\0}"sv, "save it as UTF-8");
  json_refused("{\0}\0"sv, "save it as UTF-8");
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

void json_nested_too_deep_is_refused(void**) {
  parse_json(nested(32), 100, "it", Deadline(5000));
  json_refused(nested(33), "is nested deeper than 32 levels");
  std::string objects = "1";
  for (int i = 0; i < 33; ++i) objects = "{\"a\":" + objects + "}";
  json_refused(objects, "is nested deeper than 32 levels");
  parse_json("[\"" + std::string(100, '[') + "\\\"" + std::string(100, '{') + "\",1]", 10, "it", Deadline(5000));
}

void json_of_nested_lists_ends_in_time(void**) {
  std::string text = "[0";
  for (int i = 0; i < 8000; ++i) text += "," + nested(900);
  const Deadline deadline(300);
  check_refused([&] { parse_json(text + "]", 1000000, "it", deadline); }, LOCKREC_E_SHEET_FORMAT, {"nested"}, "deep");
  check(deadline.elapsed_ms() < 350 + noise_ms, "told before the deadline and 50 ms");
}

void json_without_commas_is_counted_too(void**) {
  std::string text = "[0";
  for (int i = 0; i < 10; ++i) text += "," + nested(30);
  json_refused(text + "]", "more than 100 values");
  text = "[0";
  for (int i = 0; i < 40; ++i) text += R"(,{"a":1})";
  json_refused(text + "]", "more than 100 values");
}

void json_with_harmless_oddities_is_read(void**) {
  for (const auto* text : {R"({"a":"x\\u0000y"})", "\xEF\xBB\xBF{\"a\":\"x\"}", " {\"a\":\"x\"}\r\n\t ",
                           R"({"a":"\ud83d\ude00"})", R"({"a":"first","a":"second"})"}) {
    const Json root = parse_json(text, 10, "it", Deadline(5000));
    check(!text_of(member(root.get(), "a")).empty(), text);
  }
  const Json root = parse_json(R"({"a":"first","a":"second"})", 10, "it", Deadline(5000));
  check_text(text_of(member(root.get(), "a")), "first", "the first of equal names");
}

void json_nodes_are_counted_outside_strings(void**) {
  parse_json(R"(["a,[{:,,,,,,,,\",,[,",1])", 2, "it", Deadline(5000));
  check_refused([] { parse_json(R"(["a",1,2])", 2, "it", Deadline(5000)); }, LOCKREC_E_SHEET_FORMAT,
                {"more than 2 values"}, "two commas");
}

void json_of_64_mib_of_commas_is_refused_quickly(void**) {
  std::string text = "[";
  while (text.size() < (std::size_t{64} << 20)) text += "\"\",";
  const Deadline deadline(60000);
  check_refused([&] { parse_json(text, nodes_for_rows(50000), "the reply", deadline); }, LOCKREC_E_SHEET_FORMAT,
                {"far more than was asked for"}, "a flood");
  check(deadline.elapsed_ms() < 200 + noise_ms, "refused within 200 ms");
}

void json_without_time_to_parse_is_not_begun(void**) {
  std::string text = "[0";
  for (int i = 0; i < 2000000; ++i) text += ",0";
  text += "]";
  const Deadline deadline(100);
  check_refused([&] { parse_json(text, 3000000, "the reply", deadline); }, LOCKREC_E_DEADLINE, {}, "late");
  check(deadline.elapsed_ms() < 150 + noise_ms, "told before the deadline and 50 ms");
  const std::int32_t cancel = 1;
  check_refused([&] { parse_json("[]", 10, "it", Deadline(1000, &cancel)); }, LOCKREC_E_CANCELLED, {}, "cancel");
}

void secret_json_is_read_and_refused_alike(void**) {
  const SecretJson root = parse_secret_json(R"({"k":"a\nb\u00e9\"c,","n":[1,"x"]})", "it", Deadline(5000));
  check_text(text_of(member(root.get(), "k")), "a\nb\xC3\xA9\"c,", "content is kept");
  for (const auto* text : {R"({"k":"secret\q"})", R"({"k":"secret)", R"({"k":"secret"} x)", R"({"k":"secret\)",
                           R"({"k":"secret\u12"})", R"({"k":"secret",})"}) {
    check_refused([&] { parse_secret_json(text, "it", Deadline(5000)); }, LOCKREC_E_SHEET_FORMAT, {"it "}, text);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(json_that_is_no_plain_text_is_refused),
      cmocka_unit_test(json_with_harmless_oddities_is_read),
      cmocka_unit_test(json_in_utf_16_is_told_how_to_save_it),
      cmocka_unit_test(json_nested_too_deep_is_refused),
      cmocka_unit_test(json_of_nested_lists_ends_in_time),
      cmocka_unit_test(json_without_commas_is_counted_too),
      cmocka_unit_test(json_nodes_are_counted_outside_strings),
      cmocka_unit_test(json_of_64_mib_of_commas_is_refused_quickly),
      cmocka_unit_test(json_without_time_to_parse_is_not_begun),
      cmocka_unit_test(secret_json_is_read_and_refused_alike),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
