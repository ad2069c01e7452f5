// CSV as Sheets exports it (RFC 4180, UTF-8): bytes to rows.
#pragma once

#include <string_view>

#include "base/config.hpp"
#include "base/log.hpp"
#include "sheet/row_feed.hpp"

namespace lockrec::sheet {

// Its first record is the header; rows are numbered as the sheet numbers them: one a record, also an empty one.
// Throws LOCKREC_E_SHEET_FORMAT. Pure but for the log.
void read_csv(std::string_view bytes, const SourceConfig& config, RowFeed& feed, Log& log);

}  // namespace lockrec::sheet
