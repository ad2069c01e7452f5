// Google's refusals, each with its status, what may be tried, and its remedy.
#include "sheet/google_errors.hpp"

#include "collected.hpp"

using namespace lockrec::sheet;
using Remedy = Refusal::Remedy;
using lockrec::net::HttpResponse;

namespace {

struct Case {
  const char* name;
  long status;
  std::string body;
  Remedy remedy;
  std::int32_t wanted;
  std::vector<std::string> parts;
};

HttpResponse reply_of(long status, const std::string& body) {
  HttpResponse reply;
  reply.status = status;
  reply.body = body;
  reply.content_type = body.starts_with("<") ? "text/html" : "application/json; charset=UTF-8";
  return reply;
}

std::string google(int code, const char* status, const char* message, const char* more = "") {
  return "{\"error\":{\"code\":" + std::to_string(code) + ",\"message\":\"" + message + "\",\"status\":\"" + status +
         "\"" + more + "}}";
}

void check_case(const Case& each, const Refusal& got) {
  const std::string subject = std::string(each.name) + ": " + got.what();
  check_number(got.status(), each.wanted, subject);
  check(got.remedy() == each.remedy, subject);
  check_number(got.cause().domain, LOCKREC_CAUSE_HTTP, subject);
  check_number(got.cause().code, each.status, subject);
  const std::string sentence = got.what();
  check(sentence.size() < 256, "fits the result: " + sentence);
  for (const std::string& part : each.parts) check(sentence.find(part) != std::string::npos, part + " in " + subject);
}

const AskedFor with_key{"1abcID", "Operaciones", "robot@p.example"};

const Case refusals[] = {
    {"not shared",
     403,
     google(403, "PERMISSION_DENIED", "The caller does not have permission"),
     Remedy::none,
     LOCKREC_E_SHEET_PERMISSION,
     {"robot@p.example", "1abcID", "share the sheet"}},
    {"disabled",
     403,
     google(403, "PERMISSION_DENIED", "Google Sheets API has not been used in project 12 before or it is disabled."),
     Remedy::none,
     LOCKREC_E_SHEET_PERMISSION,
     {"not enabled", "enable it", "project 12"}},
    {"disabled, by reason",
     403,
     R"({"error":{"code":403,"message":"m","errors":[{"reason":"accessNotConfigured"}]}})",
     Remedy::none,
     LOCKREC_E_SHEET_PERMISSION,
     {"not enabled"}},
    {"scope",
     403,
     google(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes."),
     Remedy::none,
     LOCKREC_E_SHEET_PERMISSION,
     {"scope spreadsheets.readonly"}},
    {"no key",
     403,
     google(403, "PERMISSION_DENIED", "The request is missing a valid API key."),
     Remedy::none,
     LOCKREC_E_SHEET_PERMISSION,
     {"no access token"}},
    {"rate 403",
     403,
     R"({"error":{"code":403,"message":"m","errors":[{"reason":"userRateLimitExceeded"}]}})",
     Remedy::wait,
     LOCKREC_E_SHEET_QUOTA,
     {"limit of reads"}},
    {"429",
     429,
     google(
         429, "RESOURCE_EXHAUSTED", "Quota exceeded",
         R"(,"details":[{"reason":"RATE_LIMIT_EXCEEDED","metadata":{"quota_limit":"ReadRequestsPerMinutePerUser"}}])"),
     Remedy::wait,
     LOCKREC_E_SHEET_QUOTA,
     {"ReadRequestsPerMinutePerUser", "minute"}},
    {"429 HTML", 429, "<html>", Remedy::wait, LOCKREC_E_SHEET_QUOTA, {"limit"}},
    {"401",
     401,
     google(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
     Remedy::new_token,
     LOCKREC_E_SHEET_AUTH,
     {"robot@p.example"}},
    {"404",
     404,
     google(404, "NOT_FOUND", "Requested entity was not found."),
     Remedy::none,
     LOCKREC_E_SHEET_NOT_FOUND,
     {"1abcID", "/d/"}},
    {"tab",
     400,
     google(400, "INVALID_ARGUMENT", "Unable to parse range: 'Operaciones'!1:1"),
     Remedy::other_worksheet,
     LOCKREC_E_SHEET_NOT_FOUND,
     {"no worksheet 'Operaciones'"}},
    {"grid",
     400,
     google(400, "INVALID_ARGUMENT", "Range (x!A9) exceeds grid limits. Max rows: 5, max columns: 3"),
     Remedy::new_metadata,
     LOCKREC_E_SHEET_FORMAT,
     {"shrank", "Max rows: 5"}},
    {"xlsx",
     400,
     google(400, "FAILED_PRECONDITION", "This operation is not supported for this document"),
     Remedy::none,
     LOCKREC_E_SHEET_FORMAT,
     {".xlsx", "save it as Google Sheets"}},
    {"other 400",
     400,
     google(400, "INVALID_ARGUMENT", "Invalid field mask"),
     Remedy::none,
     LOCKREC_E_SHEET_FORMAT,
     {"Invalid field mask"}},
    {"503",
     503,
     google(503, "UNAVAILABLE", "The service is currently unavailable."),
     Remedy::wait,
     LOCKREC_E_SHEET_UNAVAILABLE,
     {"503", "currently unavailable"}},
    {"502 HTML", 502, "<html>502", Remedy::wait, LOCKREC_E_SHEET_UNAVAILABLE, {"502", "text/html"}},
    {"500 nothing", 500, "", Remedy::wait, LOCKREC_E_SHEET_UNAVAILABLE, {"500"}},
    {"500 torn", 500, "{\"error\":", Remedy::wait, LOCKREC_E_SHEET_UNAVAILABLE, {"500, with a body that is no JSON"}},
    {"408", 408, "", Remedy::wait, LOCKREC_E_SHEET_UNAVAILABLE, {"408"}},
    {"501", 501, "", Remedy::none, LOCKREC_E_SHEET_UNAVAILABLE, {"501"}},
    {"302", 302, "<html>moved", Remedy::none, LOCKREC_E_SHEET_UNAVAILABLE, {"302", "proxy"}},
    {"403 HTML", 403, "<html>blocked", Remedy::none, LOCKREC_E_SHEET_UNAVAILABLE, {"403", "proxy"}},
};

void sheet_refusal_says_what_to_do(void**) {
  for (const Case& each : refusals) check_case(each, sheet_refusal(reply_of(each.status, each.body), with_key));
}

void sheet_refusal_without_key_names_the_token(void**) {
  const AskedFor with_token{"1abcID", "Operaciones", ""};
  check_case({"401", 401, "", Remedy::none, LOCKREC_E_SHEET_AUTH, {"the access token", "expired"}},
             sheet_refusal(reply_of(401, google(401, "UNAUTHENTICATED", "x")), with_token));
  check_case({"403", 403, "", Remedy::none, LOCKREC_E_SHEET_PERMISSION, {"the access token's account"}},
             sheet_refusal(reply_of(403, google(403, "PERMISSION_DENIED", "x")), with_token));
}

void sheet_refusal_survives_foreign_bodies(void**) {
  const std::string flood = "[" + std::string(60000, ',') + "]";
  for (const std::string& body :
       {std::string("{\"error\":\"\xFF\"}"), std::string(R"({"error":{"message":"a\u0000b"}})"), flood,
        std::string(R"({"error":{"message":7,"details":{"a":1},"errors":"x"}})"), std::string("null"),
        std::string(R"({"error":{"details":[7,{"metadata":[]}]}})"), std::string(200000, '[')}) {
    for (const long status : {400L, 401L, 403L, 404L, 429L, 503L}) {
      sheet_refusal(reply_of(status, body), with_key);
      token_refusal(reply_of(status, body), "robot@p.example", 0);
    }
  }
  const Refusal long_text = sheet_refusal(reply_of(400, google(400, "X", std::string(5000, 'x').c_str())), with_key);
  check(std::string(long_text.what()).size() < 256, "a long text is cut");
  const Refusal lines = sheet_refusal(reply_of(400, google(400, "X", "a\\nb\\u001bc")), with_key);
  check(std::string(lines.what()).find_first_of("\n\x1b") == std::string::npos, "one line");
}

void token_refusal_names_the_clock(void**) {
  HttpResponse reply = reply_of(400, R"({"error":"invalid_grant","error_description":"Invalid JWT: Token must be a
    short-lived token"})");
  const std::int64_t google_ms = 1769000000000;
  reply.date_unix_ms = google_ms;
  const std::int64_t minute_ms = 60000;
  const struct {
    std::int64_t ahead_ms;
    const char* part;
  } cases[] = {
      {185 * minute_ms, "3 h 5 min ahead of Google's"},
      {-7 * minute_ms, "7 min behind Google's"},
      {3000 * minute_ms, "2 d 2 h ahead of Google's"},
      {59000, "deleted"},
      {0, "deleted"},
  };
  for (const auto& each : cases) {
    check_case({each.part, 400, "", Remedy::none, LOCKREC_E_SHEET_AUTH, {"robot@p.example", each.part}},
               token_refusal(reply, "robot@p.example", google_ms + each.ahead_ms));
  }
  reply.date_unix_ms.reset();
  check_case({"no date", 400, "", Remedy::none, LOCKREC_E_SHEET_AUTH, {"invalid_grant", "robot@p.example"}},
             token_refusal(reply, "robot@p.example", google_ms));
}

void token_refusal_is_retried_where_it_may_pass(void**) {
  const Case cases[] = {
      {"503", 503, "", Remedy::wait, LOCKREC_E_SHEET_UNAVAILABLE, {"503"}},
      {"429", 429, "", Remedy::wait, LOCKREC_E_SHEET_QUOTA, {"429"}},
      {"busy",
       400,
       R"({"error":"temporarily_unavailable"})",
       Remedy::wait,
       LOCKREC_E_SHEET_UNAVAILABLE,
       {"temporarily_unavailable"}},
      {"failure", 400, R"({"error":"internal_failure"})", Remedy::wait, LOCKREC_E_SHEET_UNAVAILABLE, {}},
      {"client", 401, R"({"error":"invalid_client"})", Remedy::none, LOCKREC_E_SHEET_AUTH, {"invalid_client"}},
      {"page", 404, "<html>", Remedy::none, LOCKREC_E_SHEET_UNAVAILABLE, {"404", "text/html"}},
  };
  for (const Case& each : cases) check_case(each, token_refusal(reply_of(each.status, each.body), "r@p.example", 0));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(sheet_refusal_says_what_to_do),
      cmocka_unit_test(sheet_refusal_without_key_names_the_token),
      cmocka_unit_test(sheet_refusal_survives_foreign_bodies),
      cmocka_unit_test(token_refusal_names_the_clock),
      cmocka_unit_test(token_refusal_is_retried_where_it_may_pass),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
