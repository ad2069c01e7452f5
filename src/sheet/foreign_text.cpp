#include "sheet/foreign_text.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lockrec::sheet {

namespace {

// By its mark: spreadsheet programs on Windows call it Unicode text.
bool is_utf16(std::string_view bytes) { return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"); }

}  // namespace

void require_text(std::string_view bytes, std::string_view what, const Deadline& deadline) {
  constexpr std::size_t slice_bytes = std::size_t{1} << 18;
  if (is_utf16(bytes)) {
    throw Error(LOCKREC_E_SHEET_FORMAT, std::string(what) + " is UTF-16 text; save it as UTF-8");
  }
  while (!bytes.empty()) {
    deadline.check();
    std::size_t size = std::min(bytes.size(), slice_bytes);
    // A cut stands between characters; in what is not UTF-8 it may stand anywhere.
    for (int i = 0; i < 3 && size < bytes.size() && size > 1; ++i) {
      if ((static_cast<unsigned char>(bytes[size]) & 0xC0U) != 0x80U) break;
      --size;
    }
    const std::string_view slice = bytes.substr(0, size);
    if (slice.find('\0') != std::string_view::npos) {
      throw Error(LOCKREC_E_SHEET_FORMAT,
                  std::string(what) + " holds a NUL character, which no sheet has; if it is UTF-16, save it as UTF-8");
    }
    if (!is_valid_utf8(slice)) {
      throw Error(LOCKREC_E_SHEET_FORMAT, std::string(what) + " is not valid UTF-8; export it as UTF-8");
    }
    bytes.remove_prefix(size);
  }
}

std::string_view without_byte_order_mark(std::string_view bytes) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(mark)) bytes.remove_prefix(mark.size());
  return bytes;
}

}  // namespace lockrec::sheet
