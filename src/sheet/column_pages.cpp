#include "sheet/column_pages.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sheet/a1.hpp"
#include "sheet/google_requests.hpp"
#include "sheet/json_cell.hpp"

namespace lockrec::sheet {

namespace {

constexpr std::int64_t page_rows = 50000;

// A tag as it can be compared after its page is gone.
std::string remembered(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::empty: return {};
    case Cell::Kind::text: return "text " + std::string(cell.text);
    case Cell::Kind::boolean: return "boolean";
    case Cell::Kind::number: break;
  }
  return "number " + std::string(reinterpret_cast<const char*>(&cell.number), sizeof cell.number);
}

class PagedRead {
 public:
  PagedRead(const SourceConfig& source, std::span<const Column> columns, const TakeRow& take)
      : source_(source), columns_(columns), take_(take) {}

  // The columns themselves, and behind them, where they don't start at it, the header's cells.
  std::vector<std::string> ranges(const Page& page) const {
    std::vector<std::string> list;
    for (const Column& column : columns_) {
      list.push_back(column_range(source_.worksheet, column.index, page.first_row, page.last_row));
    }
    if (page.first_row > 1) {
      for (const Column& column : columns_) list.push_back(column_range(source_.worksheet, column.index, 1, 1));
    }
    return list;
  }

  void take_page(const Page& page, const std::vector<const cJSON*>& values) {
    const std::size_t header_at = page.first_row > 1 ? columns_.size() : 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) check_header(columns_[i], first_of(values[header_at + i]));
    std::array<const cJSON*, 3> nodes{};
    for (std::size_t i = 0; i < columns_.size(); ++i) nodes[i] = first_of(values[i]);
    std::string last_tag;
    std::int64_t row = page.first_row;
    for (bool any = true; any; ++row) {
      const RowCells cells = cells_of(nodes, row, page);
      if (row == page.first_row && row > 1) check_overlap(row, cells[tag_at]);
      if (row > page.first_row) take_(static_cast<std::uint32_t>(row), cells);
      if (row == page.last_row) last_tag = remembered(cells[tag_at]);
      any = step(nodes);
    }
    last_tag_ = last_tag;
  }

 private:
  static bool step(std::array<const cJSON*, 3>& nodes) {
    bool any = false;
    for (const cJSON*& node : nodes) {
      node = node == nullptr ? nullptr : node->next;
      any = any || node != nullptr;
    }
    return any;
  }

  RowCells cells_of(const std::array<const cJSON*, 3>& nodes, std::int64_t row, const Page& page) const {
    if (page.last_row && row > *page.last_row) {
      throw Error(LOCKREC_E_SHEET_FORMAT, "the reply of Google Sheets holds more rows than were asked for");
    }
    RowCells cells;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      cells[i] = json_cell(nodes[i], static_cast<std::uint32_t>(row), columns_[i].index);
    }
    return cells;
  }

  void check_header(const Column& column, const cJSON* node) const {
    const std::string now = header_text(node);
    if (now == column.header) return;
    throw SheetMoved(SheetMoved::What::header, "the columns of the worksheet '" + printable(source_.worksheet, 60) +
                                                   "' were moved while it was read: " + column_letters(column.index) +
                                                   " was headed '" + printable(column.header, 40) +
                                                   "' and is now headed '" + printable(now, 40) + "'");
  }

  void check_overlap(std::int64_t row, const Cell& tag) const {
    if (remembered(tag) == last_tag_) return;
    throw SheetMoved(SheetMoved::What::rows, "the rows of the worksheet '" + printable(source_.worksheet, 60) +
                                                 "' were moved while it was read: row " + std::to_string(row) +
                                                 " has another tag than a moment before");
  }

  const SourceConfig& source_;
  std::span<const Column> columns_;
  const TakeRow& take_;
  std::string last_tag_;
};

}  // namespace

std::vector<Page> pages_of(std::int64_t grid_rows) {
  std::vector<Page> pages;
  for (std::int64_t first = 1;; first += page_rows - 1) {
    const std::int64_t last = first + page_rows - 1;
    if (last >= grid_rows) {
      pages.push_back({first, std::nullopt, grid_rows - first + 1});
      return pages;
    }
    pages.push_back({first, last, page_rows});
  }
}

void read_columns(GoogleClient& client, const SourceConfig& source, std::span<const Column> columns,
                  std::int64_t grid_rows, const Deadline& deadline, const TakeRow& take) {
  PagedRead read(source, columns, take);
  for (const Page& page : pages_of(grid_rows)) {
    const std::vector<std::string> ranges = read.ranges(page);
    // The tree goes with this turn of the loop: two pages are never held at once.
    const Json root = client.get(values_path(source, ranges), nodes_for_rows(page.rows), deadline);
    read.take_page(page, read_values(root.get(), ranges.size()));
  }
}

}  // namespace lockrec::sheet
