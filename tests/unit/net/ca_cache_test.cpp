// The authorities' bundle is read once a loop, however many TLS connections there are.
#include <curl/curl.h>
#include <dlfcn.h>

#include <atomic>
#include <cstdio>
#include <cstring>

#include "local_server.hpp"
#include "net/byte_stream.hpp"
#include "net/https.hpp"
#include "net_checks.hpp"

using lockrec::Deadline;
using lockrec::net::ByteStream;
using lockrec::net::Loop;

namespace {
std::atomic<int> times_opened = 0;
std::string watched;

FILE* open_counted(const char* symbol, const char* path, const char* mode) {
  using Real = FILE* (*)(const char*, const char*);
  if (watched == path) ++times_opened;
  return reinterpret_cast<Real>(dlsym(RTLD_NEXT, symbol))(path, mode);
}
}  // namespace

// Between libcrypto and the C library: which files are read? By label, for headers may rename the one to the other.
extern "C" {
__attribute__((visibility("default"))) FILE* counted_fopen(const char* path, const char* mode) __asm__("fopen");
__attribute__((visibility("default"))) FILE* counted_fopen64(const char* path, const char* mode) __asm__("fopen64");

FILE* counted_fopen(const char* path, const char* mode) { return open_counted("fopen", path, mode); }
FILE* counted_fopen64(const char* path, const char* mode) { return open_counted("fopen64", path, mode); }
}

namespace {

void answer_once(Peer& peer) {
  peer.read_request();
  peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
}

void exchange_over_tls(Loop& loop, const LocalServer& server, const std::string& ca_file) {
  lockrec::net::HttpRequest request;
  request.url = server.url("/", "localhost");
  request.ca_file = ca_file;
  request.body_bytes_max = 1000;
  assert_int_equal(lockrec::net::exchange(loop, request, Deadline(3000)).status, 200);
}

void later_handshakes_read_no_bundle(void**) {
  const LocalServer server(answer_once, with_tls());
  watched = tls_files()->ca;
  times_opened = 0;
  Loop loop;
  for (int i = 0; i < 3; ++i) exchange_over_tls(loop, server, watched);
  assert_int_equal(server.seen().connections, 3);
  assert_int_equal(times_opened, 1);
}

void system_bundle_is_kept_although_a_stream_has_its_own(void**) {
  const LocalServer server(answer_once, with_tls());
  const char* system_bundle = nullptr;
  CURL* curl = curl_easy_init();
  curl_easy_getinfo(curl, CURLINFO_CAINFO, &system_bundle);
  watched = system_bundle != nullptr ? system_bundle : "";
  curl_easy_cleanup(curl);
  if (watched.empty()) skip();
  times_opened = 0;
  Loop loop;
  lockrec::net::Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.port = static_cast<std::uint16_t>(server.port());
  endpoint.tls = true;
  for (int i = 0; i < 4; ++i) {
    endpoint.ca_file = i == 2 ? tls_files()->ca : "";
    ByteStream stream(loop, endpoint);
    loop.run_until(Deadline(3000), [&] { return stream.state() != ByteStream::State::connecting; });
    assert_true((stream.state() == ByteStream::State::open) == (i == 2));
  }
  assert_int_equal(times_opened, 1);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      CLEAN(later_handshakes_read_no_bundle),
      CLEAN(system_bundle_is_kept_although_a_stream_has_its_own),
  };
  return cmocka_run_group_tests(tests, block_sigpipe, nullptr);
}
