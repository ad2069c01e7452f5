// How streams connect and end: names, proxies, certificates, refusals, and nothing left behind.
#include <fcntl.h>

#include <cstdlib>
#include <optional>

#include "conversation.hpp"
#include "net/easy_handle.hpp"

extern "C" {
#include "fault_server.h"
}

namespace {

void say_server_name(Peer& peer) {
  const char* name = SSL_get_servername(peer.tls(), TLSEXT_NAMETYPE_host_name);
  peer.write(name != nullptr ? name : "none");
}

void tls_names_the_server_and_offers_no_protocol(void**) {
  const LocalServer server(say_server_name, with_tls());
  Loop loop;
  ByteStream stream(loop, tls_endpoint_of(server.port()));
  open(loop, stream);
  Conversation conversation(stream, {}, 100);
  converse(loop, conversation);
  check_text(conversation.in(), "localhost", "server name");
  assert_int_equal(server.seen().alpn_offers, 0);
}

void descriptor_is_closed_in_other_programs(void**) {
  const LocalServer server(echo);
  Loop loop;
  ByteStream stream(loop, endpoint_of(server.port()));
  open(loop, stream);
  assert_int_equal(fcntl(stream.descriptor(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}
void end_of_stream_is_zero_and_what_came_before_is_read(void**) {
  const LocalServer server(say_hello);
  Loop loop;
  ByteStream stream(loop, endpoint_of(server.port()));
  open(loop, stream);
  Conversation conversation(stream, "bye", 100);
  converse(loop, conversation);
  check_text(conversation.in(), "hello", "what came");
  assert_true(conversation.ended());
  // The peer is gone: sending fails at the latest the second time, without SIGPIPE.
  const auto error = transport_error_of([&] {
    for (int i = 0; i < 20; ++i) {
      stream.send("x", 1);
      sleep_ms(5);
    }
  });
  check_failure(error, Kind::lost, "connection to 127.0.0.1:" + std::to_string(server.port()) + " was lost");
}

void answer_well(Peer& peer) {
  while (!peer.read_request().empty()) peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

// A request for whose sake curl clears away every connection that has been idle for a second.
struct TidyRequest final : lockrec::net::Transfer {
  TidyRequest(Loop& loop, const std::string& url) : handle(loop, *this, "127.0.0.1") {
    handle.set(CURLOPT_URL, url.c_str());
    handle.set(CURLOPT_MAXAGE_CONN, 1L);
    handle.set(CURLOPT_NOBODY, 1L);
    handle.start();
  }
  void finished(CURLcode result) noexcept override { code = result; }

  std::optional<CURLcode> code;
  lockrec::net::EasyHandle handle;
};

void stream_survives_when_curl_clears_away_idle_connections(void**) {
  const LocalServer talker(say_hello);
  const LocalServer web(answer_well);
  Loop loop;
  ByteStream stream(loop, endpoint_of(talker.port()));
  open(loop, stream);
  loop.sleep(2500, Deadline(3000));
  TidyRequest request(loop, web.url("/"));
  loop.run_until(Deadline(3000), [&] { return request.code.has_value(); });
  Conversation conversation(stream, "bye", 5);
  converse(loop, conversation);
  check_text(conversation.in(), "hello", "what came");
}

void stream_goes_round_every_proxy(void**) {
  const LocalServer server(echo);
  const LocalServer proxy(echo);
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  for (const char* name : {"http_proxy", "https_proxy", "ALL_PROXY"}) setenv(name, address.c_str(), 1);
  {
    Loop loop;
    ByteStream stream(loop, endpoint_of(server.port()));
    open(loop, stream);
    Conversation conversation(stream, "AUTH secret\r\n", 13);
    converse(loop, conversation);
  }
  for (const char* name : {"http_proxy", "https_proxy", "ALL_PROXY"}) unsetenv(name);
  assert_int_equal(proxy.seen().connections, 0);
  check_text(server.seen().all(), "AUTH secret\r\n", "what the server saw");
}

void failures_name_the_address_and_the_reason(void**) {
  int port = 0;
  const int bound = loopback_refusing(&port);
  check_failure(failure_of(endpoint_of(port)), Kind::unreachable,
                "connection to 127.0.0.1:" + std::to_string(port) + " refused");
  close(bound);
  check_failure(failure_of(endpoint_of(6379, "not/a host")), Kind::unreachable, "can't be used");
  Endpoint socket;
  socket.unix_path = temp_path("nobody.sock");
  check_failure(failure_of(socket), Kind::unreachable, "nobody.sock failed: No such file or directory");
}

void tls_failures_name_the_reason(void**) {
  ServerOptions other;
  other.certificate = tls_files()->other_cert;
  other.key = tls_files()->other_key;
  const LocalServer wrong_name(echo, other);
  check_failure(failure_of(tls_endpoint_of(wrong_name.port())), Kind::tls, "matches target host name");
  const LocalServer server(echo, with_tls());
  Endpoint endpoint = tls_endpoint_of(server.port());
  endpoint.ca_file = tls_files()->other_ca;
  check_failure(failure_of(endpoint), Kind::tls, "certificate");
  endpoint.ca_file = "/nowhere/ca.pem";
  check_failure(failure_of(endpoint), Kind::tls, "can't read the file /nowhere/ca.pem");
  endpoint = tls_endpoint_of(server.port());
  endpoint.cert_file = tls_files()->client_cert;
  endpoint.key_file = "/nowhere/key.pem";
  check_failure(failure_of(endpoint), Kind::tls, "can't read the file /nowhere/key.pem");
  const LocalServer plain(say_hello);
  check_failure(failure_of(tls_endpoint_of(plain.port())), Kind::tls, "TLS with localhost:");
}

void stream_can_go_while_it_connects(void**) {
  for (const fault_t fault : {FAULT_BLACK_HOLE, FAULT_STALL}) {
    fault_server_t server;
    fault_start(&server, fault, nullptr, 0);
    Loop loop;
    const std::int64_t start_ms = monotonic_ms();
    {
      ByteStream stream(loop, tls_endpoint_of(server.port));
      loop.sleep(100, Deadline(3000));
      assert_true(stream.state() == State::connecting);
    }
    loop.sleep(10, Deadline(3000));
    check_took(start_ms, 109);
    fault_end(&server);
  }
}

void display_name_shows_where_to_look(void**) {
  check_text(display_name(endpoint_of(6379)), "127.0.0.1:6379", "IPv4");
  check_text(display_name(endpoint_of(6379, "::1")), "[::1]:6379", "IPv6");
  Endpoint socket;
  socket.unix_path = "/run/redis.sock";
  check_text(display_name(socket), "unix:/run/redis.sock", "UNIX socket");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      CLEAN(tls_names_the_server_and_offers_no_protocol),
      CLEAN(descriptor_is_closed_in_other_programs),
      CLEAN(end_of_stream_is_zero_and_what_came_before_is_read),
      CLEAN(stream_survives_when_curl_clears_away_idle_connections),
      cmocka_unit_test(stream_goes_round_every_proxy),  // changes the environment
      CLEAN(failures_name_the_address_and_the_reason),
      CLEAN(tls_failures_name_the_reason),
      CLEAN(stream_can_go_while_it_connects),
      CLEAN(display_name_shows_where_to_look),
  };
  return cmocka_run_group_tests(tests, block_sigpipe, nullptr);
}
