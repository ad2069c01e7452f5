// Rows that the host read itself.
#pragma once

#include "sheet/source.hpp"

namespace lockrec::sheet {

std::unique_ptr<Source> open_host_rows(const Config& config, Log& log, std::int32_t& phase);

}  // namespace lockrec::sheet
