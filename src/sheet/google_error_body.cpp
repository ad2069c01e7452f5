#include "sheet/google_error_body.hpp"

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "sheet/json.hpp"

namespace lockrec::sheet {

namespace {

// The texts of one reply, each printable and short.
class Texts {
 public:
  explicit Texts(std::string_view secret) : secret_(secret) {}

  std::string take(const cJSON* node, std::size_t bytes_max = 60) const {
    const std::string_view text = text_of(node);
    constexpr std::size_t looked_at_bytes_max = 4096;
    if (quotes(text.substr(0, looked_at_bytes_max), secret_)) return "a text that quotes the credential, not shown";
    return printable(text, bytes_max);
  }

 private:
  std::string_view secret_;
};

Json parse_or_null(const net::HttpResponse& response) {
  constexpr std::size_t bytes_max = 64 * 1024;
  if (response.body.empty() || response.body.size() > bytes_max) return nullptr;
  try {
    return parse_json(response.body, nodes_for_rows(0), "the reply", Deadline(1000));
  } catch (const Error&) {
    return nullptr;
  }
}

void read_details(const cJSON* error, const Texts& texts, GoogleErrorBody& body) {
  for (const cJSON* detail = first_of(member(error, "details")); detail != nullptr; detail = detail->next) {
    if (body.reason.empty()) body.reason = texts.take(member(detail, "reason"));
    if (body.quota_limit.empty()) body.quota_limit = texts.take(member(member(detail, "metadata"), "quota_limit"));
  }
  if (body.reason.empty()) body.reason = texts.take(member(first_of(member(error, "errors")), "reason"));
}

}  // namespace

GoogleErrorBody read_error_body(const net::HttpResponse& response, std::string_view secret) {
  const Texts texts(secret);
  GoogleErrorBody body;
  const Json root = parse_or_null(response);
  const cJSON* const error = member(root.get(), "error");
  body.is_json = cJSON_IsObject(root.get()) != 0;
  if (cJSON_IsString(error) != 0) {
    body.code = texts.take(error);
    body.message = texts.take(member(root.get(), "error_description"), 160);
    return body;
  }
  body.message = texts.take(member(error, "message"), 160);
  body.status = texts.take(member(error, "status"));
  read_details(error, texts, body);
  return body;
}

}  // namespace lockrec::sheet
