// The signed assertion that Google's token endpoint takes from a service account (RS256).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/secret.hpp"
#include "sheet/credentials.hpp"
#include "sheet/rsa_key.hpp"

namespace lockrec::sheet {

class SigningKey {
 public:
  // what: whose field 'private_key' it is. Throws LOCKREC_E_CONFIG where it is no RSA key.
  SigningKey(const Secret& pem, std::string_view what);
  // Base64url of the RSASSA-PKCS1-v1_5 signature with SHA-256.
  Secret sign(std::string_view text) const;

 private:
  RsaKey key_;
};

// Without padding, as RFC 7515 wants it.
Secret base64url(std::string_view bytes);

Secret make_assertion(const ServiceAccount& account, const SigningKey& key, std::int64_t now_unix_s);

}  // namespace lockrec::sheet
