// Failures that are tried again: the first of a kind is worth an operator's line, the others are not.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"

namespace lockrec::redis {

class RetryLog {
 public:
  explicit RetryLog(Log& log) : log_(log) {}

  void tell(const Error& error, std::int64_t wait_ms) {
    const bool is_new = told_.insert({error.cause().domain, error.cause().code}).second;
    const std::int32_t level = is_new ? LOCKREC_LOG_INFO : LOCKREC_LOG_DEBUG;
    if (!log_.wants(level)) return;
    log_.line(level, std::string("retry: ") + error.what() + "; trying again in " + std::to_string(wait_ms) + " ms");
  }

 private:
  Log& log_;
  std::set<std::pair<std::int32_t, std::int64_t>> told_;
};

}  // namespace lockrec::redis
