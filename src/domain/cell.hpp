// What one cell holds, whichever source it came from. Borrowed: its text lives in the source's page.
#pragma once

#include <cstdint>
#include <string_view>

namespace lockrec {

struct Cell {
  enum class Kind { empty, text, number, boolean };
  Kind kind = Kind::empty;
  std::string_view text;  // Kind::text: never empty after trimming, already trimmed
  double number = 0;      // Kind::number
  // A text source (CSV, host rows) can't tell a serial from text: plain decimals in the date cell are serials.
  bool from_text_source = false;
};

struct SheetRow {
  std::uint32_t number = 0;  // as the sheet counts; host rows from 1
  Cell tag;
  Cell occupied_by;
  Cell occupied_at;
};

}  // namespace lockrec
