#include "sheet/secret_json.hpp"

#include <cstring>

#include "base/secret.hpp"

namespace lockrec::sheet {

namespace {

void wipe_strings(cJSON* node) noexcept {
  for (; node != nullptr; node = node->next) {
    if (node->valuestring != nullptr) wipe(node->valuestring, std::strlen(node->valuestring));
    wipe_strings(node->child);  // as deep as cJSON's own limit at most
  }
}

// The same JSON with every character of a string but its escapes replaced.
std::string without_content(std::string_view bytes) {
  std::string masked(bytes);
  bool in_string = false;
  for (std::size_t i = 0; i < masked.size(); ++i) {
    if (masked[i] == '"') {
      in_string = !in_string;
    } else if (in_string && masked[i] == '\\') {
      i += masked.compare(i + 1, 1, "u") == 0 ? 5 : 1;
    } else if (in_string) {
      masked[i] = 'x';
    }
  }
  return masked;
}

}  // namespace

void WipingJsonDelete::operator()(cJSON* node) const noexcept {
  wipe_strings(node);
  cJSON_Delete(node);
}

SecretJson parse_secret_json(std::string_view bytes, std::string_view what, const Deadline& deadline) {
  constexpr std::int64_t nodes_max = 1000;
  parse_json(without_content(bytes), nodes_max, what, deadline);
  return SecretJson(parse_json(bytes, nodes_max, what, deadline).release());
}

}  // namespace lockrec::sheet
