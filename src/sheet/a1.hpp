// A1 notation: what Google calls cells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lockrec::sheet {

// 0 is A, 25 is Z, 26 is AA.
std::string column_letters(std::size_t column);

// Always quoted: a tab may be named like a cell.
std::string quoted_tab(std::string_view tab);

// 'Tab'!G5:G9, or 'Tab'!G5:G down to the sheet's end.
std::string column_range(std::string_view tab, std::size_t column, std::int64_t first_row,
                         std::optional<std::int64_t> last_row);

struct CellPlace {
  std::size_t column = 0;  // from 0
  std::uint32_t row = 1;   // from 1
};

// Where a range starts: A1 where its text names no cell ("Operaciones", "").
CellPlace range_start(std::string_view range);

}  // namespace lockrec::sheet
