// redis_url, form by form, and that its errors never quote a password.
#include "redis_checks.hpp"

#include "redis/address.hpp"

using namespace lockrec;
using namespace lockrec::redis;

namespace {

struct Good {
  const char* url;
  const char* name;
  const char* username;  // nullptr: none
  const char* password;
  std::int64_t database;
  bool tls;
};

const Good good[] = {
    {"redis://127.0.0.1:6379/0", "127.0.0.1:6379", nullptr, nullptr, 0, false},
    {"redis://localhost", "localhost:6379", nullptr, nullptr, 0, false},
    {"REDIS://localhost/", "localhost:6379", nullptr, nullptr, 0, false},
    {"redis://", "127.0.0.1:6379", nullptr, nullptr, 0, false},
    {"redis://:secret@h:1/3", "h:1", nullptr, "secret", 3, false},
    {"redis://u:@h", "h:6379", "u", "", 0, false},
    {"redis://u@h", "h:6379", "u", nullptr, 0, false},
    {"redis://us%65r:p%40%3a%2F%25@h.example:65535?db=15", "h.example:65535", "user", "p@:/%", 15, false},
    {"redis://u:p@ss@h/2?db=2", "h:6379", "u", "p@ss", 2, false},
    {"rediss://[::1]:6380/1", "[::1]:6380", nullptr, nullptr, 1, true},
    {"redis://[2001:db8::1]", "[2001:db8::1]:6379", nullptr, nullptr, 0, false},
    {"unix:///run/redis.sock", "unix:/run/redis.sock", nullptr, nullptr, 0, false},
    {"unix://u:p@/run/re%20dis.sock?db=7", "unix:/run/re dis.sock", "u", "p", 7, false},
    {"unix:///run/a@b.sock", "unix:/run/a@b.sock", nullptr, nullptr, 0, false},
};

void address_good_url_is_split(void**) {
  for (const auto& one : good) {
    const Address address = parse_address(config_for(one.url));
    check_text(net::display_name(address.endpoints.front()), one.name, one.url);
    check(address.login.username.has_value() == (one.username != nullptr), one.url);
    if (one.username != nullptr) check_text(*address.login.username, one.username, one.url);
    check(address.login.password.has_value() == (one.password != nullptr), one.url);
    if (one.password != nullptr) check_text(address.login.password->reveal(), one.password, one.url);
    check_number(address.login.database, one.database, one.url);
    check(address.endpoints.front().tls == one.tls, one.url);
  }
}

struct Bad {
  const char* url;
  const char* names;
};

const Bad bad[] = {
    {"localhost:6379", "redis://"},
    {"", "redis://"},
    {"http://h", "redis://"},
    {"redis-sentinel://h:26379/0", "must name the master"},
    {"redis-sentinel://h:26379/0#", "must name the master"},
    {"redis://h1,h2:x/0", "port"},
    {"redis://h1,,h2", "host"},
    {"redis://h1,", "host"},
    {"redis://:TOPSECRET,h", "host"},
    {"redis://h:0", "port"},
    {"redis://h:65536", "port"},
    {"redis://h:", "port"},
    {"redis://h:6379x", "port"},
    {"redis://h h", "host"},
    {"redis://:6379", "host"},
    {"redis://::1:6379", "host"},
    {"redis://[::1", "brackets"},
    {"redis://[localhost]", "IPv6"},
    {"redis://[::1]6379", "port"},
    {"redis://h/x", "database"},
    {"redis://h/-1", "database"},
    {"redis://h/1/2", "database"},
    {"redis://h/99999999999", "database"},
    {"redis://h/1?db=2", "two databases"},
    {"redis://h?timeout=5", "\"timeout\""},
    {"redis://h?db=1&ssl_cert_reqs=none", "\"ssl_cert_reqs\""},
    {"redis://h/0#x", "#"},
    {"redis://:TOPSECRET%zz@h", "%25"},
    {"redis://:TOPSECRET%2@h", "%25"},
    {"redis://:TOPSECRET%00@h", "%00"},
    {"redis://:TOP/SECRET@h", "percent-encoded"},
    {"redis://u:TOP?SECRET@h", "percent-encoded"},
    {"redis://u?TOPSECRET=1@h", "percent-encoded"},
    {"redis://:TOPSECRET", "host"},
    {"redis://u:TOPSECRET", "percent-encoded"},
    {"unix://run/redis.sock", "unix:///"},
    {"unix://", "unix:///"},
    {"unix:///a?password=TOPSECRET", "\"password\""},
    {"unix:///of?TOPSECRET@cache", "percent-encoded"},
};

void address_bad_url_is_refused_without_quoting_it(void**) {
  for (const auto& one : bad) {
    const Error error = error_of([&] { parse_address(config_for(one.url)); });
    check_number(error.status(), LOCKREC_E_CONFIG, one.url);
    check_contains(error.what(), one.names);
    check_contains(error.what(), "redis_url");
    check(std::string(error.what()).find("SECRET") == std::string::npos, one.url);
  }
}

void address_fields_win_over_the_url(void**) {
  RedisConfig config = config_for("rediss://u:p@h");
  config.password = Secret("other");
  config.ca_file = "ca.pem";
  Address address = parse_address(config);
  check_text(*address.login.username, "u", "username");
  check_text(address.login.password->reveal(), "other", "password");
  check_text(address.endpoints.front().ca_file, "ca.pem", "ca_file");
  config.username = "somebody";
  address = parse_address(config);
  check_text(*address.login.username, "somebody", "username");
  config.cert_file = "cert.pem";
  const Error error = error_of([&] { parse_address(config); });
  check_number(error.status(), LOCKREC_E_CONFIG, "a certificate without its key");
}

std::string names_of(const Address& address) {
  std::string names;
  for (const auto& endpoint : address.endpoints) names += net::display_name(endpoint) + (endpoint.tls ? "+tls " : " ");
  return names;
}

void address_lists_hosts(void**) {
  Address address = parse_address(config_for("redis://u:p,w@h1,h2:7,[::1]:8/0"));
  check_text(names_of(address), "h1:6379 h2:7 [::1]:8 ", "hosts");
  check_text(address.login.password->reveal(), "p,w", "a comma in a password");
  check(!address.has_sentinels(), "no Sentinels");
  std::string many = "redis://h";
  for (int i = 0; i < 64; ++i) many += ",h";
  check_contains(error_of([&] { parse_address(config_for(many)); }).what(), "more than 64 hosts");
}

void address_of_sentinels_names_their_master(void**) {
  RedisConfig config = config_for("redis-sentinel://u:p@h1,h2:7/3#my%20master");
  config.sentinel_username = "watcher";
  config.sentinel_password = Secret("other");
  Address address = parse_address(config);
  check_text(names_of(address), "h1:26379 h2:7 ", "Sentinels");
  check_text(address.master_name, "my master", "master");
  check_text(*address.login.username, "u", "the master's user");
  check_text(*address.sentinel_login.username, "watcher", "the Sentinels' user");
  check_text(address.sentinel_login.password->reveal(), "other", "the Sentinels' password");
  check_number(address.login.database, 3, "database");
  config.url = Secret("rediss-sentinel://h1#m");
  check_text(names_of(parse_address(config)), "h1:26379+tls ", "TLS");
  config.url = Secret("redis://h1");
  check_contains(error_of([&] { parse_address(config); }).what(), "sentinel_password");
}

void address_long_socket_path_is_refused(void**) {
  const Error error = error_of([] { parse_address(config_for("unix:///" + std::string(120, 'a'))); });
  check_contains(error.what(), "too long");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(address_good_url_is_split),
      cmocka_unit_test(address_bad_url_is_refused_without_quoting_it),
      cmocka_unit_test(address_fields_win_over_the_url),
      cmocka_unit_test(address_lists_hosts),
      cmocka_unit_test(address_of_sentinels_names_their_master),
      cmocka_unit_test(address_long_socket_path_is_refused),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
