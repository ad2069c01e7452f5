// The sentence that a finished call leaves behind, and the log's last line.
#pragma once

#include <string>

#include "base/log.hpp"
#include "lockrec/lockrec.h"

namespace lockrec::api {

std::string summary_of(const lockrec_result_t& result, bool dry_run);
void log_conclusion(const lockrec_result_t& result, Log& log);

}  // namespace lockrec::api
