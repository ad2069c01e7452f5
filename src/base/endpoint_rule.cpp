#include "base/endpoint_rule.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace lockrec {

namespace {

bool is_loopback(std::string_view host) {
  if (equal_ignoring_ascii_case(host, "localhost") || host == "[::1]") return true;
  // 127.0.0.0/8, written as digits and dots: a name such as 127.example.com is not one.
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> why_endpoint_is_refused(std::string_view url) {
  const auto scheme_end = url.find("://");
  const std::string_view scheme = url.substr(0, std::min(scheme_end, url.size()));
  const bool plain = equal_ignoring_ascii_case(scheme, "http");
  if (scheme_end == std::string_view::npos || (!plain && !equal_ignoring_ascii_case(scheme, "https"))) {
    return "does not begin with https://";
  }
  if (url.find_first_of(" \t\\") != std::string_view::npos) return "holds a space or a backslash";
  if (url.find_first_of("?#") != std::string_view::npos) return "holds a query or a fragment";
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  if (authority.find('@') != std::string_view::npos) return "holds a user or a password";
  const auto port_colon = authority.rfind(':');
  const bool has_port =
      port_colon != std::string_view::npos && authority.find(']', port_colon) == std::string_view::npos;
  const std::string_view host = has_port ? authority.substr(0, port_colon) : authority;
  if (host.empty()) return "names no host";
  if (plain && !is_loopback(host)) return "is plain http to a host that is not loopback";
  return std::nullopt;
}

}  // namespace lockrec
