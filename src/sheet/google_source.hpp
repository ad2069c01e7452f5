// Rows from a Google spreadsheet, over the Sheets API.
#pragma once

#include "sheet/source.hpp"

namespace lockrec::sheet {

// Reads the key. Throws LOCKREC_E_CONFIG.
std::unique_ptr<Source> open_google(const Config& config, net::Loop& loop, Log& log, std::int32_t& phase);

}  // namespace lockrec::sheet
