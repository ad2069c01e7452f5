#include "sheet/row_feed.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace lockrec::sheet {

void RowFeed::begin(const std::string& spreadsheet_time_zone) {
  count_ = 0;
  reader_.begin(spreadsheet_time_zone);
}

void RowFeed::row(const SheetRow& row) {
  constexpr std::int64_t rows_between_checks = 2048;
  if (count_ % rows_between_checks == 0) deadline_.check();
  if (++count_ > rows_max_) {
    throw Error(LOCKREC_E_SHEET_FORMAT,
                what_ + " has more than " + std::to_string(rows_max_) + " rows, the limit set by rows_max");
  }
  reader_.row(row);
}

Cell text_cell(std::string_view text, bool from_text_source) {
  Cell cell;
  cell.text = trim(text);
  cell.from_text_source = from_text_source;
  cell.kind = cell.text.empty() ? Cell::Kind::empty : Cell::Kind::text;
  return cell;
}

}  // namespace lockrec::sheet
