// CSV as Sheets exports it, and rows numbered as the sheet numbers them.
#include "sheet/csv.hpp"

#include "collected.hpp"

using namespace lockrec::sheet;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

constexpr const char* header = "TAG_SPOOL,x,Ocupado_Por,Fecha_Ocupacion\r\n";

Collected read(std::string_view bytes, std::int64_t rows_max = 1000) {
  Collected rows;
  lockrec::Log log(nullptr, nullptr, LOCKREC_LOG_WARNING);
  auto config = source_config();
  config.rows_max = rows_max;
  const lockrec::Deadline deadline(10000);
  RowFeed feed(rows, "the file 'a.csv'", rows_max, deadline);
  read_csv(bytes, config, feed, log);
  return rows;
}

void check_read(const std::string& body, const std::vector<std::string>& wanted) {
  check_rows(read(header + body), wanted, body);
}

void csv_rows_are_read(void**) {
  check_read("MK-1,a,MR(93),21-01-2026 14:30:00\r\n", {"2|text MK-1|text MR(93)|text 21-01-2026 14:30:00"});
  check_read("MK-1,a,MR(93),46155.5\n,,,\nMK-2,,,", {"2|text MK-1|text MR(93)|text 46155.5", "3|||", "4|text MK-2||"});
  check_read("\"MK \"\"1\"\"\",\"a\r\nb\n\",\"MR(93)\",\" \"\r\nMK-2,,x,\r\n",
             {"2|text MK \"1\"|text MR(93)|", "3|text MK-2|text x|"});
  check_read("MK-1\r\nMK-2,,JP(2),d,more,and more\r\n", {"2|text MK-1||", "3|text MK-2|text JP(2)|text d"});
  check_read("", {});
}

void csv_empty_record_counts_as_row(void**) {
  check_read("\r\n\r\nMK-1,,,\r\n", {"2|||", "3|||", "4|text MK-1||"});
  check_read("\nMK-1,,,\n\n", {"2|||", "3|text MK-1||", "4|||"});
  check_read("MK-1,,,\rMK-2,,,\r", {"2|text MK-1||", "3|text MK-2||"});
}

void csv_cells_are_of_a_text_source(void**) { check(read(header + "MK-1,,,46155\n"s).from_text_source, "text source"); }

void csv_byte_order_mark_is_skipped(void**) {
  check_rows(read("\xEF\xBB\xBFTAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\nMK-1,,\n"), {"2|text MK-1||"}, "BOM");
  check_rows(read("\xEF\xBB\xBF\"TAG_SPOOL\",Ocupado_Por,Fecha_Ocupacion"), {}, "BOM, quotes, no line end");
}

void csv_that_is_broken_is_refused(void**) {
  const auto refused = [](std::string_view bytes, const std::string& part) {
    check_refused([&] { read(bytes); }, LOCKREC_E_SHEET_FORMAT, {"the file 'a.csv'", part}, part);
  };
  refused("TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\nMK\0-1,,\n"sv, "NUL");
  refused("TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\nMK\xFF-1,,\n", "UTF-8");
  refused("\xFF\xFET\0A\0"sv, "is UTF-16 text; save it as UTF-8");
  refused("\xFE\xFF\0T\0A"sv, "is UTF-16 text; save it as UTF-8");
  refused("T\0A\0G\0"sv, "save it as UTF-8");
  refused("TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\nMK-1,,\n\"MK-2,,\n", "from row 3 on");
  refused("TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\nM\"K-1,,\n", "from row 2 on");
  refused("TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\n\"MK\"-1,,\n", "from row 2 on");
  refused("TAG_SPOOL,Ocupado_Por\nMK-1,\n", "no column 'Fecha_Ocupacion'");
  refused("", "no column 'TAG_SPOOL'");
  refused("\nTAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\n", "row 1 is empty");
}

void csv_rows_above_the_limit_are_refused(void**) {
  const std::string rows = header + "a,,,\nb,,,\nc,,,\n"s;
  check_number(static_cast<std::int64_t>(read(rows, 3).rows.size()), 3, "at the limit");
  check_refused([&] { read(rows, 2); }, LOCKREC_E_SHEET_FORMAT, {"more than 2 rows", "rows_max"}, "above it");
}

void csv_longer_than_a_slice_is_whole(void**) {
  std::string bytes = header;
  for (int i = 0; i < 900; ++i) bytes += "MK-1,\"" + std::string(200, 'x') + "\n\",MR(93),\"21-01-2026\"\r\n";
  const Collected rows = read(bytes);
  check_number(static_cast<std::int64_t>(rows.rows.size()), 900, "rows");
  for (int i = 0; i < 900; ++i) {
    check_text(rows.rows[static_cast<std::size_t>(i)], std::to_string(i + 2) + "|text MK-1|text MR(93)|text 21-01-2026",
               "row");
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(csv_rows_are_read),
      cmocka_unit_test(csv_empty_record_counts_as_row),
      cmocka_unit_test(csv_cells_are_of_a_text_source),
      cmocka_unit_test(csv_byte_order_mark_is_skipped),
      cmocka_unit_test(csv_that_is_broken_is_refused),
      cmocka_unit_test(csv_rows_above_the_limit_are_refused),
      cmocka_unit_test(csv_longer_than_a_slice_is_whole),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
