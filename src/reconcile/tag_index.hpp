// Which row has a tag first. Open addressing: a million rows are forgotten in one step, before the deadline can pass.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "redis/store.hpp"

namespace lockrec {

class TagIndex {
 public:
  // The row that has this tag already; nothing where id is the first, which is remembered then.
  // tag_of(id) gives a remembered row's tag.
  template <class TagOf>
  std::optional<redis::LockId> find_or_add(std::string_view tag, redis::LockId id, TagOf tag_of) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(tag));
    std::size_t at = hash & (slots_.size() - 1);
    for (; slots_[at].id != none; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].hash == hash && tag_of(slots_[at].id) == tag) return slots_[at].id;
    }
    slots_[at] = {hash, id};
    ++used_;
    return std::nullopt;
  }

  void clear() {
    slots_ = {};
    used_ = 0;
  }

 private:
  static constexpr redis::LockId none = UINT32_MAX;
  static constexpr std::size_t first_size = 1024;
  static constexpr std::size_t growth = 4;  // each move of a large table is a cache miss a row

  struct Slot {
    std::uint32_t hash = 0;
    redis::LockId id = none;
  };

  void grow() {
    std::vector<Slot> larger(slots_.empty() ? first_size : slots_.size() * growth);
    for (const Slot& slot : slots_) {
      if (slot.id == none) continue;
      std::size_t at = slot.hash & (larger.size() - 1);
      while (larger[at].id != none) at = (at + 1) & (larger.size() - 1);
      larger[at] = slot;
    }
    slots_.swap(larger);
  }

  std::vector<Slot> slots_;  // a power of two, an eighth to a half full
  std::size_t used_ = 0;
};

}  // namespace lockrec
