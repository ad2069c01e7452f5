// A value of the Sheets API as a cell.
#pragma once

#include <string>
#include <string_view>

#include "domain/cell.hpp"
#include "sheet/json.hpp"

namespace lockrec::sheet {

// Null (a ragged end) and JSON's null are empty. Throws LOCKREC_E_SHEET_FORMAT naming row and column where the
// value is no cell at all.
Cell json_cell(const cJSON* node, std::uint32_t row, std::size_t column);

// A header's text: numbers and booleans as the sheet would show them.
std::string header_text(const cJSON* node);

}  // namespace lockrec::sheet
