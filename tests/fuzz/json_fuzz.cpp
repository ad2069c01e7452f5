// A body of Google's, read as every reply that it might be.
#include "sheet/json.hpp"

#include "base/text.hpp"
#include "rows.hpp"
#include "sheet/google_error_body.hpp"
#include "sheet/google_requests.hpp"
#include "sheet/json_cell.hpp"

namespace {

void read_as_sheet(const lockrec::sheet::Json& root, const lockrec::SourceConfig& source) {
  fuzz::refusal_of({LOCKREC_E_SHEET_FORMAT, LOCKREC_E_SHEET_NOT_FOUND},
                   [&] { lockrec::sheet::read_shape(root.get(), source); });
  fuzz::refusal_of({LOCKREC_E_SHEET_FORMAT}, [&] {
    for (const cJSON* cells : lockrec::sheet::read_values(root.get(), 2)) {
      std::uint32_t row = 0;
      for (const cJSON* cell = lockrec::sheet::first_of(cells); cell != nullptr; cell = cell->next) {
        lockrec::sheet::header_text(cell);
        lockrec::sheet::json_cell(cell, ++row, 0);
      }
    }
  });
  lockrec::sheet::list_of_titles(root.get());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  const lockrec::Deadline deadline(60000);
  fuzz::refusal_of({LOCKREC_E_SHEET_FORMAT}, [&] {
    const auto root = lockrec::sheet::parse_json(bytes, lockrec::sheet::nodes_for_rows(1000), "the reply", deadline);
    read_as_sheet(root, fuzz::source_config());
  });
  lockrec::net::HttpResponse response;
  response.status = 403;
  response.body = bytes;
  response.content_type = "application/json";
  const auto error = lockrec::sheet::read_error_body(response);
  fuzz::require(lockrec::is_valid_utf8(error.message), "what Google says is fit for a sentence");
  return 0;
}
