// A service account's key file, and the private key in it. No sentence may quote a piece of either.
#include "sheet/credentials.hpp"

#include "fuzz.hpp"
#include "sheet/jwt.hpp"

namespace {

// Private keys of the corpus hold this word; it is looked for where it stands in one and nowhere else.
constexpr std::string_view secret = "TOP0SECRET0KEY";

bool holds_secret_key(std::string_view bytes) {
  const auto found = bytes.find(secret);
  if (found == bytes.npos || bytes.find(secret, found + 1) != bytes.npos) return false;
  constexpr std::string_view name = "\"private_key\": \"";
  const auto member = bytes.rfind(name, found);
  return member != bytes.npos && bytes.find('"', member + name.size()) > found;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string sentence = fuzz::refusal_of({LOCKREC_E_CONFIG}, [&] {
    const auto account = lockrec::sheet::parse_credentials(fuzz::text_of(data, size), "credentials_json");
    fuzz::require(!account.client_email.empty() && !account.private_key.empty(), "an account has a name and a key");
    const lockrec::sheet::SigningKey key(account.private_key, "credentials_json");
    fuzz::require(!lockrec::sheet::make_assertion(account, key, 1769020200).empty(), "a readable key signs");
  });
  const bool is_quoted = holds_secret_key(fuzz::text_of(data, size)) && sentence.find(secret) != sentence.npos;
  fuzz::require(!is_quoted, "no sentence quotes the private key");
  return 0;
}
