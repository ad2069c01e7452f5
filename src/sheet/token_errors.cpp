// The token endpoint's refusals: a clock that is off is the usual cause.
#include <cstdlib>

#include "base/text.hpp"
#include "sheet/google_error_body.hpp"
#include "sheet/google_errors.hpp"

namespace lockrec::sheet {

namespace {

std::string duration(std::int64_t minutes) {
  const std::int64_t days = minutes / 1440;
  const std::int64_t hours = minutes / 60 % 24;
  if (days > 0) return std::to_string(days) + " d " + std::to_string(hours) + " h";
  if (hours > 0) return std::to_string(hours) + " h " + std::to_string(minutes % 60) + " min";
  return std::to_string(minutes) + " min";
}

bool may_succeed_later(const net::HttpResponse& response, const GoogleErrorBody& body) {
  const long status = response.status;
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504 ||
         body.code == "internal_failure" || body.code == "server_error" || body.code == "temporarily_unavailable";
}

}  // namespace

std::string clock_skew(const net::HttpResponse& response, std::int64_t now_unix_ms) {
  if (!response.date_unix_ms) return {};
  const std::int64_t ahead_ms = now_unix_ms - *response.date_unix_ms;
  const std::int64_t minutes = std::llabs(ahead_ms) / 60000;
  if (minutes == 0) return {};
  return duration(minutes) + (ahead_ms > 0 ? " ahead of" : " behind") + " Google's";
}

Refusal token_refusal(const net::HttpResponse& response, const std::string& account, std::int64_t now_unix_ms,
                      std::string_view secret) {
  using Remedy = Refusal::Remedy;
  const GoogleErrorBody body = read_error_body(response, secret);
  const Cause cause{LOCKREC_CAUSE_HTTP, response.status};
  const std::string answered = "Google's token endpoint answered HTTP " + std::to_string(response.status);
  if (may_succeed_later(response, body)) {
    return {Remedy::wait, response.status == 429 ? LOCKREC_E_SHEET_QUOTA : LOCKREC_E_SHEET_UNAVAILABLE,
            answered + (body.code.empty() ? "" : " (" + body.code + ")"), cause, response.retry_after_ms};
  }
  if (response.status >= 500 || (body.code.empty() && body.message.empty())) {
    return {Remedy::none, LOCKREC_E_SHEET_UNAVAILABLE, answered + (body.is_json ? "" : ", " + foreign_reply(response)),
            cause};
  }
  const std::string refused = "Google refuses a token to " + printable(account, 100);
  if (const std::string skew = clock_skew(response, now_unix_ms); body.code == "invalid_grant" && !skew.empty()) {
    return {Remedy::none, LOCKREC_E_SHEET_AUTH, refused + ": this machine's clock is " + skew + "; set the clock",
            cause};
  }
  const std::string why = body.code + (body.message.empty() ? "" : ": " + printable(body.message, 80));
  return {Remedy::none, LOCKREC_E_SHEET_AUTH,
          refused + " (" + why + "); has its key been deleted or the account disabled?", cause};
}

}  // namespace lockrec::sheet
