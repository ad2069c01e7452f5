#include "sheet/json_cell.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sheet/a1.hpp"
#include "sheet/row_feed.hpp"

namespace lockrec::sheet {

Cell json_cell(const cJSON* node, std::uint32_t row, std::size_t column) {
  if (node == nullptr || cJSON_IsNull(node) != 0) return {};
  if (cJSON_IsString(node) != 0) return text_cell(node->valuestring, false);
  Cell cell;
  if (cJSON_IsBool(node) != 0) {
    cell.kind = Cell::Kind::boolean;
    return cell;
  }
  if (cJSON_IsNumber(node) != 0 && std::isfinite(node->valuedouble)) {
    cell.kind = Cell::Kind::number;
    cell.number = node->valuedouble;
    return cell;
  }
  throw Error(LOCKREC_E_SHEET_FORMAT, "row " + std::to_string(row) + ", column " + column_letters(column) +
                                          " holds JSON that is no cell: text, number, true or false was expected");
}

std::string header_text(const cJSON* node) {
  if (cJSON_IsString(node) != 0) return std::string(trim(node->valuestring));
  if (cJSON_IsBool(node) != 0) return cJSON_IsTrue(node) != 0 ? "TRUE" : "FALSE";
  if (cJSON_IsNumber(node) == 0) return {};
  std::array<char, 40> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), node->valuedouble);
  return error == std::errc() ? std::string(digits.data(), end) : std::string();
}

}  // namespace lockrec::sheet
