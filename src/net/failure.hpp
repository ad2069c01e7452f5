// From curl's code to the sentence that a person reads. Private to this room.
#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>

#include "net/easy_handle.hpp"
#include "net/transport_error.hpp"

namespace lockrec::net {

// target: "sheets.googleapis.com:443" or "unix:/run/redis.sock", never a URL: those can hold secrets.
TransportError describe(CURLcode code, const Easy& easy, const std::string& target);

// A sentence naming the first of these files that can't be opened; empty names are passed over.
std::optional<TransportError> unreadable_file(std::initializer_list<std::string> paths);

}  // namespace lockrec::net
