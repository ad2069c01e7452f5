// The forms in which people and programs write a date down.
#pragma once

#include <cctz/civil_time.h>

#include <optional>
#include <string_view>

namespace lockrec {

struct WrittenDate {
  cctz::civil_second wall;  // 00:00:00 for a date alone
  int millisecond = 0;      // what is finer is dropped
  bool is_date_alone = false;
  std::optional<int> utc_offset_s;
};

// DD-MM-YYYY[ HH:MM[:SS]], also with '/', or ISO 8601: YYYY-MM-DD[(T| )HH:MM[:SS[.fff]][Z|+hh[[:]mm]]].
// Nothing where the whole text is none of them, or names a day or a time that does not exist.
std::optional<WrittenDate> parse_written_date(std::string_view text);

}  // namespace lockrec
