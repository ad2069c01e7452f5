// The whole cell must fit: a pattern that only looks at its end takes "x(1)(93)" for worker 93.
#include "domain/owner_cell.hpp"

#include <charconv>

#include "base/text.hpp"

namespace lockrec {

namespace {

constexpr std::size_t initials_bytes_max = 32;
constexpr std::size_t id_digits_max = 18;

bool are_initials(std::string_view text) {
  return !text.empty() && text.size() <= initials_bytes_max && text.find_first_of("()[]{}<>") == text.npos &&
         is_printable(text);
}

// 0 where the text is no ID.
std::uint64_t id_from(std::string_view digits) {
  if (digits.empty() || digits.size() > id_digits_max) return 0;
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return error == std::errc() && end == digits.data() + digits.size() ? id : 0;
}

}  // namespace

Owner read_owner(const Cell& cell, std::string_view free_value) {
  if (cell.kind == Cell::Kind::empty) return {Owner::Kind::nobody};
  if (cell.kind != Cell::Kind::text) return {Owner::Kind::invalid};

  const auto text = trim(cell.text);
  if (text.empty() || equal_ignoring_ascii_case(text, free_value)) return {Owner::Kind::nobody};

  const auto bracket = text.find('(');
  if (bracket == text.npos || text.back() != ')') return {Owner::Kind::invalid};
  const auto id = id_from(text.substr(bracket + 1, text.size() - bracket - 2));
  if (id == 0 || !are_initials(text.substr(0, bracket))) return {Owner::Kind::invalid};
  return {Owner::Kind::worker, id};
}

}  // namespace lockrec
