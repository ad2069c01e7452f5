// What a person reads when a run has ended.
#pragma once

#include <cstddef>
#include <string>

#include "options.hpp"
#include "run.hpp"
#include "terminal.hpp"

namespace lockrec::cli {

// width: of the output, in characters.
std::string summary(const Run& run, const Options& options, const Style& style, std::size_t width);

// "412 ms", "3.2 s"
std::string duration(std::int64_t ms);
// "1 lock", "2 locks"
std::string counted(std::int64_t count, const char* one, const char* many);

}  // namespace lockrec::cli
