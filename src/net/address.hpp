// Host and port: out of a URL, into a URL, and as a sentence names them. Private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lockrec::net {

struct Address {
  std::string scheme;
  std::string host;  // without brackets
  std::uint16_t port = 0;
};

// Nothing where it is no URL with a host.
std::optional<Address> address_of(const std::string& url);
// "https://[::1]:6380"; nothing where the host can't be one.
std::optional<std::string> url_of(const Address& address);
// "sheets.googleapis.com:443", "[::1]:6379"
std::string host_and_port(const std::string& host, std::uint16_t port);

}  // namespace lockrec::net
