// What the two outputs are, and what may be written to them.
#pragma once

#include <string>
#include <string_view>

namespace lockrec::cli {

// Standard descriptors that the caller closed become /dev/null: a socket must never get their numbers.
void reserve_standard_descriptors();

bool is_terminal(int descriptor);
int terminal_columns(int descriptor);  // 80 where it can't be told

// Writes all of it, over interruptions; false where it can't be written.
bool write_all(int descriptor, std::string_view text);

// Colours on a terminal, unless NO_COLOR or TERM=dumb says otherwise; else nothing.
class Style {
 public:
  static Style of(int descriptor);

  std::string good(std::string_view text) const { return paint("32", text); }
  std::string odd(std::string_view text) const { return paint("33", text); }
  std::string bad(std::string_view text) const { return paint("31;1", text); }
  std::string strong(std::string_view text) const { return paint("1", text); }
  std::string faint(std::string_view text) const { return paint("2", text); }

 private:
  explicit Style(bool has_colour) : has_colour_(has_colour) {}
  std::string paint(const char* code, std::string_view text) const;
  bool has_colour_;
};

}  // namespace lockrec::cli
