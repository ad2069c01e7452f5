// What makes a service account key, what is told about one that is none, and the assertion that it signs.
#include "sheet/credentials.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "collected.hpp"
#include "sheet/json.hpp"
#include "sheet/jwt.hpp"

extern "C" {
#include "folder.h"
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

using namespace lockrec::sheet;
using lockrec::Secret;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string pem_of(EVP_PKEY* key, decltype(&PEM_write_bio_PrivateKey) write = PEM_write_bio_PrivateKey) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  write(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string decoded(std::string_view text) {
  std::string padded(text);
  for (char& c : padded) c = c == '-' ? '+' : c == '_' ? '/' : c;
  const std::size_t padding = (4 - padded.size() % 4) % 4;
  padded.append(padding, '=');
  std::string bytes(padded.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(padded.data()), static_cast<int>(padded.size()));
  check(size > 0, "base64");
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

constexpr const char* good_key = R"({"type":"service_account","project_id":"p","private_key_id":"abc",
  "private_key":"-----BEGIN PRIVATE KEY-----\nMIIx\n-----END PRIVATE KEY-----\n","client_email":"r@p.example",
  "token_uri":"https://oauth2.googleapis.com/token"})";

std::string replaced(const std::string& what, const std::string& with) {
  std::string text = good_key;
  const auto at = text.find(what);
  check(at != std::string::npos, what);
  return text.replace(at, what.size(), with);
}

void credentials_of_service_account_are_read(void**) {
  const ServiceAccount account = parse_credentials(good_key, "credentials_json");
  check_text(account.client_email, "r@p.example", "client_email");
  check_text(account.private_key_id, "abc", "private_key_id");
  check_text(account.token_uri, "https://oauth2.googleapis.com/token", "token_uri");
  check_text(account.private_key.reveal(), "-----BEGIN PRIVATE KEY-----\nMIIx\n-----END PRIVATE KEY-----", "key");
  for (const auto* uri : {"http://127.0.0.1:81/t", "http://[::1]:81/t", "http://localhost/t", "https://h/t"}) {
    parse_credentials(replaced("https://oauth2.googleapis.com/token", uri), "it");
  }
}

void credentials_that_are_bad_are_named(void**) {
  const struct {
    std::string text;
    std::vector<std::string> parts;
  } cases[] = {
      {"", {"is not JSON"}},
      {"/etc/lockrec/key.json", {"holds a path", "credentials_file"}},
      {"{\"type\":", {"is not JSON"}},
      {"[]", {"no JSON object", "service account"}},
      {"{}", {"'type'"}},
      {R"({"installed":{"client_id":"x"}})", {"OAuth client's secret", "create a JSON key"}},
      {R"({"web":{"client_id":"x"}})", {"OAuth client's secret"}},
      {replaced("\"service_account\"", "\"authorized_user\""), {"authorized_user", "create a JSON key"}},
      {replaced("\"service_account\"", "\"external_account\""), {"'external_account'"}},
      {replaced("client_email", "e-mail"), {"'client_email'"}},
      {replaced("\"private_key\"", "\"key\""), {"'private_key'"}},
      {replaced("private_key_id", "id"), {"'private_key_id'"}},
      {replaced("token_uri", "uri"), {"'token_uri'"}},
      {replaced("\"r@p.example\"", "1"), {"'client_email'"}},
      {replaced("r@p.example", "nobody"), {"'client_email'", "no address"}},
      {replaced("r@p.example", R"(r@\",\"x)"), {"'client_email'"}},
      {replaced("\"abc\"", R"("a\nb")"), {"'private_key_id'"}},
      {replaced("-----BEGIN", "BEGIN"), {"'private_key'", "PEM"}},
      {replaced("https://oauth2", "http://oauth2"), {"'token_uri'", "plain http"}},
      {replaced("https://oauth2.googleapis.com/token", "file:///etc/x"), {"'token_uri'"}},
      {replaced("https://oauth2.googleapis.com/token", "http://127.0.0.1@e.example/"), {"'token_uri'"}},
      {std::string(70000, ' '), {"too large"}},
  };
  for (const auto& each : cases) {
    auto parts = each.parts;
    parts.emplace_back("the credentials file '/k'");
    check_refused([&] { parse_credentials(each.text, "the credentials file '/k'"); }, LOCKREC_E_CONFIG, parts,
                  each.text);
  }
}

void credentials_sentence_holds_no_key(void**) {
  try {
    parse_credentials(replaced("token_uri", "uri"), "it");
  } catch (const lockrec::Error& error) {
    check(std::string(error.what()).find("MIIx") == std::string::npos, "no key in the sentence");
  }
}

void key_that_can_not_sign_is_refused(void**) {
  const Key curve(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  for (const std::string& pem : {std::string("-----BEGIN PRIVATE KEY-----\nMIIx\n-----END PRIVATE KEY-----\n"),
                                 pem_of(curve.get()), std::string("x")}) {
    check_refused([&] { SigningKey(Secret(pem), "credentials_json"); }, LOCKREC_E_CONFIG,
                  {"credentials_json", "'private_key'", "RSA"}, "key");
  }
}

void key_that_is_cut_anywhere_is_refused(void**) {
  const Key pair(EVP_RSA_gen(2048), &EVP_PKEY_free);
  const std::string pem = pem_of(pair.get());
  const std::string end = "-----END PRIVATE KEY-----\n";
  SigningKey(Secret(pem), "it");
  for (std::size_t size = 0; size < pem.size() - end.size() - 4; size += 5) {
    const auto cut = Secret(pem.substr(0, size) + end);
    check_refused([&] { SigningKey(cut, "it"); }, LOCKREC_E_CONFIG, {"'private_key'"}, std::to_string(size));
    if (size < pem.find('\n')) continue;
    std::string changed = pem;
    changed[size] = '\1';
    check_refused([&] { SigningKey(Secret(changed), "it"); }, LOCKREC_E_CONFIG, {"'private_key'"},
                  changed.substr(size));
  }
}

void assertion_verifies(EVP_PKEY* pair, const std::string& pem) {
  ServiceAccount account = parse_credentials(good_key, "it");
  const Secret jwt = make_assertion(account, SigningKey(Secret(pem), "it"), 1769000010);
  const std::string_view text = jwt.reveal();
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  check_text(decoded(text.substr(0, first)), R"({"alg":"RS256","typ":"JWT","kid":"abc"})", "header");
  check_text(decoded(text.substr(first + 1, last - first - 1)),
             R"({"iss":"r@p.example","scope":"https://www.googleapis.com/auth/spreadsheets.readonly",)"
             R"("aud":"https://oauth2.googleapis.com/token","iat":1769000000,"exp":1769003600})",
             "claims");
  const std::string signature = decoded(text.substr(last + 1));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, pair);
  check_number(EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                                signature.size(), reinterpret_cast<const unsigned char*>(text.data()), last),
               1, "signature");
}

void assertion_verifies_with_the_public_key(void**) {
  const Key pair(EVP_RSA_gen(2048), &EVP_PKEY_free);
  assertion_verifies(pair.get(), pem_of(pair.get()));
  assertion_verifies(pair.get(), pem_of(pair.get(), PEM_write_bio_PrivateKey_traditional));
}

void base64url_has_no_padding_and_no_signs(void**) {
  check_text(base64url("").reveal(), "", "nothing");
  check_text(base64url("f").reveal(), "Zg", "one");
  check_text(base64url("fo").reveal(), "Zm8", "two");
  check_text(base64url("\xFB\xFF\xFE").reveal(), "-__-", "signs");
}

// Bytes as they would stand in a core file; the pattern is kept inverted, so as not to be found itself.
struct Pattern {
  std::array<unsigned char, 48> inverted{};
  explicit Pattern(std::string_view text) {
    check(text.size() >= inverted.size(), "long enough");
    for (std::size_t i = 0; i < inverted.size(); ++i) inverted[i] = static_cast<unsigned char>(~text[i]);
  }
  bool starts_at(const unsigned char* bytes) const {
    for (std::size_t i = 0; i < inverted.size(); ++i) {
      if (bytes[i] != static_cast<unsigned char>(~inverted[i])) return false;
    }
    return true;
  }
};

int copies_in_memory(const Pattern& pattern) {
  std::FILE* maps = std::fopen("/proc/self/maps", "r");
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  char line[512];
  int copies = 0;
  while (std::fgets(line, sizeof line, maps) != nullptr) {
    unsigned long first = 0;
    unsigned long end = 0;
    char access[5] = "";
    if (std::sscanf(line, "%lx-%lx %4s", &first, &end, access) != 3 || std::strncmp(access, "rw", 2) != 0) continue;
    std::vector<unsigned char, lockrec::WipingAllocator<unsigned char>> bytes(1 << 16);
    for (unsigned long at = first; at < end; at += bytes.size() - pattern.inverted.size()) {
      const ssize_t size = pread(memory, bytes.data(), std::min(bytes.size(), end - at), static_cast<off_t>(at));
      for (ssize_t i = 0; i + static_cast<ssize_t>(pattern.inverted.size()) <= size; ++i) {
        // What this search itself has read is no copy.
        const auto place = at + static_cast<unsigned long>(i);
        const auto own = reinterpret_cast<unsigned long>(bytes.data());
        if (place + pattern.inverted.size() > own && place < own + bytes.size()) continue;
        if (pattern.starts_at(bytes.data() + i)) ++copies;
      }
    }
  }
  close(memory);
  std::fclose(maps);
  return copies;
}

// The key's file, its first line of base64 as a pattern, and no copy left here.
std::string write_key_file(const char* end, std::unique_ptr<Pattern>& pattern) {
  const Key pair(EVP_RSA_gen(2048), &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_secmem()), &BIO_free);
  PEM_write_bio_PrivateKey(out.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* pem = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(out.get(), &pem));
  Secret text(R"({"type":"service_account","private_key_id":"abc","client_email":"r@p.example","private_key":")");
  for (std::size_t i = 0; i < size; ++i) text.append(pem[i] == '\n' ? "\\n" : std::string_view(&pem[i], 1));
  text.append(R"(","token_uri":"https://h/t")");
  text.append(end);
  // The start of a line, so that it is the same with real line ends and with escaped ones.
  const std::string_view line = std::string_view(pem, size).substr(548);
  check_number(pem[547], '\n', "a line's start");
  pattern = std::make_unique<Pattern>(line);
  std::string path = temp_file("key.json", text.reveal().data(), text.size());
  OPENSSL_cleanse(pem, size);
  return path;
}

void private_key_leaves_no_copy_behind(void**) {
  // A sanitizer keeps what is freed, in maps of terabytes.
  if (sanitized) skip();
  std::unique_ptr<Pattern> pattern;
  lockrec::GoogleConfig config;
  config.credentials_file = write_key_file("}", pattern);
  check_number(copies_in_memory(*pattern), 0, "before");
  {
    const ServiceAccount account = read_credentials(config);
    check(copies_in_memory(*pattern) == 1, "the one copy that is in use is found");
    make_assertion(account, SigningKey(account.private_key, "it"), 1769000010);
  }
  check_number(copies_in_memory(*pattern), 0, "after");
  for (const char* end : {",}", "} x", ",\"client_email\":", ",\"x\":\"\\u0000\"}", ",\"x\":\"\\q\"}"}) {
    config.credentials_file = write_key_file(end, pattern);
    check_refused([&] { read_credentials(config); }, LOCKREC_E_CONFIG, {"the credentials file"}, end);
    check_number(copies_in_memory(*pattern), 0, end);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(credentials_of_service_account_are_read),
      cmocka_unit_test(credentials_that_are_bad_are_named),
      cmocka_unit_test(credentials_sentence_holds_no_key),
      cmocka_unit_test(key_that_can_not_sign_is_refused),
      cmocka_unit_test(key_that_is_cut_anywhere_is_refused),
      cmocka_unit_test(assertion_verifies_with_the_public_key),
      cmocka_unit_test(base64url_has_no_padding_and_no_signs),
      cmocka_unit_test(private_key_leaves_no_copy_behind),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
