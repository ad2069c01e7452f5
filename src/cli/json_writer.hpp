// JSON on one line, always valid whatever bytes come in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lockrec::cli {

class JsonWriter {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);
  // Control characters are escaped, C1 and DEL too; broken UTF-8 becomes U+FFFD.
  void string(std::string_view text);
  void number(std::int64_t value);
  void member(std::string_view name, std::string_view text);
  void member(std::string_view name, std::int64_t value);

  const std::string& text() const { return text_; }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();
  void quote(std::string_view text);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace lockrec::cli
