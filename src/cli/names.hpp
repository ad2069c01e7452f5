// The words for the contract's numbers, as JSON and tables show them.
#pragma once

#include <cstdint>
#include <string_view>

namespace lockrec::cli {

std::string_view phase_name(std::int32_t phase);      // "commit"; "unknown" for any other number
std::string_view outcome_name(std::int32_t outcome);  // the name of its count: "already_locked"
std::string_view reason_name(std::int32_t reason);    // "tag_empty"; "none" where the outcome says it all
std::string_view level_name(std::int32_t level);      // "warning"

}  // namespace lockrec::cli
