#include "sheet/value_range.hpp"

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sheet/a1.hpp"
#include "sheet/columns.hpp"
#include "sheet/json.hpp"
#include "sheet/json_cell.hpp"

namespace lockrec::sheet {

namespace {

struct Table {
  cJSON* values;  // may be null: an empty range
  CellPlace start;
  bool by_columns;
};

using CellNodes = std::array<const cJSON*, 3>;

[[noreturn]] void refuse(const RowFeed& feed, const std::string& why) {
  throw Error(LOCKREC_E_SHEET_FORMAT, feed.what() + " is no ValueRange: " + why);
}

Table table_of(cJSON* root, const RowFeed& feed) {
  if (cJSON_IsObject(root) == 0) refuse(feed, "it is no JSON object");
  if (member(root, "valueRanges") != nullptr) refuse(feed, "it holds 'valueRanges'; give one of them");
  for (const char* name : {"range", "majorDimension", "values"}) {
    if (has_twice(root, name)) refuse(feed, "it has '" + std::string(name) + "' twice");
  }
  cJSON* values = cJSON_GetObjectItemCaseSensitive(root, "values");
  if (values != nullptr && cJSON_IsArray(values) == 0) refuse(feed, "its 'values' are no list");
  if (values == nullptr && member(root, "range") == nullptr) refuse(feed, "it has neither 'range' nor 'values'");
  const std::string_view dimension = text_of(member(root, "majorDimension"));
  if (member(root, "majorDimension") != nullptr && dimension != "ROWS" && dimension != "COLUMNS") {
    refuse(feed, "its majorDimension is neither ROWS nor COLUMNS");
  }
  for (const cJSON* line = first_of(values); line != nullptr; line = line->next) {
    if (cJSON_IsArray(line) == 0) refuse(feed, "its 'values' are not lists of cells");
  }
  return {values, range_start(text_of(member(root, "range"))), dimension == "COLUMNS"};
}

std::vector<std::string> header_of(const Table& table) {
  std::vector<std::string> header;
  if (table.by_columns) {
    for (const cJSON* column = first_of(table.values); column != nullptr; column = column->next) {
      header.push_back(header_text(first_of(column)));
    }
    return header;
  }
  for (const cJSON* cell = first_of(first_of(table.values)); cell != nullptr; cell = cell->next) {
    header.push_back(header_text(cell));
  }
  return header;
}

SheetRow row_of(const CellNodes& nodes, std::uint32_t number, const Columns& columns, const Table& table) {
  std::array<Cell, 3> cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = json_cell(nodes[i], number, columns[i].index + table.start.column);
  }
  return {number, cells[tag_at], cells[occupied_by_at], cells[occupied_at_at]};
}

// What has been handed over goes, so that its memory serves what is made of it.
void hand_over_rows(const Table& table, const Columns& columns, RowFeed& feed) {
  std::uint32_t number = table.start.row;
  cJSON_DeleteItemFromArray(table.values, 0);  // the header
  while (first_of(table.values) != nullptr) {
    const Json line(cJSON_DetachItemFromArray(table.values, 0));
    CellNodes nodes{};
    std::size_t index = 0;
    for (const cJSON* cell = line->child; cell != nullptr; cell = cell->next, ++index) {
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (columns[i].index == index) nodes[i] = cell;
      }
    }
    feed.row(row_of(nodes, ++number, columns, table));
  }
}

void hand_over_columns(const Table& table, const Columns& columns, RowFeed& feed) {
  CellNodes nodes{};
  std::size_t index = 0;
  for (const cJSON* column = first_of(table.values); column != nullptr; column = column->next, ++index) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (columns[i].index == index) nodes[i] = first_of(column);
    }
  }
  const auto step = [&nodes] {
    bool any = false;
    for (const cJSON*& node : nodes) {
      node = node == nullptr ? nullptr : node->next;
      any = any || node != nullptr;
    }
    return any;
  };
  for (std::uint32_t number = table.start.row; step();) feed.row(row_of(nodes, ++number, columns, table));
}

}  // namespace

void read_value_range(std::string bytes, const SourceConfig& config, RowFeed& feed, Log& log) {
  // A sheet may be wide: memory bounds it here, some 0.5 GB for the tree; the feed counts the rows.
  constexpr std::int64_t nodes_max = 5000000;
  const Json root =
      parse_json(bytes, nodes_max, feed.what(), feed.deadline(), "too many for a .json file; export it as .csv");
  bytes = {};
  const Table table = table_of(root.get(), feed);
  const Columns columns = find_columns(header_of(table), config, feed.what(), table.start.column);
  log.info(columns_line(columns, table.start.column));
  feed.begin({});
  if (table.by_columns) {
    hand_over_columns(table, columns, feed);
  } else {
    hand_over_rows(table, columns, feed);
  }
}

}  // namespace lockrec::sheet
