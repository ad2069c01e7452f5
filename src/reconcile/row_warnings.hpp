// One line about one row: which, what is wrong with it, what was done.
#pragma once

#include <string_view>

#include "base/log.hpp"

namespace lockrec {

struct PlannedRow;

// Says what is odd about a row as it was read; nothing where nothing is.
void warn_about(const PlannedRow& row, Log& log);
void warn_about_two_owners(const PlannedRow& first, const PlannedRow& later, Log& log);
// value: what stands in Redis, or Redis's refusal.
void warn_about_lock(const PlannedRow& row, std::string_view value, Log& log);

}  // namespace lockrec
