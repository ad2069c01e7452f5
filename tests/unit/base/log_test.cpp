// Levels, one line each, and rows of a kind that are counted once twenty have been named.
#include "base/log.hpp"

#include <stdexcept>
#include <vector>

#include "../unit.hpp"

using lockrec::Log;

namespace {

struct Line {
  std::int32_t level;
  std::string text;
};

struct Host {
  std::vector<Line> lines;
  bool throws = false;
};

void keep(void* user, std::int32_t level, const char* text, std::uint64_t length) {
  auto& host = *static_cast<Host*>(user);
  check_number(text[length], 0, "a NUL stands behind the text");
  host.lines.push_back({level, std::string(text, length)});
  if (host.throws) throw std::runtime_error("the host's own fault");
}

void log_writes_what_its_level_wants(void**) {
  struct {
    std::int32_t level;
    std::size_t lines;
  } const cases[] = {{LOCKREC_LOG_DEFAULT, 2},
                     {LOCKREC_LOG_ERROR, 1},
                     {LOCKREC_LOG_WARNING, 2},
                     {LOCKREC_LOG_INFO, 3},
                     {LOCKREC_LOG_DEBUG, 4}};
  for (const auto& one : cases) {
    Host host;
    Log log(keep, &host, one.level);
    log.error("e");
    log.warning("w");
    log.info("i");
    log.debug("d");
    check_number(static_cast<int>(host.lines.size()), static_cast<int>(one.lines), "lines");
    for (std::size_t i = 0; i < host.lines.size(); ++i)
      check_number(host.lines[i].level, static_cast<int>(i) + 1, "level");
  }
}

void log_without_a_callback_wants_nothing(void**) {
  Log log(nullptr, nullptr, LOCKREC_LOG_DEBUG);
  check(!log.wants(LOCKREC_LOG_ERROR), "error");
  log.error("x");
  log.row(LOCKREC_LOG_ERROR, "rows", "x");
  log.finish_rows();
}

void log_line_can_not_be_forged_by_a_cell(void**) {
  Host host;
  Log log(keep, &host, LOCKREC_LOG_INFO);
  log.info(std::string("row 2: tag \"x\nERROR root \x1B[31m\0\xFF", 32));
  check_text(host.lines.at(0).text, "row 2: tag \"x ERROR root  [31m \xEF\xBF\xBD", "one line");
}

void log_line_is_cut(void**) {
  Host host;
  Log log(keep, &host, LOCKREC_LOG_INFO);
  log.info(std::string(100000, 'x'));
  check(host.lines.at(0).text.size() < 4096, "length");
}

void log_rows_of_a_kind_are_named_twenty_times_then_counted(void**) {
  Host host;
  Log log(keep, &host, LOCKREC_LOG_WARNING);
  for (int i = 1; i <= 37; ++i)
    log.row(LOCKREC_LOG_WARNING, "rows with an unreadable date", "row " + std::to_string(i));
  for (int i = 1; i <= 20; ++i) log.row(LOCKREC_LOG_WARNING, "rows with an unreadable owner", "owner");
  for (int i = 1; i <= 50; ++i) log.row(LOCKREC_LOG_INFO, "rows that nobody asked for", "info");
  check_number(static_cast<int>(host.lines.size()), 40, "before the end");
  check_text(host.lines[19].text, "row 20", "the last that is named");
  log.finish_rows();
  check_number(static_cast<int>(host.lines.size()), 41, "at the end");
  check_text(host.lines[40].text, "37 rows with an unreadable date in all, the first 20 are named above", "sum");
  check_number(host.lines[40].level, LOCKREC_LOG_WARNING, "its level");
}

void log_rows_that_are_finished_start_anew(void**) {
  Host host;
  Log log(keep, &host, LOCKREC_LOG_WARNING);
  for (int i = 0; i < 21; ++i) log.row(LOCKREC_LOG_WARNING, "rows", "row");
  log.finish_rows();
  log.finish_rows();
  check_number(static_cast<int>(host.lines.size()), 21, "one sum only");
  log.row(LOCKREC_LOG_WARNING, "rows", "another");
  check_text(host.lines.back().text, "another", "named again");
}

void log_row_that_the_callback_throws_at_is_counted(void**) {
  Host host;
  Log log(keep, &host, LOCKREC_LOG_WARNING);
  host.throws = true;
  for (int i = 0; i < 25; ++i) {
    try {
      log.row(LOCKREC_LOG_WARNING, "rows", "row");
    } catch (const std::runtime_error&) {
      continue;
    }
  }
  host.throws = false;
  log.finish_rows();
  check_number(static_cast<int>(host.lines.size()), 21, "lines");
  check_text(host.lines.back().text, "25 rows in all, the first 20 are named above", "sum");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(log_writes_what_its_level_wants),
      cmocka_unit_test(log_without_a_callback_wants_nothing),
      cmocka_unit_test(log_line_can_not_be_forged_by_a_cell),
      cmocka_unit_test(log_line_is_cut),
      cmocka_unit_test(log_rows_of_a_kind_are_named_twenty_times_then_counted),
      cmocka_unit_test(log_rows_that_are_finished_start_anew),
      cmocka_unit_test(log_row_that_the_callback_throws_at_is_counted),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
