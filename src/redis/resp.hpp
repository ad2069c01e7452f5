// Writes commands as Redis reads them, straight into the buffer that is sent.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace lockrec::redis {

// Wiped when it goes or grows: it may hold a password.
using OutBuffer = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

inline char* put_size(char* at, char kind, std::size_t size) {
  *at++ = kind;
  at = std::to_chars(at, at + 20, size).ptr;
  *at++ = '\r';
  *at++ = '\n';
  return at;
}

inline void append_size(OutBuffer& out, char kind, std::size_t size) {
  char head[24];
  out.append(head, put_size(head, kind, size));
}

// In one step: this is done a million times in a call.
inline void append_argument(OutBuffer& out, std::string_view text) {
  char head[24];
  const auto head_size = static_cast<std::size_t>(put_size(head, '$', text.size()) - head);
  const auto old_size = out.size();
  out.resize(old_size + head_size + text.size() + 2);
  char* at = std::copy_n(head, head_size, out.data() + old_size);
  at = std::copy_n(text.data(), text.size(), at);
  at[0] = '\r';
  at[1] = '\n';
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
