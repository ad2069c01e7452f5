// Rule 1: a column is found by its header, and what is missing or doubtful is named.
#include "sheet/columns.hpp"

#include "collected.hpp"

using lockrec::sheet::find_column;
using lockrec::sheet::find_columns;

namespace {

using Header = std::vector<std::string>;

void column_header_exact_or_loose_is_found(void**) {
  struct Case {
    Header header;
    const char* name;
    std::size_t index;
  };
  const Case cases[] = {
      {{"A", "TAG_SPOOL"}, "TAG_SPOOL", 1},
      {{"A", "  TAG_SPOOL\xC2\xA0"}, "TAG_SPOOL", 1},
      {{"A", "tag spool"}, "TAG_SPOOL", 1},
      {{"Tag/Spool", "x"}, "TAG_SPOOL", 0},
      {{"tag_spool", "TAG_SPOOL"}, "TAG_SPOOL", 1},
      {{"tag_spool", "Tag Spool", "TAG_SPOOL"}, " TAG_SPOOL ", 2},
      {{"TAGSPOOL"}, "TAG_SPOOL", 0},
      {{"", "", "FECHA OCUPACI\xC3\x93N"}, "Fecha_Ocupaci\xC3\x93n", 2},
  };
  for (const Case& each : cases) {
    check_number(static_cast<std::int64_t>(find_column(each.header, each.name, "it").index),
                 static_cast<std::int64_t>(each.index), each.name);
  }
}

void column_missing_is_named_with_what_is_near(void**) {
  const auto refused = [](const Header& header, const std::vector<std::string>& parts) {
    check_refused([&] { find_column(header, "TAG_SPOOL", "the worksheet 'X'"); }, LOCKREC_E_SHEET_FORMAT, parts,
                  "column");
  };
  refused({"NV", "TAG_SPOL", "X"}, {"the worksheet 'X' has no column 'TAG_SPOOL'", "near to it are 'TAG_SPOL'"});
  refused({"NV", "X"}, {"its header starts with 'NV', 'X'"});
  refused({}, {"its row 1 is empty"});
  refused({"", " "}, {"its row 1 is empty"});
  refused({"TAG-SPOOL"}, {"no column 'TAG_SPOOL'"});
}

void column_matched_twice_is_refused_with_letters(void**) {
  check_refused(
      [] {
        find_column({"TAG_SPOOL", "x", "TAG_SPOOL "}, "TAG_SPOOL", "it");
      },
      LOCKREC_E_SHEET_FORMAT, {"2 columns that match 'TAG_SPOOL' equally well: A and C"}, "twice exactly");
  check_refused(
      [] {
        find_column({"tag spool", "TagSpool", "TAG/SPOOL"}, "TAG_SPOOL", "it", 6);
      },
      LOCKREC_E_SHEET_FORMAT, {"G, H and I"}, "three times loosely");
}

void columns_named_alike_are_refused(void**) {
  auto config = source_config();
  config.occupied_by_column = "tag spool";
  check_refused(
      [&] {
        find_columns({"TAG_SPOOL", "Fecha_Ocupacion"}, config, "it");
      },
      LOCKREC_E_SHEET_FORMAT, {"'TAG_SPOOL' and 'tag spool' both mean column A"}, "one column for two");
}

void columns_found_are_told_with_letters(void**) {
  const Header header{"Fecha_Ocupacion", "x", "TAG_SPOOL", "Ocupado_Por"};
  check_text(columns_line(find_columns(header, source_config(), "it")),
             "columns: TAG_SPOOL is C, Ocupado_Por is D, Fecha_Ocupacion is A", "line");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(column_header_exact_or_loose_is_found),
      cmocka_unit_test(column_missing_is_named_with_what_is_near),
      cmocka_unit_test(column_matched_twice_is_refused_with_letters),
      cmocka_unit_test(columns_named_alike_are_refused),
      cmocka_unit_test(columns_found_are_told_with_letters),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
