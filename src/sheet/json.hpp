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

// Nodes that a reply about so many rows may hold: a header of 18278 columns, the most a sheet has, needs three each.
constexpr std::int64_t nodes_for_rows(std::int64_t rows) { return 4 * rows + 60000; }

// A node is a [ or { or , or : outside strings. Throws LOCKREC_E_SHEET_FORMAT (a NUL, raw or escaped; invalid
// UTF-8; too many nodes, told with the advice; nested too deep; not JSON; anything behind the value) and
// LOCKREC_E_DEADLINE where the parse could not end in time.
Json parse_json(std::string_view bytes, std::int64_t nodes_max, std::string_view what, const Deadline& deadline,
                std::string_view advice = "far more than was asked for");

// Null where the node is no object or has no such member; the first of equal names counts.
const cJSON* member(const cJSON* node, const char* name);
// Whether an object has this member more than once: readers then differ in which one counts.
bool has_twice(const cJSON* node, const char* name);
// Empty where the node is no string.
std::string_view text_of(const cJSON* node);
// The first element; null where the node is no array or is empty.
const cJSON* first_of(const cJSON* node);

}  // namespace lockrec::sheet
