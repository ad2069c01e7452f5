// The only place that reads the environment, and only where the host asked for it with LOCKREC_ENV.
#pragma once

#include "lockrec/lockrec.h"

namespace lockrec::api {

// Points the fields that are not given at the environment's values. They are copied before the call goes on.
void fill_from_environment(lockrec_config_t& config);

}  // namespace lockrec::api
