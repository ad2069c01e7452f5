// Who occupies a spool: INITIALS(ID), nobody, or something that can't be read.
#pragma once

#include <cstdint>
#include <string_view>

#include "domain/cell.hpp"

namespace lockrec {

struct Owner {
  enum class Kind { nobody, worker, invalid };
  Kind kind = Kind::nobody;
  std::uint64_t id = 0;  // Kind::worker: 1 to 999999999999999999
};

// free_value: trimmed already, may be empty.
Owner read_owner(const Cell& cell, std::string_view free_value);

}  // namespace lockrec
