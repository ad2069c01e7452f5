// Lines for the host's log: filtered before they are made, one line each, never a secret.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "lockrec/lockrec.h"

namespace lockrec {

class Log {
 public:
  Log(lockrec_log_fn sink, void* user, std::int32_t level);

  bool wants(std::int32_t level) const { return sink_ != nullptr && level <= level_; }
  // Control characters become spaces and broken UTF-8 becomes U+FFFD: a cell's text can't forge a line.
  void line(std::int32_t level, std::string_view text);
  void error(std::string_view text) { line(LOCKREC_LOG_ERROR, text); }
  void warning(std::string_view text) { line(LOCKREC_LOG_WARNING, text); }
  void info(std::string_view text) { line(LOCKREC_LOG_INFO, text); }
  void debug(std::string_view text) { line(LOCKREC_LOG_DEBUG, text); }

  // A line about one row. Of each kind ("rows with an unreadable date") the first 20 are written,
  // then only counted; finish_rows() writes one line for every kind that had more.
  void row(std::int32_t level, std::string_view kind, std::string_view text);
  void finish_rows();
  // The rows are read again: what was counted of them no longer holds.
  void forget_rows() { kinds_.clear(); }

 private:
  struct Kind {
    std::int32_t level;
    std::int64_t count = 0;
  };
  lockrec_log_fn sink_;
  void* user_;
  std::int32_t level_;
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace lockrec
