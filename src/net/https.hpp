// One HTTP exchange. Follows no redirect, sends nothing that it was not told to send.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "net/loop.hpp"
#include "net/transport_error.hpp"

namespace lockrec::net {

struct HttpRequest {
  std::string url;
  std::string accept = "application/json";
  std::optional<Secret> form;  // a POST of application/x-www-form-urlencoded where set
  Secret bearer;               // empty: no Authorization
  std::string ca_file;         // empty: the system's
  std::int64_t body_bytes_max = 0;
};

struct HttpResponse {
  long status = 0;
  std::string body;  // whoever knows it to be secret wipes it
  std::string content_type;
  std::optional<std::int64_t> retry_after_ms;
  std::optional<std::int64_t> date_unix_ms;  // the server's clock
};

// Throws TransportError (DNS, TLS, lost connection, a body over its limit), LOCKREC_E_DEADLINE, LOCKREC_E_CANCELLED.
HttpResponse exchange(Loop& loop, const HttpRequest& request, const Deadline& deadline);

// Percent-encodes everything but unreserved characters.
std::string url_encode(std::string_view text);

}  // namespace lockrec::net
