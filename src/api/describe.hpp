#pragma once

#include <string>

namespace lockrec::api {

std::string describe();

}  // namespace lockrec::api
