// Long sentences on a terminal of any width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lockrec::cli {

// How wide a text is made for this output: a terminal's width, at most 110; 110 elsewhere.
std::size_t text_width(int descriptor);

// Broken between words so that no line is wider, where that can be; every line but the first begins with
// indent spaces, for which the first line has room as well. A text that begins with spaces is a command to be
// copied: it stays whole.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace lockrec::cli
