// Written a hundred thousand times in a call: digits by hand, no stream, no format string.
#include "domain/lock_value.hpp"

#include <array>
#include <charconv>

namespace lockrec {

namespace {

void append_number(std::string& into, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  into.append(digits.data(), end);
}

void append_two_digits(std::string& into, int number) {
  into += static_cast<char>('0' + number / 10);
  into += static_cast<char>('0' + number % 10);
}

void append_uuid(std::string& into, const Uuid& uuid) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) into += '-';
    into += hex[uuid[i] >> 4];
    into += hex[uuid[i] & 0x0F];
  }
}

void append_year(std::string& into, cctz::year_t year) {
  if (year < 0 || year > 9999) {  // a host's clock may say anything
    into += std::to_string(year);
    return;
  }
  append_two_digits(into, static_cast<int>(year / 100));
  append_two_digits(into, static_cast<int>(year % 100));
}

}  // namespace

void append_lock_value(std::string& into, std::uint64_t owner_id, const Uuid& uuid, const cctz::civil_second& wall) {
  append_number(into, owner_id);
  into += ':';
  append_uuid(into, uuid);
  into += ':';
  append_two_digits(into, wall.day());
  into += '-';
  append_two_digits(into, wall.month());
  into += '-';
  append_year(into, wall.year());
  into += ' ';
  append_two_digits(into, wall.hour());
  into += ':';
  append_two_digits(into, wall.minute());
  into += ':';
  append_two_digits(into, wall.second());
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
