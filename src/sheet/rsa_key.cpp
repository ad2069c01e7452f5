// The numbers go from our own buffer straight into OpenSSL's, which wipes secure ones when they go.
#include "sheet/rsa_key.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <new>
#include <optional>
#include <string_view>
#include <vector>

namespace lockrec::sheet {

namespace {

using Bytes = std::vector<unsigned char, WipingAllocator<unsigned char>>;

template <class T, void (*free_one)(T*)>
struct Free {
  void operator()(T* one) const noexcept { free_one(one); }
};
using Number = std::unique_ptr<BIGNUM, Free<BIGNUM, BN_clear_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM, OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;

// In the order in which the key's structure has them.
constexpr std::array<const char*, 8> number_names = {OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
                                                     OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                                                     OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                                     OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

constexpr std::string_view rsa_object_id = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01";  // 1.2.840.113549.1.1.1

// What stands between the BEGIN and the END line, decoded; empty where that can't be done.
Bytes decode_pem(std::string_view text) {
  const auto begin = text.find("-----BEGIN ");
  const auto first = text.find('\n', begin);
  const auto end = text.find("-----END ", begin);
  if (begin == text.npos || first == text.npos || end == text.npos || first > end) return {};
  Bytes base64;
  base64.reserve(end - first);
  for (const char c : text.substr(first, end - first)) {
    if (c != '\n' && c != '\r' && c != ' ' && c != '\t') base64.push_back(static_cast<unsigned char>(c));
  }
  Bytes der(base64.size() / 4 * 3 + 1);
  const int size = EVP_DecodeBlock(der.data(), base64.data(), static_cast<int>(base64.size()));
  // Zeros in place of the padding stay: they are behind the structure.
  der.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return der;
}

// Reads DER in place.
class DerReader {
 public:
  explicit DerReader(std::string_view bytes) : left_(bytes) {}

  // The content of the next element; nothing where it is of another kind, or not whole.
  std::optional<std::string_view> take(int wanted_tag) {
    const auto* at = reinterpret_cast<const unsigned char*>(left_.data());
    const auto* const begin = at;
    long size = 0;
    int tag = 0;
    int kind = 0;
    const int flags = ASN1_get_object(&at, &size, &tag, &kind, static_cast<long>(left_.size()));
    constexpr int broken = 0x80;
    constexpr int indefinite_length = 0x01;
    if ((flags & (broken | indefinite_length)) != 0 || kind != V_ASN1_UNIVERSAL || tag != wanted_tag) return {};
    const auto header_size = static_cast<std::size_t>(at - begin);
    const std::string_view content = left_.substr(header_size, static_cast<std::size_t>(size));
    left_.remove_prefix(header_size + content.size());
    return content;
  }

 private:
  std::string_view left_;
};

// The structure with the numbers: itself, or inside PKCS #8's.
std::optional<std::string_view> find_numbers(std::string_view der) {
  const auto outer = DerReader(der).take(V_ASN1_SEQUENCE);
  if (!outer) return {};
  DerReader inside(*outer);
  if (!inside.take(V_ASN1_INTEGER)) return {};
  const auto algorithm = inside.take(V_ASN1_SEQUENCE);
  if (!algorithm) return outer;
  const auto object_id = DerReader(*algorithm).take(V_ASN1_OBJECT);
  const auto wrapped = inside.take(V_ASN1_OCTET_STRING);
  if (!object_id || *object_id != rsa_object_id || !wrapped) return {};
  return DerReader(*wrapped).take(V_ASN1_SEQUENCE);
}

RsaKey make_key(OSSL_PARAM* params) {
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context) throw std::bad_alloc();
  if (EVP_PKEY_fromdata_init(context.get()) != 1) return {};
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params) != 1) return {};
  return RsaKey(key);
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

RsaKey read_rsa_key(const Secret& pem) {
  const Bytes der = decode_pem(pem.reveal());
  const auto found = find_numbers({reinterpret_cast<const char*>(der.data()), der.size()});
  if (!found) return {};
  DerReader reader(*found);
  if (!reader.take(V_ASN1_INTEGER)) return {};  // the version
  const Builder builder(OSSL_PARAM_BLD_new());
  std::array<Number, number_names.size()> numbers;
  if (!builder) throw std::bad_alloc();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto bytes = reader.take(V_ASN1_INTEGER);
    if (!bytes || bytes->empty() || (static_cast<unsigned char>(bytes->front()) & 0x80) != 0) return {};
    // Secure: the builder's copies are then wiped as well.
    numbers[i].reset(BN_secure_new());
    if (!numbers[i] || BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes->data()), static_cast<int>(bytes->size()),
                                 numbers[i].get()) == nullptr) {
      throw std::bad_alloc();
    }
    if (OSSL_PARAM_BLD_push_BN(builder.get(), number_names[i], numbers[i].get()) != 1) return {};
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  if (!params) throw std::bad_alloc();
  return make_key(params.get());
}

}  // namespace lockrec::sheet
