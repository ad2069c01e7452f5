// One call of the library, and what its callbacks said.
#pragma once

#include <lockrec/lockrec.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "live_line.hpp"

namespace lockrec::cli {

struct Row {
  std::uint32_t number;
  std::int32_t outcome;
  std::int32_t reason;
  std::string tag;
  std::string owner;
};

struct Run {
  lockrec_result_t result{};
  std::vector<Row> rows;          // only where they are asked for
  bool has_lost_reports = false;  // there was no memory for a row or a log line
};

struct RunWishes {
  std::int32_t log_level = LOCKREC_LOG_WARNING;
  bool keeps_rows = false;
  // On the calling thread, up to log_level.
  std::function<void(std::int32_t level, std::string_view text)> on_log;
};

// Cancelled by the signals of cancel.hpp; the live line ends with the call. config is used as it is but for its
// callbacks, its log level and its cancel flag.
Run run(lockrec_config_t config, LiveLine& live, RunWishes wishes);

// "lockrec: warning: text", its level in colour on a terminal.
std::string log_line(std::int32_t level, std::string_view text);

}  // namespace lockrec::cli
