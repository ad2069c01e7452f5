#include "sheet/a1.hpp"

#include <algorithm>
#include <charconv>

namespace lockrec::sheet {

std::string column_letters(std::size_t column) {
  std::string letters;
  for (std::size_t left = column + 1; left > 0; left = (left - 1) / 26) {
    letters.push_back(static_cast<char>('A' + (left - 1) % 26));
  }
  std::reverse(letters.begin(), letters.end());
  return letters;
}

std::string quoted_tab(std::string_view tab) {
  std::string quoted = "'";
  for (const char c : tab) {
    if (c == '\'') quoted.push_back(c);
    quoted.push_back(c);
  }
  quoted.push_back('\'');
  return quoted;
}

std::string column_range(std::string_view tab, std::size_t column, std::int64_t first_row,
                         std::optional<std::int64_t> last_row) {
  const std::string letters = column_letters(column);
  std::string range = quoted_tab(tab) + "!" + letters + std::to_string(first_row) + ":" + letters;
  if (last_row) range += std::to_string(*last_row);
  return range;
}

CellPlace range_start(std::string_view range) {
  // A cell holds no '!', a quoted tab may: what stands behind the last one counts.
  if (const auto mark = range.rfind('!'); mark != std::string_view::npos) range.remove_prefix(mark + 1);
  CellPlace start;
  std::size_t used = 0;
  std::size_t column = 0;
  while (used < range.size() && used < 3 && range[used] >= 'A' && range[used] <= 'Z') {
    column = column * 26 + static_cast<std::size_t>(range[used++] - 'A') + 1;
  }
  std::uint32_t row = 0;
  const auto [end, error] = std::from_chars(range.data() + used, range.data() + range.size(), row);
  const bool has_row = error == std::errc() && row > 0;
  const char* const rest = has_row ? end : range.data() + used;
  const bool ends = rest == range.data() + range.size() || *rest == ':';
  if (!ends || (used == 0 && !has_row)) return {};
  // A range of letters alone is a tab's name unless a ':' says otherwise.
  if (!has_row && rest == range.data() + range.size()) return {};
  if (used > 0) start.column = column - 1;
  if (has_row) start.row = row;
  return start;
}

}  // namespace lockrec::sheet
