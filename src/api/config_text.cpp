#include "api/config_text.hpp"

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lockrec::api {

namespace {

[[noreturn]] void refuse(const char* field, const std::string& why) {
  throw Error(LOCKREC_E_CONFIG, std::string(field) + " " + why);
}

std::string_view checked(const char* field, const char* text, std::size_t bytes_max) {
  const std::size_t length = ::strnlen(text, bytes_max + 1);
  if (length > bytes_max) refuse(field, "is longer than " + std::to_string(bytes_max) + " bytes");
  const std::string_view view(text, length);
  if (!is_valid_utf8(view)) refuse(field, "is not valid UTF-8");
  return view;
}

}  // namespace

std::optional<std::string> take_text(const char* field, const char* text, WhereEmpty where_empty) {
  if (text == nullptr) return std::nullopt;
  const std::string_view view = checked(field, text, text_bytes_max);
  if (view.empty() && where_empty == WhereEmpty::refused)
    refuse(field, "is an empty string: leave it NULL for its default");
  if (has_control_character(view)) refuse(field, "holds a control character");
  return std::string(view);
}

std::optional<Secret> take_secret(const char* field, const char* text, std::size_t bytes_max) {
  if (text == nullptr) return std::nullopt;
  const std::string_view view = checked(field, text, bytes_max);
  if (view.empty()) refuse(field, "is an empty string: leave it NULL where there is none");
  if (has_control_character(view)) refuse(field, "holds a control character, such as a line end");
  return Secret(view);
}

std::optional<Secret> take_document(const char* field, const char* text) {
  if (text == nullptr) return std::nullopt;
  const std::string_view view = checked(field, text, credentials_bytes_max);
  if (trim(view).empty()) refuse(field, "is an empty string: leave it NULL where there is none");
  return Secret(view);
}

}  // namespace lockrec::api
