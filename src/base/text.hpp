// Small rules about text that more than one room needs.
#pragma once

#include <string>
#include <string_view>

namespace lockrec {

// Without ASCII white space and U+00A0 at both ends.
std::string_view trim(std::string_view text);
bool equal_ignoring_ascii_case(std::string_view left, std::string_view right);
bool is_valid_utf8(std::string_view text);          // no overlong forms, no surrogates
bool has_control_character(std::string_view text);  // C0, DEL, and C1 as UTF-8
bool is_printable(std::string_view text);  // valid UTF-8 without control characters
// Fit for a log line or a message: one line, valid UTF-8, at most bytes_max bytes, cut between characters.
std::string printable(std::string_view text, std::size_t bytes_max = 200);

}  // namespace lockrec
