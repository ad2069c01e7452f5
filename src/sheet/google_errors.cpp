#include "sheet/google_errors.hpp"

#include "base/text.hpp"
#include "sheet/google_error_body.hpp"

namespace lockrec::sheet {

namespace {

using Remedy = Refusal::Remedy;

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

bool may_succeed_later(long status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

Cause http_cause(const net::HttpResponse& response) { return {LOCKREC_CAUSE_HTTP, response.status}; }

std::string said(const GoogleErrorBody& body) { return body.message.empty() ? "" : " (" + body.message + ")"; }

bool is_rate(const GoogleErrorBody& body) {
  return body.status == "RESOURCE_EXHAUSTED" || body.reason == "RATE_LIMIT_EXCEEDED" ||
         body.reason == "rateLimitExceeded" || body.reason == "userRateLimitExceeded" ||
         body.reason == "quotaExceeded" || body.reason == "dailyLimitExceeded";
}

Refusal quota(const net::HttpResponse& response, const GoogleErrorBody& body) {
  const std::string limit = body.quota_limit.empty() ? "" : " (" + body.quota_limit + ")";
  return {Remedy::wait, LOCKREC_E_SHEET_QUOTA,
          "Google's limit of reads a minute is used up" + limit + "; it is free again after a minute",
          http_cause(response), response.retry_after_ms};
}

Refusal unavailable(const net::HttpResponse& response, const GoogleErrorBody& body, const std::string& who) {
  return {may_succeed_later(response.status) ? Remedy::wait : Remedy::none, LOCKREC_E_SHEET_UNAVAILABLE,
          who + " answered HTTP " + std::to_string(response.status) +
              (body.is_json ? said(body) : ", " + foreign_reply(response)),
          http_cause(response), response.retry_after_ms};
}

std::string permission_sentence(const GoogleErrorBody& body, const AskedFor& asked) {
  if (body.reason == "SERVICE_DISABLED" || body.reason == "accessNotConfigured" ||
      holds(body.message, "has not been used in project") || holds(body.message, "it is disabled")) {
    return "the Google Sheets API is not enabled in the credential's project; enable it in the Google Cloud console "
           "under APIs & Services" +
           said(body);
  }
  if (body.reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT" || holds(body.message, "insufficient authentication scopes")) {
    return "the access token lacks the scope spreadsheets.readonly; request a token with it";
  }
  if (holds(body.message, "missing a valid API key") || holds(body.message, "unregistered callers")) {
    return "Google saw no access token in the request; does a proxy remove the Authorization header?";
  }
  const std::string id = "'" + printable(asked.spreadsheet_id, 60) + "'";
  if (asked.account.empty()) {
    return "the access token's account may not read the spreadsheet " + id + "; share the sheet with that account";
  }
  return "the account " + printable(asked.account, 100) + " may not read the spreadsheet " + id +
         "; share the sheet with it as a viewer";
}

Refusal bad_request(const net::HttpResponse& response, const GoogleErrorBody& body, const AskedFor& asked) {
  const Cause cause = http_cause(response);
  if (holds(body.message, "Unable to parse range")) {
    return {Remedy::other_worksheet, LOCKREC_E_SHEET_NOT_FOUND,
            "the spreadsheet has no worksheet '" + printable(asked.worksheet, 60) + "'", cause};
  }
  if (holds(body.message, "exceeds grid limits")) {
    return {Remedy::new_metadata, LOCKREC_E_SHEET_FORMAT,
            "the worksheet '" + printable(asked.worksheet, 60) + "' shrank while it was read" + said(body), cause};
  }
  if (body.status == "FAILED_PRECONDITION") {
    return {Remedy::none, LOCKREC_E_SHEET_FORMAT,
            "'" + printable(asked.spreadsheet_id, 60) +
                "' is no Google spreadsheet but probably an Office file (.xlsx) in Drive; save it as Google Sheets "
                "and use the new id",
            cause};
  }
  return {Remedy::none, LOCKREC_E_SHEET_FORMAT, "Google Sheets refuses the request" + said(body), cause};
}

}  // namespace

std::string foreign_reply(const net::HttpResponse& response) {
  constexpr std::string_view question = "; is there a proxy or a log-in page in between?";
  if (holds(response.content_type, "json")) return "with a body that is no JSON" + std::string(question);
  const std::string type = response.content_type.empty() ? "no content type" : printable(response.content_type, 40);
  return "with " + type + " where JSON was expected" + std::string(question);
}

Refusal sheet_refusal(const net::HttpResponse& response, const AskedFor& asked, std::string_view secret) {
  const GoogleErrorBody body = read_error_body(response, secret);
  const Cause cause = http_cause(response);
  const long status = response.status;
  if (status == 429 || (status == 403 && is_rate(body))) return quota(response, body);
  if (status == 408 || status >= 500) return unavailable(response, body, "Google Sheets");
  // Something in between: not even a refusal by Google.
  if (!body.is_json && status != 401 && status != 404) return unavailable(response, body, "Google Sheets' address");
  if (status == 401) {
    const bool key = !asked.account.empty();
    return {key ? Remedy::new_token : Remedy::none, LOCKREC_E_SHEET_AUTH,
            key ? "Google Sheets does not accept the token of " + printable(asked.account, 100) + said(body)
                : "Google Sheets does not accept the access token; it may have expired: get a new one",
            cause};
  }
  if (status == 403) return {Remedy::none, LOCKREC_E_SHEET_PERMISSION, permission_sentence(body, asked), cause};
  if (status == 404) {
    return {Remedy::none, LOCKREC_E_SHEET_NOT_FOUND,
            "there is no spreadsheet with the id '" + printable(asked.spreadsheet_id, 60) +
                "'; it is the long part of the sheet's address between /d/ and /edit",
            cause};
  }
  if (status == 400) return bad_request(response, body, asked);
  return unavailable(response, body, "Google Sheets");
}

}  // namespace lockrec::sheet
