// The one exception type: caught in one place, at the boundary.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include "lockrec/lockrec.h"

namespace lockrec {

struct Cause {
  std::int32_t domain = LOCKREC_CAUSE_NONE;
  std::int64_t code = 0;
};

class Error : public std::exception {
 public:
  Error(std::int32_t status, std::string sentence, Cause cause = {})
      : status_(status), sentence_(std::move(sentence)), cause_(cause) {}

  std::int32_t status() const noexcept { return status_; }
  Cause cause() const noexcept { return cause_; }
  const char* what() const noexcept override { return sentence_.c_str(); }

 private:
  std::int32_t status_;
  std::string sentence_;
  Cause cause_;
};

}  // namespace lockrec
