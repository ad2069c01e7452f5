// Where Redis is and who we are there, out of redis_url and the fields that win over it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "net/byte_stream.hpp"

namespace lockrec::redis {

struct Login {
  std::optional<std::string> username;
  std::optional<Secret> password;
  std::int64_t database = 0;

  bool is_given() const { return username.has_value() || password.has_value(); }
  std::string name() const { return username.value_or("default"); }
};

struct Address {
  std::vector<net::Endpoint> endpoints;  // one or more, tried in turn
  Login login;
  std::string master_name;  // where the endpoints are Sentinels: whose master; else empty
  Login sentinel_login;

  bool has_sentinels() const { return !master_name.empty(); }
};

// Throws LOCKREC_E_CONFIG naming redis_url; never quotes what may be a part of a password.
Address parse_address(const RedisConfig& config);

}  // namespace lockrec::redis
