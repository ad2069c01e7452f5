// Writes commands as Redis reads them, straight into the buffer that is sent.
#pragma once

#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace lockrec::redis {

// Wiped when it goes or grows: it may hold a password.
using OutBuffer = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

inline void append_size(OutBuffer& out, char kind, std::size_t size) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, size).ptr;
  out.push_back(kind);
  out.append(digits, end);
  out.append("\r\n", 2);
}

inline void append_argument(OutBuffer& out, std::string_view text) {
  append_size(out, '$', text.size());
  out.append(text);
  out.append("\r\n", 2);
}

// The name of a command that has count arguments, itself included; append_argument adds the others.
inline void append_command(OutBuffer& out, std::string_view name, std::size_t count) {
  append_size(out, '*', count);
  append_argument(out, name);
}

inline void append_command(OutBuffer& out, std::initializer_list<std::string_view> words) {
  append_size(out, '*', words.size());
  for (const auto word : words) append_argument(out, word);
}

}  // namespace lockrec::redis
