// Cuts long texts before hiredis sees them: it would keep a value of 512 MB whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lockrec::redis {

class BulkCutter {
 public:
  // Longer than every value of ours, so that a text that was cut never equals one.
  static constexpr std::int64_t kept_bytes = 512;

  // Takes the front off bytes and gives what stands for it, maybe nothing: a piece of bytes, or a text of its own that
  // is valid until the next call.
  std::string_view next(std::string_view& bytes);

 private:
  std::string_view header(std::string_view& bytes);
  std::string_view bounded(std::string_view header);
  std::string_view line(std::string_view& bytes);

  enum class State { start, header, line } state_ = State::start;
  std::string header_;
  char last_ = '\0';       // of the line so far
  std::int64_t keep_ = 0;  // bytes of a text that pass next, then
  std::int64_t skip_ = 0;  // those that don't
};

}  // namespace lockrec::redis
