// A spool's tag, byte for byte as it enters the lock's key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/cell.hpp"

namespace lockrec {

struct Tag {
  std::int32_t reason = 0;  // enum lockrec_reason; LOCKREC_REASON_NONE where text can be used
  std::string_view text() const { return made.empty() ? as_it_is : made; }  // to be shown, also where it is invalid

  std::string_view as_it_is;  // the cell's own
  std::string made;           // what had to be made of it
};

Tag read_tag(const Cell& cell);

}  // namespace lockrec
