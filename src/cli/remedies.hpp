// What somebody does next when a run did not finish.
#pragma once

#include <lockrec/lockrec.h>

#include <string>
#include <vector>

#include "options.hpp"

namespace lockrec::cli {

// One thing to do a line; empty where there is nothing to do.
std::vector<std::string> remedies(const lockrec_result_t& result, const Options& options);

// The line for redis-cli that gives a user what lockrec needs.
std::string acl_line(const Options& options);

}  // namespace lockrec::cli
