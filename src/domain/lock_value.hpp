// "{worker_id}:{uuid}:{DD-MM-YYYY HH:MM:SS}": what a lock's key holds.
#pragma once

#include <cctz/civil_time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace lockrec {

void append_lock_value(std::string& into, std::uint64_t owner_id, const Uuid& uuid, const cctz::civil_second& wall);

// The number before the first ':' (leading zeros allowed), or nothing: then no owner can be read from it.
std::optional<std::uint64_t> owner_of_lock_value(std::string_view value);

}  // namespace lockrec
