// redis_url, as it comes out of a host's settings. No sentence may quote its password.
#include "base/text.hpp"
#include "fuzz.hpp"
#include "redis/address.hpp"

namespace {

// The passwords of the corpus hold this word; it is looked for where it is a part of the password and nowhere else.
constexpr std::string_view secret = "p4ssw0rd";

bool holds_secret_password(std::string_view url) {
  const auto found = url.find(secret);
  if (found == url.npos || url.find(secret, found + 1) != url.npos) return false;
  const auto scheme = url.find("://");
  const auto at = url.rfind('@');
  if (scheme == url.npos || at == url.npos || at < found) return false;
  return url.find(':', scheme + 3) < found;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto url = fuzz::text_of(data, size);
  lockrec::RedisConfig config;
  config.url = lockrec::Secret(url);
  const std::string sentence = fuzz::refusal_of({LOCKREC_E_CONFIG}, [&] {
    const auto address = lockrec::redis::parse_address(config);
    fuzz::require(!address.endpoints.empty(), "an address leads somewhere");
    for (const auto& endpoint : address.endpoints) {
      fuzz::require(endpoint.unix_path.empty() ? !endpoint.host.empty() && endpoint.port != 0 : endpoint.host.empty(),
                    "an address is a host with a port, or a path");
      fuzz::require(endpoint.host.find_first_of("/@?#,") == endpoint.host.npos, "a host is a name or an address");
    }
    fuzz::require(address.login.database >= 0, "a database has a number");
  });
  const bool is_quoted = holds_secret_password(url) && sentence.find(secret) != sentence.npos;
  fuzz::require(!is_quoted, "no sentence quotes the password");
  return 0;
}
