// Hands rows on: counts them against rows_max and looks at the deadline now and then.
#pragma once

#include <cstdint>
#include <string>

#include "sheet/source.hpp"

namespace lockrec::sheet {

class RowFeed {
 public:
  // what: "the file 'rows.csv'", for the sentence where there are too many rows.
  RowFeed(RowReader& reader, std::string what, std::int64_t rows_max, const Deadline& deadline)
      : reader_(reader), what_(std::move(what)), rows_max_(rows_max), deadline_(deadline) {}

  void begin(const std::string& spreadsheet_time_zone);
  void row(const SheetRow& row);
  std::int64_t count() const { return count_; }
  const std::string& what() const { return what_; }
  const Deadline& deadline() const { return deadline_; }

 private:
  RowReader& reader_;
  std::string what_;
  std::int64_t rows_max_;
  const Deadline& deadline_;
  std::int64_t count_ = 0;
};

// Trimmed; white space alone is an empty cell.
Cell text_cell(std::string_view text, bool from_text_source);

}  // namespace lockrec::sheet
