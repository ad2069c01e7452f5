// What a node of a Cluster says about who serves what: the map, redirections, and the slot of any key.
#include "redis/slots.hpp"

#include <algorithm>

#include "fuzz.hpp"

namespace {

using namespace lockrec::redis;

// Structure comes first: small numbers become ranges and nodes, so that most inputs are maps.
std::string map_of(std::string_view bytes) {
  std::string reply;
  std::size_t ranges = 0;
  for (; bytes.size() >= 6; bytes.remove_prefix(6), ++ranges) {
    const auto number = [&](std::size_t at) { return std::to_string(static_cast<unsigned char>(bytes[at])); };
    const auto slot = [&](std::size_t at) { return std::to_string(static_cast<unsigned char>(bytes[at]) * 65); };
    const std::string host(1 + static_cast<unsigned char>(bytes[2]) % 3, bytes[2]);
    reply += "*3\r\n:" + slot(0) + "\r\n:" + slot(1) + "\r\n*2\r\n";
    reply += bytes[3] % 7 == 0 ? "$-1\r\n" : "$" + std::to_string(host.size()) + "\r\n" + host + "\r\n";
    reply += bytes[4] % 9 == 0 ? "$1\r\nx\r\n" : ":" + number(4) + number(5) + "\r\n";
  }
  return "*" + std::to_string(ranges) + "\r\n" + reply;
}

void read_map(const std::string& text) {
  try {
    ReplyReader reader;
    reader.feed(text.data(), text.size());
    if (!reader.next()) return;
    const SlotMap map(reader.reply());
    const bool in_range = std::ranges::all_of(
        map.owner_of, [&](std::uint16_t owner) { return owner == nobody || owner < map.masters.size(); });
    fuzz::require(in_range, "an owner is one of the masters, or nobody");
    for (const NodeName& node : map.masters) fuzz::require(node.port != 0, "a master has a port");
  } catch (const ProtocolError&) {
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  fuzz::require(slot_of(text) < slot_count, "every key has a slot");
  read_map(std::string(text));
  read_map(map_of(text));
  for (const char* kind : {"", "MOVED ", "ASK "}) {
    const auto redirection = read_redirection(kind + std::string(text));
    if (!redirection) continue;
    fuzz::require(redirection->slot < slot_count && redirection->node.port != 0, "a redirection leads somewhere");
    fuzz::require(redirection->node.host != "?", "a redirection leads to somebody who is known");
  }
  return 0;
}
