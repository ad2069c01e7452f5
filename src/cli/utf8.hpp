// One character at a time out of bytes that may be broken UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lockrec::cli {

struct Character {
  char32_t code = U'\uFFFD';  // U+FFFD where the bytes are no character
  std::size_t bytes = 1;
  bool is_valid = false;
  bool is_control() const { return code < 0x20 || (code >= 0x7F && code <= 0x9F); }
};

// text must not be empty.
Character first_character(std::string_view text);

// Fit for a terminal: control characters and broken bytes become U+FFFD.
std::string one_line(std::string_view text);

// How many characters a terminal shows, combining and wide ones counted as one.
std::size_t character_count(std::string_view text);

}  // namespace lockrec::cli
