// JSON on one line, always valid whatever bytes come in.
#include "json_writer.hpp"

#include "utf8.hpp"

namespace lockrec::cli {
namespace {

void append_escaped(std::string& into, char32_t code) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (code) {
    case U'\n': into += "\\n"; return;
    case U'\r': into += "\\r"; return;
    case U'\t': into += "\\t"; return;
    default: break;
  }
  into += "\\u00";
  into += kHex[(code >> 4) & 0xFu];
  into += kHex[code & 0xFu];
}

}  // namespace

void JsonWriter::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

void JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  needs_comma_ = false;
}

void JsonWriter::close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
}

void JsonWriter::quote(std::string_view text) {
  text_ += '"';
  while (!text.empty()) {
    const Character character = first_character(text);
    if (!character.is_valid) {
      text_ += "\\ufffd";
    } else if (character.is_control()) {
      append_escaped(text_, character.code);
    } else {
      if (character.code == U'"' || character.code == U'\\') text_ += '\\';
      text_ += text.substr(0, character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
  text_ += '"';
}

void JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  needs_comma_ = false;
}

void JsonWriter::string(std::string_view text) {
  separate();
  quote(text);
}

void JsonWriter::number(std::int64_t value) {
  separate();
  text_ += std::to_string(value);
}

void JsonWriter::member(std::string_view name, std::string_view text) {
  key(name);
  string(text);
}

void JsonWriter::member(std::string_view name, std::int64_t value) {
  key(name);
  number(value);
}

}  // namespace lockrec::cli
