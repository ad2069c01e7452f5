// The access token: given by the host, or fetched with a service account's key.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/config.hpp"
#include "base/deadline.hpp"
#include "base/log.hpp"
#include "net/loop.hpp"
#include "sheet/credentials.hpp"
#include "sheet/jwt.hpp"

namespace lockrec::sheet {

class TokenSource {
 public:
  // Reads the key. Throws LOCKREC_E_CONFIG.
  TokenSource(const GoogleConfig& config, net::Loop& loop, Log& log);

  bool must_be_fetched() const { return signer_ != nullptr && token_.empty(); }
  // Fetches it where there is none yet, with retries.
  const Secret& get(const Deadline& deadline);
  // Forgets the token where a new one can be fetched.
  bool forget();
  // Both empty with an access token.
  const std::string& endpoint() const { return endpoint_; }
  const std::string& account() const { return account_.client_email; }

 private:
  void fetch(const Deadline& deadline);

  const GoogleConfig& config_;
  net::Loop& loop_;
  Log& log_;
  ServiceAccount account_;
  std::unique_ptr<SigningKey> signer_;
  std::string endpoint_;
  Secret token_;
};

}  // namespace lockrec::sheet
