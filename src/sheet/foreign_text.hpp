// What every reply and file must be before anything reads it: UTF-8 without a NUL.
#pragma once

#include <string_view>

#include "base/deadline.hpp"

namespace lockrec::sheet {

// Throws LOCKREC_E_SHEET_FORMAT. what: "Google's reply", "the file 'rows.csv'".
void require_text(std::string_view bytes, std::string_view what, const Deadline& deadline);

std::string_view without_byte_order_mark(std::string_view bytes);

}  // namespace lockrec::sheet
