// Long sentences on a terminal of any width.
#include "wrap.hpp"

#include <algorithm>

#include "terminal.hpp"
#include "utf8.hpp"

namespace lockrec::cli {
namespace {

constexpr std::size_t kWidest = 110;
constexpr std::size_t kNarrowest = 30;  // beside the indent: words in one tall column can't be read

}  // namespace

std::size_t text_width(int descriptor) {
  if (!is_terminal(descriptor)) return kWidest;
  return std::min(kWidest, static_cast<std::size_t>(std::max(terminal_columns(descriptor), 1)));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  if (!text.empty() && text.front() == ' ') return std::string(text);
  const std::size_t room = std::max(width > indent ? width - indent : 0, kNarrowest);
  std::string lines;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    const std::size_t word_width = character_count(word);
    if (used > 0 && used + 1 + word_width > room) {
      lines.append("\n").append(indent, ' ');
      used = 0;
    } else if (!lines.empty()) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += word_width;
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return lines;
}

}  // namespace lockrec::cli
