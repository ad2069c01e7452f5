// Written hundreds of thousands of times in a call: by hand, in one piece, no stream, no format string.
#include "domain/lock_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace lockrec {

namespace {

// The longest: 20 digits, a UUID, and a date whose year has 20 characters.
constexpr std::size_t value_bytes_max = 96;

char* put_number(char* at, std::int64_t number) { return std::to_chars(at, at + 20, number).ptr; }

char* put_two_digits(char* at, int number) {
  *at++ = static_cast<char>('0' + number / 10);
  *at++ = static_cast<char>('0' + number % 10);
  return at;
}

constexpr auto hex_pairs = [] {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte) pairs[byte] = {digits[byte >> 4], digits[byte & 0x0F]};
  return pairs;
}();

char* put_uuid(char* at, const Uuid& uuid) {
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    at = std::copy_n(hex_pairs[uuid[i]].data(), 2, at);
  }
  return at;
}

char* put_year(char* at, cctz::year_t year) {
  if (year < 0 || year > 9999) return put_number(at, year);  // a host's clock may say anything
  at = put_two_digits(at, static_cast<int>(year / 100));
  return put_two_digits(at, static_cast<int>(year % 100));
}

char* put(char* at, char c) {
  *at = c;
  return at + 1;
}

}  // namespace

void append_lock_value(std::string& into, std::uint64_t owner_id, const Uuid& uuid, const cctz::civil_second& wall) {
  std::array<char, value_bytes_max> value;
  char* at = std::to_chars(value.data(), value.data() + 20, owner_id).ptr;
  at = put_uuid(put(at, ':'), uuid);
  at = put_two_digits(put(at, ':'), wall.day());
  at = put_two_digits(put(at, '-'), wall.month());
  at = put_year(put(at, '-'), wall.year());
  at = put_two_digits(put(at, ' '), wall.hour());
  at = put_two_digits(put(at, ':'), wall.minute());
  at = put_two_digits(put(at, ':'), wall.second());
  into.append(value.data(), at);
}

std::optional<std::uint64_t> owner_of_lock_value(std::string_view value) {
  const auto colon = value.find(':');
  if (colon == value.npos || colon == 0) return std::nullopt;
  std::uint64_t owner = 0;
  const auto* end = value.data() + colon;
  const auto read = std::from_chars(value.data(), end, owner);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return owner;
}

}  // namespace lockrec
