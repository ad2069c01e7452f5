#include "redis/slots.hpp"

#include <algorithm>
#include <charconv>

namespace lockrec::redis {

namespace {

// CRC16 as XMODEM has it: polynomial 0x1021, from 0.
constexpr std::array<std::uint16_t, 256> crc_table = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

unsigned crc16(std::string_view text) {
  unsigned crc = 0;
  for (const char c : text) {
    crc = ((crc << 8) & 0xffff) ^ crc_table[((crc >> 8) ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return crc;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

struct Range {
  std::int64_t first = -1;
  std::int64_t last = -1;
  std::optional<NodeName> master;  // nothing: its address is not known
};

std::optional<NodeName> read_node(const Reply& reply) {
  NodeName node;
  bool is_known = true;
  reply.for_each([&](std::size_t index, const Reply& element) {
    if (index == 0) {
      node.host = element.kind() == ReplyKind::nil ? "" : element.text();
      is_known = node.host != "?";
    } else if (index == 1) {
      const std::int64_t port = element.integer();
      if (element.kind() != ReplyKind::integer || port < 0 || port > 65535)
        throw ProtocolError("a node without a port");
      node.port = static_cast<std::uint16_t>(port);
    }
  });
  if (node.port == 0 || !is_known) return std::nullopt;
  return node;
}

Range read_range(const Reply& reply) {
  Range range;
  reply.for_each([&](std::size_t index, const Reply& element) {
    if (index == 0 && element.kind() == ReplyKind::integer) range.first = element.integer();
    if (index == 1 && element.kind() == ReplyKind::integer) range.last = element.integer();
    if (index == 2) range.master = read_node(element);
  });
  if (range.first < 0 || range.last < range.first || range.last >= static_cast<std::int64_t>(slot_count)) {
    throw ProtocolError("CLUSTER SLOTS got slots that are none");
  }
  return range;
}

}  // namespace

std::uint16_t slot_of(std::string_view key) {
  const auto open = key.find('{');
  if (open != std::string_view::npos) {
    const auto close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
  }
  return static_cast<std::uint16_t>(crc16(key) % slot_count);
}

SlotMap::SlotMap(const Reply& reply) {
  if (reply.kind() != ReplyKind::array) throw ProtocolError("CLUSTER SLOTS got no list");
  owner_of.fill(nobody);
  reply.for_each([&](std::size_t, const Reply& element) {
    const Range range = read_range(element);
    if (!range.master) return;
    const auto found = std::ranges::find(masters, *range.master);
    const auto owner = static_cast<std::uint16_t>(found - masters.begin());
    if (found == masters.end()) masters.push_back(*range.master);
    std::fill(owner_of.begin() + range.first, owner_of.begin() + range.last + 1, owner);
  });
}

std::optional<Redirection> read_redirection(std::string_view text) {
  Redirection redirection;
  redirection.is_ask = text.starts_with("ASK ");
  if (!redirection.is_ask && !text.starts_with("MOVED ")) return std::nullopt;
  text.remove_prefix(text.find(' ') + 1);
  const auto space = text.find(' ');
  if (space == std::string_view::npos || !read_number(text.substr(0, space), redirection.slot)) return std::nullopt;
  text.remove_prefix(space + 1);
  text = text.substr(0, text.find(' '));
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !read_number(text.substr(colon + 1), redirection.node.port))
    return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  if (redirection.slot >= slot_count || redirection.node.port == 0 || host == "?") return std::nullopt;
  redirection.node.host = host;
  return redirection;
}

}  // namespace lockrec::redis
