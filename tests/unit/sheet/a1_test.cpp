// A1 notation, there and back, and the pages of a long sheet.
#include "sheet/a1.hpp"

#include "../unit.hpp"
#include "sheet/column_pages.hpp"

using namespace lockrec::sheet;

namespace {

void letters_of_column_count_like_the_sheet(void**) {
  const struct {
    std::size_t column;
    const char* letters;
  } cases[] = {{0, "A"}, {6, "G"}, {25, "Z"}, {26, "AA"}, {66, "BO"}, {701, "ZZ"}, {702, "AAA"}, {18277, "ZZZ"}};
  for (const auto& each : cases) check_text(column_letters(each.column), each.letters, each.letters);
}

void range_is_always_quoted(void**) {
  check_text(column_range("Operaciones", 6, 1, {}), "'Operaciones'!G1:G", "open");
  check_text(column_range("A1", 0, 50000, 99999), "'A1'!A50000:A99999", "closed");
  check_text(quoted_tab("O'Higgins ''"), "'O''Higgins '''''", "quotes");
}

void range_start_is_read_or_a1(void**) {
  const struct {
    const char* range;
    std::size_t column;
    std::uint32_t row;
  } cases[] = {
      {"Operaciones!A1:BW1870", 0, 1},
      {"'My ''tab'''!G5:G", 6, 5},
      {"B7", 1, 7},
      {"'a!b'!C3:D", 2, 3},
      {"Operaciones", 0, 1},
      {"", 0, 1},
      {"'a!b'", 0, 1},
      {"Hoja!3:9", 0, 3},
      {"Hoja!C:D", 2, 1},
      {"ABC", 0, 1},
      {"Hoja!A0", 0, 1},
      {"Hoja!AAAA1", 0, 1},
      {"Hoja!A99999999999", 0, 1},
      {"Hoja!BO12", 66, 12},
      {"!", 0, 1},
      {"Hoja!A1x", 0, 1},
  };
  for (const auto& each : cases) {
    const CellPlace place = range_start(each.range);
    check_number(static_cast<std::int64_t>(place.column), static_cast<std::int64_t>(each.column), each.range);
    check_number(place.row, each.row, each.range);
  }
}

void pages_overlap_by_one_row_and_end_open(void**) {
  for (const std::int64_t rows : {1, 2, 49999, 50000}) {
    check_number(static_cast<std::int64_t>(pages_of(rows).size()), 1, "one page");
    check(!pages_of(rows).front().last_row, "open");
  }
  const auto two = pages_of(50001);
  check_number(static_cast<std::int64_t>(two.size()), 2, "two pages");
  check_number(*two[0].last_row, 50000, "first ends");
  check_number(two[1].first_row, 50000, "second begins");
  check_number(two[1].rows, 2, "second asks for");
  const auto many = pages_of(140001);
  check_number(static_cast<std::int64_t>(many.size()), 3, "three pages");
  check_number(many[2].first_row, 99999, "third begins");
  check_number(*many[1].last_row, 99999, "second ends");
  check(!many[2].last_row, "last is open");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(letters_of_column_count_like_the_sheet),
      cmocka_unit_test(range_is_always_quoted),
      cmocka_unit_test(range_start_is_read_or_a1),
      cmocka_unit_test(pages_overlap_by_one_row_and_end_open),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
