// One string field of the configuration: copied, or refused with the field's name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/secret.hpp"

namespace lockrec::api {

enum class WhereEmpty { refused, legal };

inline constexpr std::size_t text_bytes_max = 4096;
inline constexpr std::size_t credentials_bytes_max = 65536;

// Nothing where the field is NULL. Throws LOCKREC_E_CONFIG for text that is empty, too long, not UTF-8 or
// holds a control character.
std::optional<std::string> take_text(const char* field, const char* text, WhereEmpty where_empty = WhereEmpty::refused);
// The same for what must be wiped; line ends and tabs are legal in it where it is a document.
std::optional<Secret> take_secret(const char* field, const char* text, std::size_t bytes_max = text_bytes_max);
std::optional<Secret> take_document(const char* field, const char* text);

}  // namespace lockrec::api
