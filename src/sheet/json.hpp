// JSON through cJSON, which can't be interrupted: what it would choke on is refused before it starts.
#pragma once

#include <cjson/cJSON.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/deadline.hpp"

namespace lockrec::sheet {

struct JsonDelete {
  void operator()(cJSON* node) const noexcept { cJSON_Delete(node); }
};
using Json = std::unique_ptr<cJSON, JsonDelete>;

// Commas that a reply about so many rows may hold.
constexpr std::int64_t commas_for_rows(std::int64_t rows) { return 4 * rows + 10000; }

// Throws LOCKREC_E_SHEET_FORMAT (a NUL, raw or escaped; invalid UTF-8; too many commas; not JSON; anything
// behind the value) and LOCKREC_E_DEADLINE where the parse could not end in time.
Json parse_json(std::string_view bytes, std::int64_t commas_max, std::string_view what, const Deadline& deadline);

// Null where the node is no object or has no such member; the first of equal names counts.
const cJSON* member(const cJSON* node, const char* name);
// Empty where the node is no string.
std::string_view text_of(const cJSON* node);
// The first element; null where the node is no array or is empty.
const cJSON* first_of(const cJSON* node);

}  // namespace lockrec::sheet
