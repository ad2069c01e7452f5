// Structs of callers that were built against an older or newer header.
#pragma once

#include <cstdint>

#include "api/layout.hpp"

namespace lockrec::api {

inline constexpr std::uint32_t struct_size_min = 4;
inline constexpr std::uint32_t struct_size_max = 4096;

bool is_usable_size(const Layout& layout, std::uint32_t struct_size);

// The caller's configuration in today's layout: what it does not have is zero.
// Throws LOCKREC_E_ARGUMENT for a size that can't be, LOCKREC_E_CONFIG_TOO_NEW for a field that is set and unknown
// here.
lockrec_config_t take_config(const lockrec_config_t* from);

// The caller's result keeps its size, and nothing beyond it is written.
void clear_result(lockrec_result_t* result);
void give_result(const lockrec_result_t& from, lockrec_result_t* result);

}  // namespace lockrec::api
