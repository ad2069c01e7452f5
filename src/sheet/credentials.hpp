// A service account's key: what signs the request for a token.
#pragma once

#include <string>
#include <string_view>

#include "base/config.hpp"
#include "base/secret.hpp"

namespace lockrec::sheet {

struct ServiceAccount {
  std::string client_email;
  std::string private_key_id;
  Secret private_key;  // PEM
  std::string token_uri;
};

// what: "credentials_json" or "the credentials file '/etc/key.json'". Throws LOCKREC_E_CONFIG naming it and the
// field, and the remedy where it is another kind of credential. Pure; wipes its copies.
ServiceAccount parse_credentials(std::string_view bytes, std::string_view what);

// How the one that is configured is called in sentences.
std::string credentials_name(const GoogleConfig& config);
ServiceAccount read_credentials(const GoogleConfig& config);

}  // namespace lockrec::sheet
