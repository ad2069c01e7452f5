// What --rows prints for people.
#pragma once

#include <string>
#include <vector>

#include "run.hpp"
#include "terminal.hpp"

namespace lockrec::cli {

// One line a row under a header, in columns.
std::string rows_table(const std::vector<Row>& rows, const Style& style);

}  // namespace lockrec::cli
