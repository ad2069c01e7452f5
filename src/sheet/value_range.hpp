// A file in the API's ValueRange form: JSON to rows.
#pragma once

#include <string_view>

#include "base/config.hpp"
#include "base/log.hpp"
#include "sheet/row_feed.hpp"

namespace lockrec::sheet {

// Its first row is the header. Throws LOCKREC_E_SHEET_FORMAT. Pure but for the log.
void read_value_range(std::string_view bytes, const SourceConfig& config, RowFeed& feed, Log& log);

}  // namespace lockrec::sheet
