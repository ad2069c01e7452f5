// A file in the API's ValueRange form: JSON to rows.
#pragma once

#include <string>

#include "base/config.hpp"
#include "base/log.hpp"
#include "sheet/row_feed.hpp"

namespace lockrec::sheet {

// Its first row is the header. The bytes are given back before rows are. Throws LOCKREC_E_SHEET_FORMAT. Pure but for the log.
void read_value_range(std::string bytes, const SourceConfig& config, RowFeed& feed, Log& log);

}  // namespace lockrec::sheet
