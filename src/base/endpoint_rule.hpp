// Which addresses a token may be sent to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lockrec {

// Nothing where the address may be used: https anywhere, plain http only to a loopback address; no user,
// query or fragment. Otherwise why not ("is plain http to a host that is not loopback").
std::optional<std::string> why_endpoint_is_refused(std::string_view url);

}  // namespace lockrec
