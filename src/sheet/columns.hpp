// Which column is which: found by the header's text, never by position.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.hpp"

namespace lockrec::sheet {

struct Column {
  std::size_t index = 0;  // in the header; 0 is its first cell
  std::string header;     // as found, trimmed
};

using Columns = std::array<Column, 3>;  // tag, occupied_by, occupied_at
inline constexpr std::size_t tag_at = 0;
inline constexpr std::size_t occupied_by_at = 1;
inline constexpr std::size_t occupied_at_at = 2;

// Exactly after trimming, else without regard to ASCII case, spaces, '_' and '/'. Throws
// LOCKREC_E_SHEET_FORMAT naming the column and what was found. first_column: where the header's first
// cell stands in the sheet.
Column find_column(const std::vector<std::string>& header, std::string_view name, std::string_view what,
                   std::size_t first_column = 0);
Columns find_columns(const std::vector<std::string>& header, const SourceConfig& names, std::string_view what,
                     std::size_t first_column = 0);

// "columns: TAG_SPOOL is G, Ocupado_Por is BO, Fecha_Ocupacion is BP"
std::string columns_line(const Columns& columns, std::size_t first_column = 0);

}  // namespace lockrec::sheet
