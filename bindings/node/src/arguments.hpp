// What one call borrows to the library: copies of everything, so that no thread but Node's touches JavaScript.
#pragma once

#include <lockrec/lockrec.h>
#include <napi.h>

#include <memory>
#include <vector>

namespace lockrec_node {

// A text that is overwritten when it is no longer needed: it may be a password or a key.
class Text {
 public:
  explicit Text(const Napi::Value& value);
  ~Text();
  Text(Text&&) noexcept = default;
  Text& operator=(Text&&) = delete;

  const char* get() const { return data_.get(); }

 private:
  std::unique_ptr<char[]> data_;
  size_t size_ = 0;
};

class Arguments {
 public:
  // given: C names with strings and BigInts, `flags` and `log_level` numbers. cells: undefined, or every row's three
  // cells, each ended by a NUL.
  Arguments(const Napi::Object& given, const Napi::Value& cells);
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  lockrec_config_t& config() { return config_; }

 private:
  void split_rows();

  lockrec_config_t config_{};
  std::vector<Text> texts_;
  std::vector<char> cells_;
  std::vector<lockrec_row_t> rows_;
};

}  // namespace lockrec_node
