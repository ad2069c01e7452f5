// A file in the API's ValueRange form, by rows or by columns, ragged as Google leaves it.
#include "sheet/value_range.hpp"

#include "collected.hpp"

using namespace lockrec::sheet;

namespace {

Collected read(std::string_view bytes, Lines* lines = nullptr) {
  Collected rows;
  lockrec::Log log(lines == nullptr ? nullptr : &Lines::take, lines, LOCKREC_LOG_INFO);
  const auto config = source_config();
  const lockrec::Deadline deadline(10000);
  RowFeed feed(rows, "the file 'a.json'", config.rows_max, deadline);
  read_value_range(std::string(bytes), config, feed, log);
  return rows;
}

void values_by_rows_are_read(void**) {
  check_rows(read(R"j({"values":[["Fecha_Ocupacion","TAG_SPOOL","Ocupado_Por"],
                    [46155.5,"MK-1","MR(93)"],[],["", " MK-2 "],[null,1346,true,"more",{"x":1}]]})j"),
             {"2|text MK-1|text MR(93)|number 46155.500000", "3|||", "4|text MK-2||", "5|number 1346.000000|boolean|"},
             "rows");
}

void values_by_columns_are_read(void**) {
  check_rows(read(R"({"range":"Operaciones!A1:C4","majorDimension":"COLUMNS","values":[
                    ["TAG_SPOOL","MK-1","MK-2"],["Ocupado_Por"],["Fecha_Ocupacion","","",46155]]})"),
             {"2|text MK-1||", "3|text MK-2||", "4|||number 46155.000000"}, "columns");
}

void values_of_a_part_keep_the_sheets_places(void**) {
  Lines lines;
  const Collected rows = read(R"j({"range":"'Op'!F5:H9","values":[["TAG_SPOOL","Ocupado_Por","Fecha_Ocupacion"],
                                ["MK-1","MR(93)"]]})j",
                              &lines);
  check_rows(rows, {"6|text MK-1|text MR(93)|"}, "part");
  check(lines.hold("columns: TAG_SPOOL is F, Ocupado_Por is G"), "letters of the part");
  check(!rows.from_text_source, "JSON tells numbers from text");
}

void values_that_are_no_cells_are_refused(void**) {
  const auto refused = [](std::string_view bytes, const std::string& part) {
    check_refused([&] { read(bytes); }, LOCKREC_E_SHEET_FORMAT, {part}, bytes);
  };
  refused(R"({"range":"A4:D9","values":[["TAG_SPOOL","Ocupado_Por","Fecha_Ocupacion"],["a"],["b",["x"]]]})",
          "row 6, column B");
  refused(R"({"values":[["TAG_SPOOL","Ocupado_Por","Fecha_Ocupacion"],[{"v":1}]]})", "row 2, column A");
  refused(R"({"values":[["TAG_SPOOL","Ocupado_Por","Fecha_Ocupacion"],["a","b",1e999]]})", "row 2, column C");
  refused(R"({"values":[["TAG_SPOOL","Ocupado_Por","Fecha_Ocupacion"],"a"]})", "not lists of cells");
  refused(R"({"values":{"a":1}})", "no list");
  refused(R"({"majorDimension":"DIAGONALS","values":[]})", "majorDimension");
  refused(R"({"valueRanges":[]})", "valueRanges");
  refused(R"([["TAG_SPOOL"]])", "no JSON object");
  refused(R"({"spreadsheetId":"x"})", "neither 'range' nor 'values'");
  refused(R"({"range":"A1:C9"})", "no column 'TAG_SPOOL'");
  refused(R"({"values":[["TAG_SPOOL","Ocupado_Por","Fecha_Ocupacion"]]}x)", "goes on behind");
}

std::string wide_sheet(int rows, int columns) {
  std::string text = R"({"values":[["TAG_SPOOL","Ocupado_Por","Fecha_Ocupacion"])";
  for (int row = 0; row < rows; ++row) {
    text += R"(,["MK-1")";
    for (int column = 1; column < columns; ++column) text += R"(,"")";
    text += "]";
  }
  return text + "]}";
}

void values_of_a_wide_sheet_are_read(void**) {
  const Collected rows = read(wide_sheet(1000, 75));
  check_number(static_cast<std::int64_t>(rows.rows.size()), 1000, "rows");
  check_text(rows.rows.back(), "1001|text MK-1||", "the last row");
  check_refused([] { read(wide_sheet(1001, 75)); }, LOCKREC_E_SHEET_FORMAT, {"rows_max"}, "one row more");
}

void values_beyond_the_memory_meant_for_them_are_refused(void**) {
  check_refused([] { read(wide_sheet(1000, 5100)); }, LOCKREC_E_SHEET_FORMAT,
                {"the file 'a.json'", "more than 5000000 values", "export it as .csv"}, "5.1 million cells");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(values_by_rows_are_read),
      cmocka_unit_test(values_by_columns_are_read),
      cmocka_unit_test(values_of_a_part_keep_the_sheets_places),
      cmocka_unit_test(values_that_are_no_cells_are_refused),
      cmocka_unit_test(values_of_a_wide_sheet_are_read),
      cmocka_unit_test(values_beyond_the_memory_meant_for_them_are_refused),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
