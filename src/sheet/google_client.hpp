// Asks the Sheets API: token, retries and refusals are dealt with here.
#pragma once

#include <optional>
#include <string>

#include "base/config.hpp"
#include "base/log.hpp"
#include "net/loop.hpp"
#include "net/preconnection.hpp"
#include "sheet/google_errors.hpp"
#include "sheet/json.hpp"
#include "sheet/token.hpp"

namespace lockrec::sheet {

class GoogleClient {
 public:
  // Reads the key. Throws LOCKREC_E_CONFIG.
  GoogleClient(const Config& config, net::Loop& loop, Log& log);

  bool token_must_be_fetched() const { return tokens_.must_be_fetched(); }
  // Connects to the sheets' host meanwhile.
  void fetch_token(const Deadline& deadline);
  // path_and_query: behind the endpoint. Throws Error and Refusal.
  Json get(const std::string& path_and_query, std::int64_t nodes_max, const Deadline& deadline);

 private:
  std::string body_of(const std::string& path_and_query, const Deadline& deadline);
  net::HttpResponse exchange_once(const std::string& path_and_query, const Secret& token, const Deadline& deadline);

  const Config& config_;
  net::Loop& loop_;
  Log& log_;
  std::optional<net::Preconnection> preconnection_;
  TokenSource tokens_;
  AskedFor asked_;
  bool token_renewed_ = false;
};

}  // namespace lockrec::sheet
