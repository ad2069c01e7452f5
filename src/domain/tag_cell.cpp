// What makes a tag unusable as part of a key, each kind with its own reason.
#include "domain/tag_cell.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "lockrec/lockrec.h"

namespace lockrec {

namespace {

constexpr std::size_t tag_bytes_max = 512;

// What a sheet shows instead of a value that it can't work out, or has not yet.
constexpr std::array<std::string_view, 9> no_values = {"#N/A",  "#REF!",  "#NAME?",  "#VALUE!",   "#DIV/0!",
                                                       "#NUM!", "#NULL!", "#ERROR!", "Loading..."};

// As a person would write it: plain digits, an exponent only where there would be a crowd of zeros.
std::string shortest_decimal(double number) {
  if (number == 0) return "0";
  const auto magnitude = std::fabs(number);
  const bool is_plain = magnitude >= 1e-6 && magnitude < 1e21;
  std::array<char, 64> text;
  const auto format = is_plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, format).ptr;
  return {text.data(), end};
}

std::int32_t reason_against(std::string_view text) {
  if (text.empty()) return LOCKREC_REASON_TAG_EMPTY;
  if (text.size() > tag_bytes_max) return LOCKREC_REASON_TAG_TOO_LONG;
  if (std::ranges::find(no_values, text) != no_values.end()) return LOCKREC_REASON_TAG_INVALID;
  if (!is_printable(text)) return LOCKREC_REASON_TAG_INVALID;
  return LOCKREC_REASON_NONE;
}

}  // namespace

Tag read_tag(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::empty: return {LOCKREC_REASON_TAG_EMPTY, {}, {}};
    case Cell::Kind::boolean: return {LOCKREC_REASON_TAG_INVALID, {}, {}};
    case Cell::Kind::number:
      if (!std::isfinite(cell.number)) return {LOCKREC_REASON_TAG_INVALID, {}, {}};
      return {LOCKREC_REASON_NONE, {}, shortest_decimal(cell.number)};
    case Cell::Kind::text: break;
  }
  const auto text = trim(cell.text);
  const auto reason = reason_against(text);
  if (reason == LOCKREC_REASON_NONE) return {reason, text, {}};
  return {reason, {}, printable(text)};
}

}  // namespace lockrec
