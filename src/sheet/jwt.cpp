#include "sheet/jwt.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

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

// Without this OpenSSL would ask for a password on the terminal.
int no_password(char*, int, int, void*) { return -1; }

}  // namespace

void SigningKey::Free::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

SigningKey::SigningKey(const Secret& pem, std::string_view what) {
  const ErrorMark mark;
  const std::string_view text = pem.reveal();
  const std::unique_ptr<BIO, decltype(&BIO_free)> input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
                                                        &BIO_free);
  if (!input) throw std::bad_alloc();
  key_.reset(PEM_read_bio_PrivateKey(input.get(), nullptr, no_password, nullptr));
  if (!key_ || EVP_PKEY_get_base_id(key_.get()) != EVP_PKEY_RSA) {
    throw Error(LOCKREC_E_CONFIG, std::string(what) +
                                      " has a field 'private_key' that is no readable RSA key; "
                                      "download the key again");
  }
}

Secret SigningKey::sign(std::string_view text) const {
  const ErrorMark mark;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!context) throw std::bad_alloc();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  Bytes signature;
  bool signed_ = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
                 EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1;
  if (signed_) {
    signature.resize(size);
    signed_ = EVP_DigestSign(context.get(), signature.data(), &size, bytes, text.size()) == 1;
  }
  if (!signed_) throw Error(LOCKREC_E_CONFIG, "the service account's private_key can't sign; download the key again");
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
