#include "sheet/credentials.hpp"

#include "base/endpoint_rule.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "sheet/regular_file.hpp"
#include "sheet/secret_json.hpp"

namespace lockrec::sheet {

namespace {

constexpr std::int64_t key_bytes_max = 64 * 1024;

[[noreturn]] void refuse(std::string_view what, const std::string& why) {
  throw Error(LOCKREC_E_CONFIG, std::string(what) + " " + why);
}

SecretJson parse(std::string_view bytes, std::string_view what) {
  if (static_cast<std::int64_t>(bytes.size()) > key_bytes_max) refuse(what, "is too large for a service account key");
  try {
    return parse_secret_json(bytes, what, Deadline(60000));
  } catch (const Error& error) {
    const bool looks_like_path = bytes.size() < 4096 && trim(bytes).ends_with(".json");
    throw Error(LOCKREC_E_CONFIG, looks_like_path
                                      ? std::string(what) + " holds a path, not a key; give it as credentials_file"
                                      : std::string(error.what()));
  }
}

// Other files that Google hands out look much alike.
void require_service_account(const cJSON* root, std::string_view what) {
  const std::string key_wanted = "create a JSON key of a service account and use that";
  if (cJSON_IsObject(root) == 0) refuse(what, "is no JSON object; " + key_wanted);
  if (member(root, "installed") != nullptr || member(root, "web") != nullptr) {
    refuse(what, "is an OAuth client's secret, not a service account key; " + key_wanted);
  }
  const std::string_view type = text_of(member(root, "type"));
  if (type == "service_account") return;
  if (type == "authorized_user") {
    refuse(what, "is a user's log-in made by gcloud (authorized_user), not a service account key; " + key_wanted);
  }
  if (type.empty()) refuse(what, "has no field 'type'; " + key_wanted);
  refuse(what, "is of type '" + printable(type, 40) + "', not a service account key; " + key_wanted);
}

std::string_view field(const cJSON* root, const char* name, std::string_view what) {
  if (has_twice(root, name)) refuse(what, std::string("has the field '") + name + "' twice; download the key again");
  const std::string_view text = trim(text_of(member(root, name)));
  if (text.empty()) refuse(what, std::string("has no field '") + name + "'; download the key again");
  return text;
}

// These enter the assertion's JSON as they are.
std::string plain_field(const cJSON* root, const char* name, std::string_view what) {
  const std::string_view text = field(root, name, what);
  for (const char c : text) {
    if (c <= ' ' || c >= '\x7f' || c == '"' || c == '\\') {
      refuse(what, std::string("has a character in its field '") + name + "' that Google never puts there");
    }
  }
  return std::string(text);
}

// The three credentials are easily mixed up, and a path is shown in messages.
bool is_no_path(std::string_view text) {
  return text.find("-----BEGIN ") != text.npos || text.starts_with('{') || text.starts_with("ya29.");
}

}  // namespace

ServiceAccount parse_credentials(std::string_view bytes, std::string_view what) {
  const SecretJson root = parse(bytes, what);
  require_service_account(root.get(), what);
  ServiceAccount account;
  account.client_email = plain_field(root.get(), "client_email", what);
  if (account.client_email.find('@') == std::string::npos) {
    refuse(what, "has a field 'client_email' that is no address; download the key again");
  }
  account.private_key_id = plain_field(root.get(), "private_key_id", what);
  account.token_uri = plain_field(root.get(), "token_uri", what);
  if (const auto why = why_endpoint_is_refused(account.token_uri)) {
    refuse(what, "has a field 'token_uri' that " + *why);
  }
  const std::string_view key = field(root.get(), "private_key", what);
  if (key.find("-----BEGIN ") == std::string_view::npos) {
    refuse(what, "has a field 'private_key' that is no PEM key; download the key again");
  }
  account.private_key = Secret(key);
  return account;
}

std::string credentials_name(const GoogleConfig& config) {
  if (config.credentials_file.empty()) return "credentials_json";
  return "the credentials file '" + printable(config.credentials_file, 120) + "'";
}

ServiceAccount read_credentials(const GoogleConfig& config) {
  const std::string what = credentials_name(config);
  if (config.credentials_file.empty()) return parse_credentials(config.credentials_json.reveal(), what);
  if (is_no_path(config.credentials_file)) {
    refuse("credentials_file", "holds a key or a token, not a path; give it as credentials_json or access_token");
  }
  Secret bytes;
  read_regular_file({config.credentials_file, what, LOCKREC_E_CONFIG, LOCKREC_E_CONFIG, key_bytes_max}, Deadline(60000),
                    [&bytes](std::string_view piece) { bytes.append(piece); });
  return parse_credentials(bytes.reveal(), what);
}

}  // namespace lockrec::sheet
