#include "sheet/json.hpp"

#include "base/error.hpp"
#include "sheet/foreign_text.hpp"

namespace lockrec::sheet {

namespace {

// What makes cJSON slow, large or deeply recursive, counted before it starts; text inside strings costs nothing.
class Structure {
 public:
  Structure(std::int64_t nodes_max, std::string_view what, std::string_view advice)
      : nodes_max_(nodes_max), what_(what), advice_(advice) {}

  // Stops at the first node or level too many.
  std::int64_t count_nodes(std::string_view bytes, const Deadline& deadline) {
    constexpr std::size_t bytes_between_checks = std::size_t{1} << 18;
    bool in_string = false;
    std::size_t check_at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i >= check_at) {
        deadline.check();
        check_at = i + bytes_between_checks;
      }
      const char c = bytes[i];
      if (c == '"') {
        in_string = !in_string;
      } else if (c == '\\') {
        if (bytes.substr(i + 1, 5) == "u0000") refuse("holds an escaped NUL character, which no sheet has");
        ++i;
      } else if (!in_string) {
        take(c);
      }
    }
    return nodes_;
  }

 private:
  void take(char c) {
    constexpr int levels_max = 32;
    if (c == ']' || c == '}') {
      --level_;
      return;
    }
    const bool opens = c == '[' || c == '{';
    if (!opens && c != ',' && c != ':') return;
    if (opens && ++level_ > levels_max) refuse("is nested deeper than " + std::to_string(levels_max) + " levels");
    if (++nodes_ > nodes_max_) {
      refuse("holds more than " + std::to_string(nodes_max_) + " values and lists, " + std::string(advice_));
    }
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(LOCKREC_E_SHEET_FORMAT, std::string(what_) + " " + why);
  }

  std::int64_t nodes_max_;
  std::string_view what_;
  std::string_view advice_;
  std::int64_t nodes_ = 0;
  std::int64_t level_ = 0;
};

}  // namespace

Json parse_json(std::string_view bytes, std::int64_t nodes_max, std::string_view what, const Deadline& deadline,
                std::string_view advice) {
  const std::int64_t nodes = Structure(nodes_max, what, advice).count_nodes(bytes, deadline);
  require_text(bytes, what, deadline);
  // Measured: 100 to 250 ns a node, the deletion of the tree included.
  constexpr std::int64_t ns_per_node = 200;
  constexpr std::int64_t ns_per_byte = 2;
  const std::int64_t needed_ns = nodes * ns_per_node + static_cast<std::int64_t>(bytes.size()) * ns_per_byte;
  deadline.check();
  if (needed_ns / 1000000 > deadline.remaining_ms()) {
    throw Error(LOCKREC_E_DEADLINE, "there is not enough time left to read " + std::string(what));
  }
  bytes = without_byte_order_mark(bytes);
  const char* end = nullptr;
  Json tree(cJSON_ParseWithLengthOpts(bytes.data(), bytes.size(), &end, 0));
  if (!tree) {
    // cJSON gives the same answer where memory ran out: what is no JSON is so twice.
    deadline.check();
    tree.reset(cJSON_ParseWithLengthOpts(bytes.data(), bytes.size(), &end, 0));
  }
  if (!tree) throw Error(LOCKREC_E_SHEET_FORMAT, std::string(what) + " is not JSON");
  const auto used = static_cast<std::size_t>(end - bytes.data());
  if (bytes.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    throw Error(LOCKREC_E_SHEET_FORMAT, std::string(what) + " goes on behind its JSON value");
  }
  return tree;
}

const cJSON* member(const cJSON* node, const char* name) {
  return cJSON_IsObject(node) != 0 ? cJSON_GetObjectItemCaseSensitive(node, name) : nullptr;
}

bool has_twice(const cJSON* node, const char* name) {
  int count = 0;
  for (const cJSON* each = cJSON_IsObject(node) != 0 ? node->child : nullptr; each != nullptr; each = each->next) {
    if (std::string_view(each->string) == name) ++count;
  }
  return count > 1;
}

std::string_view text_of(const cJSON* node) {
  return cJSON_IsString(node) != 0 ? std::string_view(node->valuestring) : std::string_view();
}

const cJSON* first_of(const cJSON* node) { return cJSON_IsArray(node) != 0 ? node->child : nullptr; }

}  // namespace lockrec::sheet
