// Rows from a file: .csv as Sheets exports it, or .json in the API's ValueRange form.
#pragma once

#include "sheet/source.hpp"

namespace lockrec::sheet {

// Throws LOCKREC_E_CONFIG where the name has neither ending.
std::unique_ptr<Source> open_file(const Config& config, Log& log, std::int32_t& phase);

}  // namespace lockrec::sheet
