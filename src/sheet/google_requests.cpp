#include "sheet/google_requests.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/https.hpp"
#include "sheet/a1.hpp"
#include "sheet/json_cell.hpp"

namespace lockrec::sheet {

namespace {

std::string spreadsheet_path(const SourceConfig& source) {
  return "/v4/spreadsheets/" + net::url_encode(source.spreadsheet_id);
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error(LOCKREC_E_SHEET_FORMAT, "the reply of Google Sheets " + why);
}

}  // namespace

std::string shape_path(const SourceConfig& source) {
  constexpr std::string_view fields =
      "properties(timeZone,locale),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
      "data(rowData(values(formattedValue))))";
  return spreadsheet_path(source) + "?ranges=" + net::url_encode(quoted_tab(source.worksheet) + "!1:1") +
         "&fields=" + net::url_encode(fields) + "&prettyPrint=false";
}

SheetShape read_shape(const cJSON* root, const SourceConfig& source) {
  const cJSON* const properties = member(root, "properties");
  const cJSON* const sheet = first_of(member(root, "sheets"));
  const std::string tab = "'" + printable(source.worksheet, 60) + "'";
  if (sheet == nullptr) refuse("describes no worksheet " + tab);
  const cJSON* const rows = member(member(member(sheet, "properties"), "gridProperties"), "rowCount");
  constexpr double rows_max = 1e8;
  if (cJSON_IsNumber(rows) == 0 || !(rows->valuedouble >= 1 && rows->valuedouble <= rows_max)) {
    refuse("gives no number of rows for the worksheet " + tab + "; is it a chart or another object?");
  }
  SheetShape shape;
  shape.time_zone = std::string(text_of(member(properties, "timeZone")));
  shape.locale = std::string(text_of(member(properties, "locale")));
  shape.grid_rows = static_cast<std::int64_t>(rows->valuedouble);
  const cJSON* const row = first_of(member(first_of(member(sheet, "data")), "rowData"));
  for (const cJSON* cell = first_of(member(row, "values")); cell != nullptr; cell = cell->next) {
    shape.header.push_back(header_text(member(cell, "formattedValue")));
  }
  return shape;
}

std::string titles_path(const SourceConfig& source) {
  return spreadsheet_path(source) + "?fields=" + net::url_encode("sheets(properties(title))") + "&prettyPrint=false";
}

std::string list_of_titles(const cJSON* root) {
  constexpr std::size_t bytes_max = 120;
  std::string list;
  for (const cJSON* sheet = first_of(member(root, "sheets")); sheet != nullptr; sheet = sheet->next) {
    const std::string title = printable(text_of(member(member(sheet, "properties"), "title")), 60);
    if (list.size() + title.size() > bytes_max) return list + " and others";
    list += (list.empty() ? "'" : ", '") + title + "'";
  }
  return list;
}

std::string values_path(const SourceConfig& source, const std::vector<std::string>& ranges) {
  std::string path = spreadsheet_path(source) + "/values:batchGet?";
  for (const std::string& range : ranges) path += "ranges=" + net::url_encode(range) + "&";
  return path +
         "majorDimension=COLUMNS&valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=SERIAL_NUMBER"
         "&prettyPrint=false";
}

std::vector<const cJSON*> read_values(const cJSON* root, std::size_t ranges_asked) {
  std::vector<const cJSON*> columns;
  for (const cJSON* range = first_of(member(root, "valueRanges")); range != nullptr; range = range->next) {
    // Rows in place of columns would read as a sheet with a header alone.
    const cJSON* const dimension = member(range, "majorDimension");
    if (cJSON_IsObject(range) == 0 || (dimension != nullptr && text_of(dimension) != "COLUMNS")) {
      refuse("does not list its values by columns");
    }
    const cJSON* const values = member(range, "values");
    if (values != nullptr && cJSON_IsArray(values) == 0) refuse("has 'values' that are no list");
    const cJSON* const column = first_of(values);
    if (column != nullptr && (cJSON_IsArray(column) == 0 || column->next != nullptr)) {
      refuse("holds more than the one column asked for in a range");
    }
    columns.push_back(column);
  }
  if (columns.size() != ranges_asked) {
    refuse("holds " + std::to_string(columns.size()) + " ranges, " + std::to_string(ranges_asked) + " were asked for");
  }
  return columns;
}

bool locale_puts_month_first(const std::string& locale) {
  for (const std::string_view name : {"en", "en_US", "en_PH", "fil_PH", "es_PR", "es_PA"}) {
    if (equal_ignoring_ascii_case(locale, name)) return true;
  }
  return false;
}

}  // namespace lockrec::sheet
