#include "net/address.hpp"

#include <curl/curl.h>

#include <charconv>
#include <memory>
#include <new>
#include <string_view>

#include "base/text.hpp"

namespace lockrec::net {

namespace {

struct UrlDelete {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDelete>;

Url new_url() {
  Url url(curl_url());
  if (!url) throw std::bad_alloc();
  return url;
}

std::optional<std::string> part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_ipv6(std::string_view host) { return host.find(':') != std::string_view::npos; }

}  // namespace

std::optional<Address> address_of(const std::string& text) {
  const Url url = new_url();
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto scheme = part(url, CURLUPART_SCHEME);
  auto host = part(url, CURLUPART_HOST);
  const auto port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port) return std::nullopt;
  if (host->size() > 2 && host->front() == '[') *host = host->substr(1, host->size() - 2);
  Address address{*scheme, *host, 0};
  std::from_chars(port->data(), port->data() + port->size(), address.port);
  return address;
}

std::optional<std::string> url_of(const Address& address) {
  const Url url = new_url();
  const std::string host = is_ipv6(address.host) ? "[" + address.host + "]" : address.host;
  if (curl_url_set(url.get(), CURLUPART_SCHEME, address.scheme.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_HOST, host.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_PORT, std::to_string(address.port).c_str(), 0) != CURLUE_OK) {
    return std::nullopt;
  }
  return part(url, CURLUPART_URL);
}

std::string host_and_port(const std::string& host, std::uint16_t port) {
  const std::string shown = printable(host);
  return (is_ipv6(shown) ? "[" + shown + "]" : shown) + ":" + std::to_string(port);
}

}  // namespace lockrec::net
