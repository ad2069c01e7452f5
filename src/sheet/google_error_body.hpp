// The body of a refusal by a Google API, as far as it is one.
#pragma once

#include <string>

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

// Never throws for what the body holds.
GoogleErrorBody read_error_body(const net::HttpResponse& response);

}  // namespace lockrec::sheet
