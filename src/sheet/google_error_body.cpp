#include "sheet/google_error_body.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "sheet/json.hpp"

namespace lockrec::sheet {

namespace {

std::string short_text(const cJSON* node, std::size_t bytes_max = 60) { return printable(text_of(node), bytes_max); }

Json parse_or_null(const net::HttpResponse& response) {
  constexpr std::size_t bytes_max = 64 * 1024;
  if (response.body.empty() || response.body.size() > bytes_max) return nullptr;
  try {
    return parse_json(response.body, nodes_for_rows(0), "the reply", Deadline(1000));
  } catch (const Error&) {
    return nullptr;
  }
}

void read_details(const cJSON* error, GoogleErrorBody& body) {
  for (const cJSON* detail = first_of(member(error, "details")); detail != nullptr; detail = detail->next) {
    if (body.reason.empty()) body.reason = short_text(member(detail, "reason"));
    if (body.quota_limit.empty()) body.quota_limit = short_text(member(member(detail, "metadata"), "quota_limit"));
  }
  if (body.reason.empty()) body.reason = short_text(member(first_of(member(error, "errors")), "reason"));
}

}  // namespace

GoogleErrorBody read_error_body(const net::HttpResponse& response) {
  GoogleErrorBody body;
  const Json root = parse_or_null(response);
  const cJSON* const error = member(root.get(), "error");
  body.is_json = cJSON_IsObject(root.get()) != 0;
  if (cJSON_IsString(error) != 0) {
    body.code = short_text(error);
    body.message = short_text(member(root.get(), "error_description"), 160);
    return body;
  }
  body.message = short_text(member(error, "message"), 160);
  body.status = short_text(member(error, "status"));
  read_details(error, body);
  return body;
}

}  // namespace lockrec::sheet
