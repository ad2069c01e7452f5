// By hand: strptime asks the host's locale, and mktime takes 31-02 for a day in March.
#include "domain/written_date.hpp"

#include <cstddef>

namespace lockrec {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a text apart from its front; every step says whether it fitted.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::size_t digits_ahead() const {
    std::size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    return count;
  }
  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_spaces() {
    if (!take(' ')) return false;
    while (take(' ')) continue;
    return true;
  }
  bool number(std::size_t digits_min, std::size_t digits_max, int& into) {
    std::size_t digits = 0;
    into = 0;
    for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits) {
      if (digits == digits_max) return false;
      into = into * 10 + (rest_[digits] - '0');
    }
    if (digits < digits_min) return false;
    rest_.remove_prefix(digits);
    return true;
  }
  bool milliseconds(int& into) {
    const auto digits = digits_ahead();
    if (digits == 0) return false;
    into = 0;
    for (std::size_t i = 0; i < 3; ++i) into = into * 10 + (i < digits ? rest_[i] - '0' : 0);
    rest_.remove_prefix(digits);
    return true;
  }

 private:
  std::string_view rest_;
};

struct Fields {
  int year = 0, month = 0, day = 0;
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  std::optional<int> utc_offset_s;
};

bool take_day_first(Scanner& in, Fields& at) {
  if (!in.number(1, 2, at.day)) return false;
  const char separator = in.take('/') ? '/' : '-';
  if (separator == '-' && !in.take('-')) return false;
  return in.number(1, 2, at.month) && in.take(separator) && in.number(4, 4, at.year);
}

bool take_iso_day(Scanner& in, Fields& at) {
  return in.number(4, 4, at.year) && in.take('-') && in.number(2, 2, at.month) && in.take('-') &&
         in.number(2, 2, at.day);
}

bool take_offset(Scanner& in, Fields& at) {
  if (in.take('Z')) {
    at.utc_offset_s = 0;
    return true;
  }
  const int sign = in.take('-') ? -1 : 1;
  if (sign == 1 && !in.take('+')) return true;  // none is written
  int hours = 0;
  int minutes = 0;
  if (in.digits_ahead() == 4) {
    if (!in.number(4, 4, hours)) return false;
    minutes = hours % 100;
    hours /= 100;
  } else if (!in.number(2, 2, hours) || (in.take(':') && !in.number(2, 2, minutes))) {
    return false;
  }
  at.utc_offset_s = sign * (hours * 60 + minutes) * 60;
  return hours < 24 && minutes < 60;
}

// Two digits; else nothing below 100 comes of it.
int two_digits(const char* at) {
  return is_digit(at[0]) && is_digit(at[1]) ? (at[0] - '0') * 10 + (at[1] - '0') : 10000;
}

// "13-05-2026 11:33:48", as nearly all dates of a sheet are written: what the scanner would find, found at once.
bool is_usual(std::string_view text, Fields& at) {
  if (text.size() != 19 || text[2] != '-' || text[5] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':') {
    return false;
  }
  at.day = two_digits(&text[0]);
  at.month = two_digits(&text[3]);
  at.year = two_digits(&text[6]) * 100 + two_digits(&text[8]);
  at.hour = two_digits(&text[11]);
  at.minute = two_digits(&text[14]);
  at.second = two_digits(&text[17]);
  return at.day < 100 && at.month < 100 && at.year < 10000 && at.hour < 100 && at.minute < 100 && at.second < 100;
}

bool take_time(Scanner& in, std::size_t digits_min, bool is_iso, Fields& at) {
  if (!in.number(digits_min, 2, at.hour) || !in.take(':') || !in.number(digits_min, 2, at.minute)) return false;
  if (in.take(':')) {
    if (!in.number(digits_min, 2, at.second)) return false;
    if (is_iso && (in.take('.') || in.take(',')) && !in.milliseconds(at.millisecond)) return false;
  }
  return !is_iso || take_offset(in, at);
}

bool scan(std::string_view text, Fields& at, bool& is_date_alone) {
  Scanner in(text);
  at = {};
  const bool is_iso = in.digits_ahead() == 4;
  if (!(is_iso ? take_iso_day(in, at) : take_day_first(in, at))) return false;
  is_date_alone = in.at_end();
  if (is_date_alone) return true;
  const bool is_strict = is_iso && in.take('T');  // with a space it is what a cell's format shows: "9:05:00"
  if (!is_strict && !in.take_spaces()) return false;
  return take_time(in, is_strict ? 2 : 1, is_iso, at) && in.at_end();
}

}  // namespace

std::optional<WrittenDate> parse_written_date(std::string_view text) {
  Fields at;
  bool is_date_alone = false;
  if (!is_usual(text, at) && !scan(text, at, is_date_alone)) return std::nullopt;

  const cctz::civil_second wall(at.year, at.month, at.day, at.hour, at.minute, at.second);
  const bool exists = wall.month() == at.month && wall.day() == at.day && wall.hour() == at.hour &&
                      wall.minute() == at.minute && wall.second() == at.second;
  if (!exists) return std::nullopt;
  return WrittenDate{wall, at.millisecond, is_date_alone, at.utc_offset_s};
}

}  // namespace lockrec
