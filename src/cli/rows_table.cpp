// What --rows prints for people.
#include "rows_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "names.hpp"
#include "utf8.hpp"

namespace lockrec::cli {
namespace {

constexpr std::size_t kColumns = 5;
constexpr std::size_t kWidestColumn = 40;
using Cells = std::array<std::string, kColumns>;

Cells cells_of(const Row& row) {
  const std::string_view reason = row.reason == LOCKREC_REASON_NONE ? std::string_view() : reason_name(row.reason);
  return {std::to_string(row.number), one_line(row.tag), one_line(row.owner), std::string(outcome_name(row.outcome)),
          std::string(reason)};
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t shown = character_count(text);
  return shown < width ? text + std::string(width - shown, ' ') : text;
}

std::string painted(const std::string& outcome_padded, std::int32_t outcome, const Style& style) {
  switch (outcome) {
    case LOCKREC_ROW_ADOPTED:
    case LOCKREC_ROW_RECONCILED: return style.good(outcome_padded);
    case LOCKREC_ROW_FAILED:
    case LOCKREC_ROW_UNPROCESSED: return style.bad(outcome_padded);
    case LOCKREC_ROW_SKIPPED_INVALID:
    case LOCKREC_ROW_CONFLICTING: return style.odd(outcome_padded);
    default: return outcome_padded;
  }
}

}  // namespace

std::string rows_table(const std::vector<Row>& rows, const Style& style) {
  if (rows.empty()) return "no row to show: nobody occupies any\n";
  const Cells header = {"row", "tag", "owner", "outcome", "reason"};
  std::array<std::size_t, kColumns> widths{};
  for (std::size_t i = 0; i < kColumns; ++i) widths[i] = header[i].size();
  for (const Row& row : rows) {
    const Cells cells = cells_of(row);
    for (std::size_t i = 0; i < kColumns; ++i) {
      widths[i] = std::max(widths[i], std::min(character_count(cells[i]), kWidestColumn));
    }
  }
  std::string head;
  for (std::size_t i = 0; i < kColumns; ++i) head += padded(header[i], i + 1 < kColumns ? widths[i] + 2 : 0);
  std::string table = style.strong(head) + "\n";
  for (const Row& row : rows) {
    const Cells cells = cells_of(row);
    std::string line;
    for (std::size_t i = 0; i < 3; ++i) line += padded(cells[i], widths[i]) + "  ";
    const bool has_reason = !cells[4].empty();
    line += painted(has_reason ? padded(cells[3], widths[3]) : cells[3], row.outcome, style);
    if (has_reason) line += "  " + cells[4];
    table += line + "\n";
  }
  return table;
}

}  // namespace lockrec::cli
