// Splits redis_url by hand: a general URL parser would keep unwiped copies of the password in it.
#include "redis/address.hpp"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lockrec::redis {

namespace {

constexpr std::int64_t database_max = 2147483647;
constexpr std::uint16_t redis_port = 6379;
constexpr std::uint16_t sentinel_port = 26379;
constexpr std::size_t hosts_max = 64;
constexpr std::size_t master_name_bytes_max = 128;

[[noreturn]] void fail(const std::string& sentence) { throw Error(LOCKREC_E_CONFIG, "redis_url: " + sentence); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Secret percent_decode(std::string_view text) {
  Secret decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) fail("a % must stand before two hex digits; write a % itself as %25");
      c = static_cast<char>(high * 16 + low);
      if (c == '\0') fail("%00 can't be used");
      i += 2;
    }
    decoded.append({&c, 1});
    wipe(&c, 1);
  }
  return decoded;
}

// Returns what stands behind the user's name and password.
std::string_view take_login(std::string_view authority, Login& login) {
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return authority;
  const auto user_info = authority.substr(0, at);
  const auto colon = user_info.find(':');
  const auto name = user_info.substr(0, colon);
  if (!name.empty()) login.username = std::string(percent_decode(name).reveal());
  if (colon != std::string_view::npos) login.password = percent_decode(user_info.substr(colon + 1));
  return authority.substr(at + 1);
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  });
}

void read_port(std::string_view text, net::Endpoint& endpoint) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    fail("the port must be a number from 1 to 65535 (a password's own : / ? # and @ are percent-encoded)");
  }
  endpoint.port = port;
}

net::Endpoint read_host(std::string_view text, std::uint16_t default_port) {
  net::Endpoint endpoint;
  endpoint.port = default_port;
  std::string_view host = text;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) fail("an IPv6 address stands in brackets");
    host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    in6_addr address;
    if (inet_pton(AF_INET6, std::string(host).c_str(), &address) != 1)
      fail("what stands in brackets is no IPv6 address");
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
    if (!is_host_name(host)) fail("its host is no name and no address (an IPv6 address stands in brackets)");
  }
  endpoint.host = host;
  if (rest.empty()) return endpoint;
  if (rest.front() != ':') fail("only a port may stand behind the brackets");
  read_port(rest.substr(1), endpoint);
  return endpoint;
}

void read_hosts(std::string_view list, std::uint16_t default_port, Address& address) {
  if (list.empty()) list = "127.0.0.1";
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    if (address.endpoints.size() == hosts_max) fail("it names more than " + std::to_string(hosts_max) + " hosts");
    address.endpoints.push_back(read_host(list.substr(begin, end - begin), default_port));
    begin = end + 1;
  }
}

std::int64_t read_database(std::string_view text) {
  std::int64_t database = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), database);
  if (error != std::errc() || end != text.data() + text.size() || database < 0 || database > database_max) {
    fail("the database must be a number from 0");
  }
  return database;
}

// Only what looks like a name and not like a piece of a password.
std::string shown_option(std::string_view name) {
  const bool is_name =
      name.size() <= 24 && std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return is_name ? " (\"" + std::string(name) + "\")" : "";
}

std::optional<std::int64_t> read_query(std::string_view query) {
  std::optional<std::int64_t> database;
  while (!query.empty()) {
    const auto option = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), option.size() + 1));
    const auto key = option.substr(0, option.find('='));
    if (key != "db") fail("it has an option that is not known" + shown_option(key) + "; only db is");
    database = read_database(option.substr(std::min(option.size(), key.size() + 1)));
  }
  return database;
}

void read_unix(std::string_view rest, Address& address) {
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) fail("write a UNIX socket as unix:///path/of/the/socket");
  const auto authority = rest.substr(0, slash);
  if (!take_login(authority, address.login).empty()) fail("write a UNIX socket as unix:///path/of/the/socket");
  const auto path = rest.substr(slash, rest.find('?', slash) - slash);
  address.endpoints.emplace_back();
  address.endpoints.front().unix_path = percent_decode(path).reveal();
  if (address.endpoints.front().unix_path.size() >= sizeof sockaddr_un::sun_path) fail("the socket's path is too long");
  const auto query = rest.substr(std::min(rest.size(), slash + path.size() + 1));
  // As below: it might be a piece of a password.
  if (query.find('@') != std::string_view::npos) fail("/ ? # and @ in a user name or password must be percent-encoded");
  address.login.database = read_query(query).value_or(0);
}

std::string read_master_name(std::string_view text) {
  std::string name(percent_decode(text).reveal());
  if (name.empty())
    fail("behind a # it must name the master that the Sentinels watch (redis-sentinel://host/0#mymaster)");
  if (name.size() > master_name_bytes_max) fail("the master's name is too long");
  return name;
}

void read_tcp(std::string_view rest, bool has_sentinels, Address& address) {
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());
  // A password with a bare / or ? in it would otherwise be quoted as an option's name.
  if (rest.find('@') != std::string_view::npos) fail("/ ? # and @ in a user name or password must be percent-encoded");
  read_hosts(take_login(authority, address.login), has_sentinels ? sentinel_port : redis_port, address);
  const auto hash = std::min(rest.find('#'), rest.size());
  if (has_sentinels) address.master_name = read_master_name(rest.substr(std::min(rest.size(), hash + 1)));
  else if (hash < rest.size()) fail("nothing may stand behind a #");
  rest = rest.substr(0, hash);
  const auto question = std::min(rest.find('?'), rest.size());
  const auto path = rest.substr(0, question);
  const auto query = rest.substr(std::min(rest.size(), question + 1));
  const auto by_query = read_query(query);
  if (path.size() > 1) address.login.database = read_database(path.substr(1));
  if (!by_query) return;
  if (path.size() > 1 && *by_query != address.login.database) fail("it names two databases");
  address.login.database = *by_query;
}

void use_tls(const RedisConfig& config, Address& address) {
  if (config.cert_file.empty() != config.key_file.empty()) {
    throw Error(LOCKREC_E_CONFIG, "redis_cert_file and redis_key_file must be given together");
  }
  for (net::Endpoint& endpoint : address.endpoints) {
    endpoint.tls = true;
    endpoint.ca_file = config.ca_file;
    endpoint.cert_file = config.cert_file;
    endpoint.key_file = config.key_file;
  }
}

struct Scheme {
  std::string_view name;
  bool tls;
  bool has_sentinels;
};
constexpr Scheme tcp_schemes[] = {
    {"redis", false, false}, {"rediss", true, false}, {"redis-sentinel", false, true}, {"rediss-sentinel", true, true}};

}  // namespace

Address parse_address(const RedisConfig& config) {
  const std::string_view url = config.url.reveal();
  const auto colon = url.find("://");
  const auto name = url.substr(0, colon == std::string_view::npos ? 0 : colon);
  const auto rest = url.substr(name.empty() ? 0 : colon + 3);
  const auto* scheme =
      std::ranges::find_if(tcp_schemes, [&](const Scheme& one) { return equal_ignoring_ascii_case(name, one.name); });
  Address address;
  if (scheme != std::end(tcp_schemes)) {
    read_tcp(rest, scheme->has_sentinels, address);
    if (scheme->tls) use_tls(config, address);
  } else if (equal_ignoring_ascii_case(name, "unix")) {
    read_unix(rest, address);
  } else {
    fail("it must begin with redis://, rediss://, unix://, redis-sentinel:// or rediss-sentinel://");
  }
  if (config.username) address.login.username = config.username;
  if (config.password) address.login.password = config.password;
  address.sentinel_login.username = config.sentinel_username;
  address.sentinel_login.password = config.sentinel_password;
  if (address.sentinel_login.is_given() && !address.has_sentinels()) {
    throw Error(LOCKREC_E_CONFIG, "sentinel_username and sentinel_password are for redis-sentinel:// addresses only");
  }
  return address;
}

}  // namespace lockrec::redis
