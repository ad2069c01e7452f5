// A private RSA key out of its PEM text, without the copies that OpenSSL's own decoders free unwiped.
#pragma once

#include <memory>

#include "base/secret.hpp"

struct evp_pkey_st;

namespace lockrec::sheet {

struct FreeKey {
  void operator()(evp_pkey_st* key) const noexcept;
};
using RsaKey = std::unique_ptr<evp_pkey_st, FreeKey>;

// PKCS #8 ("BEGIN PRIVATE KEY", as Google writes it) or PKCS #1 ("BEGIN RSA PRIVATE KEY"); null where it is neither.
RsaKey read_rsa_key(const Secret& pem);

}  // namespace lockrec::sheet
