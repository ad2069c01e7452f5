// The host's configuration, copied, checked and with its defaults filled in.
#pragma once

#include "base/config.hpp"
#include "lockrec/lockrec.h"

namespace lockrec::api {

// raw: in today's layout. Throws LOCKREC_E_CONFIG naming the field, LOCKREC_E_CONFIG_TOO_NEW for unknown flags.
Config read_config(lockrec_config_t raw);

// 0 where deadline_ms is outside its range; read_config then says so.
std::int64_t deadline_ms_of(const lockrec_config_t& raw);

}  // namespace lockrec::api
