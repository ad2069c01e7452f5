// What Google's refusals mean, and what a person can do about each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/https.hpp"
#include "sheet/refusal.hpp"

namespace lockrec::sheet {

struct AskedFor {
  std::string spreadsheet_id;
  std::string worksheet;
  std::string account;  // the service account's address; empty with an access token
};

// For any status but 200. secret: see read_error_body.
Refusal sheet_refusal(const net::HttpResponse& response, const AskedFor& asked, std::string_view secret = {});

// now_unix_ms: this machine's clock when the reply came.
Refusal token_refusal(const net::HttpResponse& response, const std::string& account, std::int64_t now_unix_ms,
                      std::string_view secret = {});

// "3 h 5 min ahead of Google's", empty where the clocks agree to the minute or the reply has no date.
std::string clock_skew(const net::HttpResponse& response, std::int64_t now_unix_ms);

// What a reply of HTML or of anything else that is no JSON means.
std::string foreign_reply(const net::HttpResponse& response);

}  // namespace lockrec::sheet
