// A spool's tag, byte for byte as it enters the lock's key.
#pragma once

#include <cstdint>
#include <string>

#include "domain/cell.hpp"

namespace lockrec {

struct Tag {
  std::int32_t reason = 0;  // enum lockrec_reason; LOCKREC_REASON_NONE where text can be used
  std::string text;         // as far as it can be shown, also where it is invalid
};

Tag read_tag(const Cell& cell);

}  // namespace lockrec
