#include "sheet/columns.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sheet/a1.hpp"

namespace lockrec::sheet {

namespace {

std::string folded(std::string_view text) {
  std::string result;
  for (const char c : trim(text)) {
    if (c == ' ' || c == '_' || c == '/') continue;
    result.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return result;
}

std::vector<std::size_t> matches(const std::vector<std::string>& header, std::string_view name) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (trim(header[i]) == trim(name)) found.push_back(i);
  }
  if (!found.empty()) return found;
  const std::string wanted = folded(name);
  if (wanted.empty()) return found;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (folded(header[i]) == wanted) found.push_back(i);
  }
  return found;
}

std::string quoted(std::string_view text) { return "'" + printable(trim(text), 40) + "'"; }

// Headers that share their first letters or hold one another come first: a typing error is the usual cause.
std::string described(const std::vector<std::string>& header, std::string_view name) {
  const std::string wanted = folded(name);
  const auto is_near = [&](const std::string& text) {
    const std::string seen = folded(text);
    if (seen.empty() || wanted.empty()) return false;
    return seen.find(wanted) != std::string::npos || wanted.find(seen) != std::string::npos ||
           seen.compare(0, 4, wanted, 0, 4) == 0;
  };
  std::vector<std::string> near;
  std::vector<std::string> first;
  for (const std::string& text : header) {
    if (near.size() < 3 && is_near(text)) near.push_back(quoted(text));
    if (first.size() < 4 && !trim(text).empty()) first.push_back(quoted(text));
  }
  const auto& shown = near.empty() ? first : near;
  if (shown.empty()) return "its row 1 is empty";
  std::string list;
  for (const std::string& text : shown) list += (list.empty() ? "" : ", ") + text;
  return (near.empty() ? "its header starts with " : "near to it are ") + list;
}

}  // namespace

Column find_column(const std::vector<std::string>& header, std::string_view name, std::string_view what,
                   std::size_t first_column) {
  const std::vector<std::size_t> found = matches(header, name);
  if (found.empty()) {
    throw Error(LOCKREC_E_SHEET_FORMAT,
                std::string(what) + " has no column " + quoted(name) + ": " + described(header, name));
  }
  if (found.size() > 1) {
    std::string letters;
    for (std::size_t i = 0; i < found.size() && i < 5; ++i) {
      letters += (i == 0 ? "" : i + 1 == found.size() ? " and " : ", ") + column_letters(found[i] + first_column);
    }
    throw Error(LOCKREC_E_SHEET_FORMAT, std::string(what) + " has " + std::to_string(found.size()) +
                                            " columns that match " + quoted(name) + " equally well: " + letters);
  }
  return {found.front(), std::string(trim(header[found.front()]))};
}

Columns find_columns(const std::vector<std::string>& header, const SourceConfig& names, std::string_view what,
                     std::size_t first_column) {
  const std::array<std::string_view, 3> wanted{names.tag_column, names.occupied_by_column, names.occupied_at_column};
  Columns columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i] = find_column(header, wanted[i], what, first_column);
    for (std::size_t j = 0; j < i; ++j) {
      if (columns[j].index != columns[i].index) continue;
      throw Error(LOCKREC_E_SHEET_FORMAT, quoted(wanted[j]) + " and " + quoted(wanted[i]) + " both mean column " +
                                              column_letters(columns[i].index + first_column) + " of " +
                                              std::string(what));
    }
  }
  return columns;
}

std::string columns_line(const Columns& columns, std::size_t first_column) {
  std::string line = "columns: ";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    line += (i == 0 ? "" : ", ") + printable(columns[i].header, 60) + " is " +
            column_letters(columns[i].index + first_column);
  }
  return line;
}

}  // namespace lockrec::sheet
