// ASCII and UTF-8 by hand: isspace, tolower and friends ask the host's locale.
#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace lockrec {

namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool continues(std::string_view text, std::size_t at) { return at < text.size() && (byte_at(text, at) & 0xC0) == 0x80; }

// What the second byte may be, so that overlong forms, surrogates and what lies above U+10FFFF fall out.
bool second_byte_fits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0: return second >= 0xA0;
    case 0xED: return second <= 0x9F;
    case 0xF0: return second >= 0x90;
    case 0xF4: return second <= 0x8F;
    default: return true;
  }
}

// Bytes of the character that starts at text[at], 0 where none does.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  const auto first = byte_at(text, at);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t bytes = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text, at + i)) return 0;
  }
  return second_byte_fits(first, byte_at(text, at + 1)) ? bytes : 0;
}

bool next_eight_are_ascii(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  if (text.size() - at < sizeof word) return false;
  std::memcpy(&word, text.data() + at, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

// Whether each of eight bytes is a printable ASCII character.
bool are_plain(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highest_bits = 0x80 * ones;
  // The subtraction borrows into the highest bit of a byte below 0x20; the addition carries into that of 0x7F.
  const std::uint64_t below_space = word - 0x20 * ones;
  const std::uint64_t delete_or_above = (word & ~highest_bits) + ones;
  return ((word | below_space | delete_or_above) & highest_bits) == 0;
}

bool is_plain(std::string_view text) {
  std::uint64_t word = 0;
  for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    if (!are_plain(word)) return false;
  }
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_control(std::string_view character) {
  const auto first = byte_at(character, 0);
  if (first < 0x20 || first == 0x7F) return true;
  return first == 0xC2 && character.size() > 1 && byte_at(character, 1) >= 0x80 && byte_at(character, 1) <= 0x9F;
}

// Viewers break a line there although neither is a control character.
bool is_line_separator(std::string_view character) {
  return character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto is_graphic = [](char c) { return c > ' ' && c < 0x7F; };
  if (!text.empty() && is_graphic(text.front()) && is_graphic(text.back())) return text;  // the rule, and quick
  for (;;) {
    if (!text.empty() && is_ascii_space(text.front())) {
      text.remove_prefix(1);
    } else if (text.starts_with(no_break_space)) {
      text.remove_prefix(no_break_space.size());
    } else if (!text.empty() && is_ascii_space(text.back())) {
      text.remove_suffix(1);
    } else if (text.ends_with(no_break_space)) {
      text.remove_suffix(no_break_space.size());
    } else {
      return text;
    }
  }
}

bool equal_ignoring_ascii_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool is_valid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (next_eight_are_ascii(text, at)) {
      at += 8;
      continue;
    }
    const auto bytes = character_bytes(text, at);
    if (bytes == 0) return false;
    at += bytes;
  }
  return true;
}

bool has_control_character(std::string_view text) {
  if (is_plain(text)) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_control(text.substr(at, 2))) return true;
  }
  return false;
}

bool is_printable(std::string_view text) {
  return is_plain(text) || (!has_control_character(text) && is_valid_utf8(text));
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  if (is_plain(text)) return std::string(text.substr(0, bytes_max));
  std::string made;
  made.reserve(std::min(text.size(), bytes_max));
  for (std::size_t at = 0; at < text.size();) {
    const auto bytes = character_bytes(text, at);
    auto shown = bytes == 0 ? replacement : text.substr(at, bytes);
    if (is_control(shown) || is_line_separator(shown)) shown = " ";
    if (made.size() + shown.size() > bytes_max) break;
    made += shown;
    at += std::max<std::size_t>(bytes, 1);
  }
  return made;
}

}  // namespace lockrec
