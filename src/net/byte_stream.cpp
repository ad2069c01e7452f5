#include "net/byte_stream.hpp"

#include <sys/socket.h>

#include <optional>

#include "base/text.hpp"
#include "net/address.hpp"
#include "net/easy_handle.hpp"
#include "net/failure.hpp"

namespace lockrec::net {

namespace {

// Where the name may have moved to another server since (a failover), an old answer is of no use.
constexpr long dns_cache_s = 1;

Address address_of(const Endpoint& endpoint) {
  const char* scheme = endpoint.tls ? "https" : "http";
  if (!endpoint.unix_path.empty()) return {scheme, "localhost", 1};
  return {scheme, endpoint.host, endpoint.port};
}

}  // namespace

std::string display_name(const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty()) return "unix:" + printable(endpoint.unix_path);
  return host_and_port(endpoint.host, endpoint.port);
}

struct ByteStream::Impl final : Transfer {
  Impl(Loop& loop, const Endpoint& endpoint)
      : name(display_name(endpoint)), handle(loop, *this, endpoint.unix_path.empty() ? endpoint.host : std::string()) {
    if (auto missing = unreadable_file({endpoint.ca_file, endpoint.cert_file, endpoint.key_file})) {
      fail(std::move(*missing));
      return;
    }
    const auto url = url_of(address_of(endpoint));
    if (!url) {
      fail({TransportError::Kind::unreachable, CURLE_URL_MALFORMAT, 0, "the address " + name + " can't be used"});
      return;
    }
    handle.set(CURLOPT_URL, url->c_str());
    configure(endpoint);
    handle.start();
  }

  void configure(const Endpoint& endpoint) {
    handle.set(CURLOPT_CONNECT_ONLY, 1L);
    // With http_proxy or ALL_PROXY set, the proxy would get the raw stream, the password included.
    handle.set(CURLOPT_PROXY, "");
    handle.set(CURLOPT_NOPROXY, "*");
    handle.set(CURLOPT_SSL_ENABLE_ALPN, 0L);
    handle.set(CURLOPT_TCP_KEEPALIVE, 1L);
    handle.set(CURLOPT_DNS_CACHE_TIMEOUT, dns_cache_s);
    if (!endpoint.unix_path.empty()) handle.set(CURLOPT_UNIX_SOCKET_PATH, endpoint.unix_path.c_str());
    if (!endpoint.tls) return;
    handle.trust(endpoint.ca_file);
    // There is room for one cached bundle: it is the system's, which Google's requests need again.
    if (!endpoint.ca_file.empty()) handle.set(CURLOPT_CA_CACHE_TIMEOUT, 0L);
    if (!endpoint.cert_file.empty()) handle.set(CURLOPT_SSLCERT, endpoint.cert_file.c_str());
    if (!endpoint.key_file.empty()) handle.set(CURLOPT_SSLKEY, endpoint.key_file.c_str());
  }

  void finished(CURLcode code) noexcept override {
    if (code != CURLE_OK) {
      failed_with = code;
      state = State::failed;
      return;
    }
    curl_easy_getinfo(handle.curl(), CURLINFO_ACTIVESOCKET, &descriptor);
    // curl may clear away a connection that nobody has read from yet: the first read makes it ours.
    std::size_t moved = 0;
    const CURLcode read = curl_easy_recv(handle.curl(), &early_byte, 1, &moved);
    if (read == CURLE_OK || read == CURLE_AGAIN) {
      has_early_byte = moved == 1;
      state = State::open;
    } else {
      failed_with = read;
      state = State::failed;
    }
  }

  void fail(TransportError why) {
    failure = std::move(why);
    state = State::failed;
  }

  const TransportError& why_failed() {
    if (!failure) failure = describe(failed_with, handle.easy(), name);
    return *failure;
  }

  std::optional<std::size_t> result(CURLcode code, std::size_t moved) {
    if (code == CURLE_OK) return moved;
    if (code == CURLE_AGAIN) return std::nullopt;
    // That the connection is unknown to curl means that it has gone, not that HTTP was expected.
    throw describe(code == CURLE_UNSUPPORTED_PROTOCOL ? CURLE_RECV_ERROR : code, handle.easy(), name);
  }

  void wake_at(int bytes) {
    if (bytes == wakes_at) return;
    wakes_at = bytes;
    // Where it is not known (UNIX sockets), every byte wakes, as it would without.
    setsockopt(descriptor, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
  }

  std::string name;
  State state = State::connecting;
  CURLcode failed_with = CURLE_OK;
  std::optional<TransportError> failure;
  curl_socket_t descriptor = CURL_SOCKET_BAD;
  char early_byte = 0;
  bool has_early_byte = false;
  int wakes_at = 1;
  EasyHandle handle;
};

ByteStream::ByteStream(Loop& loop, const Endpoint& endpoint) : impl_(std::make_unique<Impl>(loop, endpoint)) {}
ByteStream::~ByteStream() = default;

ByteStream::State ByteStream::state() const { return impl_->state; }
const TransportError& ByteStream::failure() const { return impl_->why_failed(); }
int ByteStream::descriptor() const { return impl_->descriptor; }

std::optional<std::size_t> ByteStream::send(const char* data, std::size_t size) {
  std::size_t moved = 0;
  const CURLcode code = curl_easy_send(impl_->handle.curl(), data, size, &moved);
  return impl_->result(code, moved);
}

void ByteStream::wake_at(int bytes) { impl_->wake_at(bytes); }

std::optional<std::size_t> ByteStream::receive(char* data, std::size_t size) {
  if (impl_->has_early_byte && size > 0) {
    impl_->has_early_byte = false;
    *data = impl_->early_byte;
    return 1;
  }
  std::size_t moved = 0;
  const CURLcode code = curl_easy_recv(impl_->handle.curl(), data, size, &moved);
  return impl_->result(code, moved);
}

}  // namespace lockrec::net
