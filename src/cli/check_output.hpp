// How lockrec check prints its findings.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "check_steps.hpp"
#include "terminal.hpp"

namespace lockrec::cli {

// width: of the output, in characters.
std::string findings_as_text(const std::vector<Finding>& findings, const Style& style, std::size_t width);
// An array of {step, state, text, remedy}, on one line.
std::string findings_as_json(const std::vector<Finding>& findings);

}  // namespace lockrec::cli
