// What Redis's error replies mean for us: by their first words, the same from Redis 6 to 8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace lockrec::redis {

struct Refusal {
  enum class Scope {
    passing,  // try again
    server,   // the same for every key: stop
    key,      // this key alone
    auth,     // the user or the password
    moved,    // another node has the key
    split,    // these keys can't be served together; each alone can
    unknown,  // this server does not have the command
  };
  std::int32_t cause = LOCKREC_REDIS_OTHER;
  Scope scope = Scope::key;
  bool reconnect = false;  // a new connection may find the master
};

Refusal classify(std::string_view text);

// where: the server as a person knows it ("127.0.0.1:6379").
Error refusal_error(const Refusal& refusal, std::string_view text, const std::string& where);
Error protocol_error(const std::string& where, std::string_view why);

}  // namespace lockrec::redis
