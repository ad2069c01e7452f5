// One call from its configuration to its result.
#pragma once

#include "lockrec/lockrec.h"

namespace lockrec::api {

// config may be null or of any size; result is in today's layout, all zero.
void call(const lockrec_config_t* config, lockrec_result_t& result);

}  // namespace lockrec::api
