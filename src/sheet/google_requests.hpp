// The requests of the Sheets API that are needed, and what their replies say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "sheet/json.hpp"

namespace lockrec::sheet {

struct SheetShape {
  std::string time_zone;
  std::string locale;
  std::int64_t grid_rows = 0;
  std::vector<std::string> header;  // row 1, with gaps as empty texts
};

// One call: time zone, locale, grid size and header row of the worksheet.
std::string shape_path(const SourceConfig& source);
// Throws LOCKREC_E_SHEET_FORMAT.
SheetShape read_shape(const cJSON* root, const SourceConfig& source);

std::string titles_path(const SourceConfig& source);
// "'Hoja 1', 'Operaciones 2025'"; the first few.
std::string list_of_titles(const cJSON* root);

// Values of several ranges, column by column, unformatted, dates as serials.
std::string values_path(const SourceConfig& source, const std::vector<std::string>& ranges);
// Each range's cells (of one column), in the order asked for; null where it is empty. Throws
// LOCKREC_E_SHEET_FORMAT.
std::vector<const cJSON*> read_values(const cJSON* root, std::size_t ranges_asked);

// Dates typed as day-month are read as month-day there.
bool locale_puts_month_first(const std::string& locale);

}  // namespace lockrec::sheet
