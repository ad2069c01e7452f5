// One character at a time out of bytes that may be broken UTF-8.
#include "utf8.hpp"

namespace lockrec::cli {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// How many bytes a leading byte announces, 0 where it can't lead, and the bits of the code that it holds.
std::size_t announced_bytes(unsigned char lead, char32_t& bits) {
  if (lead < 0x80) {
    bits = lead;
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    bits = lead & 0x1Fu;
    return 2;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    bits = lead & 0x0Fu;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    bits = lead & 0x07u;
    return 4;
  }
  return 0;
}

bool is_overlong_or_forbidden(char32_t code, std::size_t bytes) {
  return (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000) || (code >= 0xD800 && code <= 0xDFFF) ||
         code > 0x10FFFF;
}

}  // namespace

Character first_character(std::string_view text) {
  char32_t code = 0;
  const std::size_t bytes = announced_bytes(static_cast<unsigned char>(text[0]), code);
  if (bytes == 0 || bytes > text.size()) return {};
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0u) != 0x80u) return {};
    code = (code << 6) | (next & 0x3Fu);
  }
  if (is_overlong_or_forbidden(code, bytes)) return {};
  return {code, bytes, true};
}

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    line += !character.is_valid || character.is_control() ? kReplacement : text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return line;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_character(text).bytes);
  return count;
}

}  // namespace lockrec::cli
