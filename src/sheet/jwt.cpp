#include "sheet/jwt.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace lockrec::sheet {

namespace {

using Bytes = std::vector<unsigned char, WipingAllocator<unsigned char>>;

// Leaves the thread's queue of OpenSSL errors as it was: it belongs to the host too.
class ErrorMark {
 public:
  ErrorMark() { ERR_set_mark(); }
  ~ErrorMark() { ERR_pop_to_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
};

// OpenSSL says the same of a bad key and of memory that ran out: what is bad is so twice.
template <class Attempt>
bool one_of_two(Attempt attempt) {
  return attempt() || attempt();
}

}  // namespace

SigningKey::SigningKey(const Secret& pem, std::string_view what) {
  const ErrorMark mark;
  const auto read = [&] {
    key_ = read_rsa_key(pem);
    return key_ != nullptr;
  };
  if (!one_of_two(read)) {
    throw Error(LOCKREC_E_CONFIG, std::string(what) +
                                      " has a field 'private_key' that is no readable RSA key; "
                                      "download the key again");
  }
}

Secret SigningKey::sign(std::string_view text) const {
  const ErrorMark mark;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  Bytes signature;
  const auto attempt = [&] {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    if (!context) throw std::bad_alloc();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1) return false;
    if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return false;
    signature.resize(size);
    return EVP_DigestSign(context.get(), signature.data(), &size, bytes, text.size()) == 1;
  };
  if (!one_of_two(attempt)) {
    throw Error(LOCKREC_E_CONFIG, "the service account's private_key can't sign; download the key again");
  }
  return base64url({reinterpret_cast<const char*>(signature.data()), size});
}

Secret base64url(std::string_view bytes) {
  Bytes encoded(4 * ((bytes.size() + 2) / 3) + 1);
  const int size = EVP_EncodeBlock(encoded.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  std::size_t kept = 0;
  for (int i = 0; i < size; ++i) {
    unsigned char& c = encoded[static_cast<std::size_t>(i)];
    if (c == '=') break;
    if (c == '+') c = '-';
    if (c == '/') c = '_';
    ++kept;
  }
  return Secret({reinterpret_cast<const char*>(encoded.data()), kept});
}

Secret make_assertion(const ServiceAccount& account, const SigningKey& key, std::int64_t now_unix_s) {
  constexpr std::int64_t backdated_s = 10;  // for a clock that is a little ahead of Google's
  constexpr std::int64_t life_s = 3600;     // the longest that Google takes
  const std::int64_t issued_s = now_unix_s - backdated_s;
  const std::string header = R"({"alg":"RS256","typ":"JWT","kid":")" + account.private_key_id + "\"}";
  const std::string claims = R"({"iss":")" + account.client_email +
                             R"(","scope":"https://www.googleapis.com/auth/spreadsheets.readonly",)"
                             R"("aud":"https://oauth2.googleapis.com/token","iat":)" +
                             std::to_string(issued_s) + ",\"exp\":" + std::to_string(issued_s + life_s) + "}";
  Secret assertion = base64url(header);
  assertion.append(".");
  assertion.append(base64url(claims).reveal());
  const Secret signature = key.sign(assertion.reveal());
  assertion.append(".");
  assertion.append(signature.reveal());
  return assertion;
}

}  // namespace lockrec::sheet
