// A few columns of a live sheet, read page by page; notices when the sheet moves under the read.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "domain/cell.hpp"
#include "sheet/columns.hpp"
#include "sheet/google_client.hpp"

namespace lockrec::sheet {

// What was read so far does not fit together: a column or rows were inserted, deleted or moved meanwhile.
class SheetMoved : public Error {
 public:
  enum class What { header, rows };
  SheetMoved(What what, std::string sentence) : Error(LOCKREC_E_SHEET_FORMAT, std::move(sentence)), what_(what) {}
  What moved() const { return what_; }

 private:
  What what_;
};

struct Page {
  std::int64_t first_row = 1;
  std::optional<std::int64_t> last_row;  // nothing: down to the sheet's end
  std::int64_t rows = 0;                 // at least so many are asked for
};

// Pages of 50,000 rows; each begins with the last row of the one before.
std::vector<Page> pages_of(std::int64_t grid_rows);

// In the order of the columns; of the third none where two are read.
using RowCells = std::array<Cell, 3>;
using TakeRow = std::function<void(std::uint32_t row, const RowCells& cells)>;

// The first column is the tag's. Hands over every row below the header. Throws SheetMoved, Refusal, Error.
void read_columns(GoogleClient& client, const SourceConfig& source, std::span<const Column> columns,
                  std::int64_t grid_rows, const Deadline& deadline, const TakeRow& take);

}  // namespace lockrec::sheet
