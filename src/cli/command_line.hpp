// From argv to options: parsing, help, and sentences about what is wrong.
#pragma once

#include <string>

#include "options.hpp"

namespace lockrec::cli {

enum class Command { reconcile, check, nothing };

// Command::nothing where the user asked for help or the version: it stands in text. Throws UsageError.
Command read_command_line(int argc, const char* const* argv, Options& into, std::string& text);

}  // namespace lockrec::cli
