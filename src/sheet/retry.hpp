// Tries again what may succeed later, never longer than the deadline allows.
#pragma once

#include <functional>
#include <string_view>

#include "base/deadline.hpp"
#include "base/log.hpp"
#include "net/loop.hpp"

namespace lockrec::sheet {

// attempt throws Refusal or net::TransportError. A wait that doesn't fit into the time left, and a deadline
// that passes after a failure, throw that failure.
void with_retries(net::Loop& loop, Log& log, const Deadline& deadline, std::string_view asked,
                  const std::function<void()>& attempt);

}  // namespace lockrec::sheet
