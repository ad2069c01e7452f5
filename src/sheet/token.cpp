#include "sheet/token.hpp"

#include <chrono>

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/https.hpp"
#include "sheet/google_errors.hpp"
#include "sheet/retry.hpp"
#include "sheet/secret_json.hpp"

namespace lockrec::sheet {

namespace {

constexpr std::int64_t reply_bytes_max = 64 * 1024;

// Not now_unix_ms of the config: tokens live by the real clock.
std::int64_t system_clock_ms() {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Secret token_form(const Secret& assertion) {
  Secret form("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
  form.append(assertion.reveal());
  return form;
}

bool fits_a_header(std::string_view token) {
  for (const char c : token) {
    if (c <= ' ' || c >= '\x7f') return false;
  }
  return !token.empty();
}

Secret token_in(const net::HttpResponse& reply, const Deadline& deadline) {
  SecretJson root;
  try {
    root = parse_secret_json(reply.body, "the reply of Google's token endpoint", deadline);
  } catch (const Error& error) {
    if (error.status() != LOCKREC_E_SHEET_FORMAT) throw;
    throw Error(LOCKREC_E_SHEET_FORMAT, "Google's token endpoint answered " + foreign_reply(reply),
                {LOCKREC_CAUSE_HTTP, reply.status});
  }
  const std::string_view token = text_of(member(root.get(), "access_token"));
  if (!fits_a_header(token)) {
    throw Error(LOCKREC_E_SHEET_FORMAT, "the reply of Google's token endpoint holds no usable access_token",
                {LOCKREC_CAUSE_HTTP, reply.status});
  }
  return Secret(token);
}

}  // namespace

TokenSource::TokenSource(const GoogleConfig& config, net::Loop& loop, Log& log)
    : config_(config), loop_(loop), log_(log) {
  if (!config.access_token.empty()) {
    token_ = config.access_token;
    log_.info("credentials: an access token");
    return;
  }
  account_ = read_credentials(config);
  const std::string name = credentials_name(config);
  signer_ = std::make_unique<SigningKey>(account_.private_key, name);
  account_.private_key = Secret();  // the signer has what it needs
  endpoint_ = config.token_endpoint.empty() ? account_.token_uri : config.token_endpoint;
  const std::string from = config.credentials_file.empty() ? name : "the file " + printable(config.credentials_file);
  log_.info("credentials: service account " + printable(account_.client_email, 100) + " from " + from);
}

const Secret& TokenSource::get(const Deadline& deadline) {
  if (must_be_fetched()) {
    with_retries(loop_, log_, deadline, "Google's token endpoint", [&] { fetch(deadline); });
  }
  return token_;
}

bool TokenSource::forget() {
  if (signer_ == nullptr) return false;
  token_ = Secret();
  return true;
}

void TokenSource::fetch(const Deadline& deadline) {
  const std::int64_t started_ms = deadline.elapsed_ms();
  net::HttpRequest request;
  request.url = endpoint_;
  const Secret assertion = make_assertion(account_, *signer_, system_clock_ms() / 1000);
  request.form = token_form(assertion);
  request.ca_file = config_.ca_file;
  request.body_bytes_max = reply_bytes_max;
  net::HttpResponse reply = net::exchange(loop_, request, deadline);
  const struct Wiped {
    std::string& text;
    ~Wiped() { wipe(text.data(), text.size()); }
  } wiped{reply.body};
  if (reply.status != 200) {
    throw token_refusal(reply, account_.client_email, system_clock_ms(), assertion.reveal());
  }
  token_ = token_in(reply, deadline);
  log_.info("token: accepted for " + printable(account_.client_email, 100) + " in " +
            std::to_string(deadline.elapsed_ms() - started_ms) + " ms");
}

}  // namespace lockrec::sheet
