// The body of a refusal by a Google API, as far as it is one.
#pragma once

#include <string>
#include <string_view>

#include "net/https.hpp"

namespace lockrec::sheet {

struct GoogleErrorBody {
  bool is_json = false;
  std::string message;      // printable and short; may be empty
  std::string status;       // "PERMISSION_DENIED"
  std::string reason;       // of details[] or errors[]: "SERVICE_DISABLED", "rateLimitExceeded"
  std::string quota_limit;  // "ReadRequestsPerMinutePerUser"
  std::string code;         // the token endpoint's: "invalid_grant"
};

// Never throws for what the body holds. secret: what was sent; a text that quotes a piece of it is not kept, since some
// gateways answer with the request that they refuse.
GoogleErrorBody read_error_body(const net::HttpResponse& response, std::string_view secret = {});

}  // namespace lockrec::sheet
