// What --json prints.
#pragma once

#include <string>

#include "run.hpp"

namespace lockrec::cli {

// The result under its fields' names, status_name, skipped, and where asked for the rows; ends with a line end.
std::string run_as_json(const Run& run, bool with_rows);

}  // namespace lockrec::cli
