// A Cluster's 16384 slots: which one a key is in, and who serves it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/reply.hpp"

namespace lockrec::redis {

inline constexpr std::size_t slot_count = 16384;
inline constexpr std::uint16_t nobody = 0xffff;

// What stands in the first pair of braces, where something does, decides alone.
std::uint16_t slot_of(std::string_view key);

struct NodeName {
  std::string host;  // empty: the one that was asked
  std::uint16_t port = 0;

  bool operator==(const NodeName&) const = default;
};

struct SlotMap {
  std::vector<NodeName> masters;
  std::array<std::uint16_t, slot_count> owner_of;  // an index into masters, or nobody

  // The reply to CLUSTER SLOTS. Throws ProtocolError.
  explicit SlotMap(const Reply& reply);
};

struct Redirection {
  bool is_ask = false;  // this once; else for good
  std::uint16_t slot = 0;
  NodeName node;
};

// "MOVED 3999 127.0.0.1:6381", "ASK 3999 [::1]:6381"; nothing where the text is neither.
std::optional<Redirection> read_redirection(std::string_view text);

}  // namespace lockrec::redis
