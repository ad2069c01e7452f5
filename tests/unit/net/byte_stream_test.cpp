// Streams over TCP, TLS and UNIX sockets against real servers: bytes, faults, and nothing left behind.
#include "net/byte_stream.hpp"

#include <poll.h>

#include <cstdlib>

#include "local_server.hpp"
#include "net/https.hpp"
#include "net_checks.hpp"

extern "C" {
#include "fault_server.h"
}

using lockrec::Deadline;
using lockrec::net::ByteStream;
using lockrec::net::Endpoint;
using lockrec::net::Interest;
using lockrec::net::Loop;
using lockrec::net::Participant;
using State = lockrec::net::ByteStream::State;
using Kind = lockrec::net::TransportError::Kind;

namespace {

Endpoint endpoint_of(int port, std::string host = "127.0.0.1") {
  Endpoint endpoint;
  endpoint.host = std::move(host);
  endpoint.port = static_cast<std::uint16_t>(port);
  return endpoint;
}

Endpoint tls_endpoint_of(int port) {
  Endpoint endpoint = endpoint_of(port, "localhost");
  endpoint.tls = true;
  endpoint.ca_file = tls_files()->ca;
  return endpoint;
}

void open(Loop& loop, ByteStream& stream) {
  loop.run_until(Deadline(3000), [&] { return stream.state() != State::connecting; });
  if (stream.state() == State::failed) fail_because(stream.failure().what());
}

lockrec::net::TransportError failure_of(const Endpoint& endpoint) {
  Loop loop;
  ByteStream stream(loop, endpoint);
  loop.run_until(Deadline(3000), [&] { return stream.state() != State::connecting; });
  check(stream.state() == State::failed, "the stream failed");
  return stream.failure();
}

// Sends `out` and reads as much, both at once, as a Redis pipeline does.
class Conversation final : public Participant {
 public:
  Conversation(ByteStream& stream, std::string out, std::size_t wanted)
      : stream_(stream), out_(std::move(out)), wanted_(wanted) {}

  void step() noexcept override {
    try {
      while (sent_ < out_.size()) {
        const auto moved = stream_.send(out_.data() + sent_, out_.size() - sent_);
        if (!moved) {
          ++blocked_;
          break;
        }
        sent_ += *moved;
      }
      char data[16384];
      while (const auto moved = stream_.receive(data, sizeof data)) {
        if (*moved == 0) {
          ended_ = true;
          break;
        }
        in_.append(data, *moved);
      }
    } catch (const lockrec::net::TransportError& error) {
      failure_ = error.what();
    }
  }
  void interests(std::vector<Interest>& into) const override {
    if (!is_done()) into.push_back({stream_.descriptor(), true, sent_ < out_.size()});
  }
  bool is_done() const { return ended_ || !failure_.empty() || (sent_ == out_.size() && in_.size() >= wanted_); }

  const std::string& in() const { return in_; }
  int blocked() const { return blocked_; }
  bool ended() const { return ended_; }
  const std::string& failure() const { return failure_; }

 private:
  ByteStream& stream_;
  std::string out_;
  std::size_t wanted_;
  std::size_t sent_ = 0;
  std::string in_;
  int blocked_ = 0;
  bool ended_ = false;
  std::string failure_;
};

void converse(Loop& loop, Conversation& conversation) {
  loop.join(conversation);
  loop.run_until(Deadline(10000), [&] { return conversation.is_done(); });
  loop.leave(conversation);
  if (!conversation.failure().empty()) fail_because(conversation.failure());
}

void echo(Peer& peer) {
  char data[65536];
  while (const std::size_t count = peer.read(data, sizeof data)) peer.write({data, count});
}

constexpr std::size_t more_than_the_kernel_keeps_bytes = 16 << 20;

void read_late(Peer& peer) {
  char data[65536];
  sleep_ms(300);
  for (std::size_t total = 0; const std::size_t count = peer.read(data, sizeof data);) {
    total += count;
    if (total == more_than_the_kernel_keeps_bytes) peer.write("done");
  }
}

void check_echo(const Endpoint& endpoint) {
  Loop loop;
  ByteStream stream(loop, endpoint);
  open(loop, stream);
  assert_true(stream.descriptor() >= 0);
  std::string text;
  for (int i = 0; text.size() < 3 << 20; ++i) text += "PING " + std::to_string(i) + "\r\n";
  Conversation conversation(stream, text, text.size());
  converse(loop, conversation);
  assert_true(conversation.in() == text);
}

void full_duplex_echo_over_tcp(void**) {
  const LocalServer server(echo);
  check_echo(endpoint_of(server.port()));
  check_echo(endpoint_of(server.port(), "localhost"));
}

void full_duplex_echo_over_tls(void**) {
  const LocalServer server(echo, with_tls());
  check_echo(tls_endpoint_of(server.port()));
}

void full_duplex_echo_over_a_unix_socket(void**) {
  ServerOptions options;
  options.unix_path = temp_path("echo.sock");
  const LocalServer server(echo, options);
  Endpoint endpoint;
  endpoint.unix_path = options.unix_path;
  check_echo(endpoint);
}

void client_certificate_is_shown_where_asked_for(void**) {
  ServerOptions options = with_tls();
  options.client_ca = tls_files()->ca;
  const LocalServer server(echo, options);
  Endpoint endpoint = tls_endpoint_of(server.port());
  endpoint.cert_file = tls_files()->client_cert;
  endpoint.key_file = tls_files()->client_key;
  check_echo(endpoint);
}

void check_slow_reader(const ServerOptions& options, bool tls) {
  ServerOptions small = options;
  small.receive_buffer_bytes = 4096;
  const LocalServer server(read_late, small);
  Loop loop;
  ByteStream stream(loop, tls ? tls_endpoint_of(server.port()) : endpoint_of(server.port()));
  open(loop, stream);
  Conversation conversation(stream, std::string(more_than_the_kernel_keeps_bytes, 'x'), 4);
  converse(loop, conversation);
  check_text(conversation.in(), "done", "answer");
  assert_true(conversation.blocked() > 0);
}

void send_to_a_slow_reader_would_block_and_goes_on(void**) {
  check_slow_reader({}, false);
  check_slow_reader(with_tls(), true);
}

void say_15_kb(Peer& peer) {
  peer.write(std::string(15000, 'x'));
  sleep_ms(2000);
}

void tls_keeps_bytes_that_poll_can_not_see(void**) {
  const LocalServer server(say_15_kb, with_tls());
  Loop loop;
  ByteStream stream(loop, tls_endpoint_of(server.port()));
  open(loop, stream);
  char data[100];
  std::size_t total = 0;
  bool was_hidden = false;
  const std::int64_t end_ms = monotonic_ms() + 1500;
  while (total < 15000 && monotonic_ms() < end_ms) {
    const auto moved = stream.receive(data, sizeof data);
    if (!moved) continue;
    total += *moved;
    pollfd seen{stream.descriptor(), POLLIN, 0};
    was_hidden = was_hidden || (total < 15000 && poll(&seen, 1, 0) == 0);
  }
  assert_int_equal(total, 15000);
  assert_true(was_hidden);
}

void say_hello(Peer& peer) {
  peer.write("hello");
  char data[16];
  peer.read(data, sizeof data);
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
  while (!peer.read_request().empty()) peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
}

void stream_survives_exchanges_on_its_loop(void**) {
  const LocalServer talker(say_hello);
  const LocalServer web(answer_well);
  Loop loop;
  ByteStream stream(loop, endpoint_of(talker.port()));
  open(loop, stream);
  lockrec::net::HttpRequest request;
  request.url = web.url("/");
  request.body_bytes_max = 1000;
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(lockrec::net::exchange(loop, request, Deadline(3000)).status, 200);
    loop.sleep(1100, Deadline(3000));  // curl clears away what looks idle, at most once a second
  }
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
  check_failure(failure_of(endpoint_of(6379, "nobody.invalid")), Kind::name_lookup, "can't find the host nobody.invalid");
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
      CLEAN(full_duplex_echo_over_tcp),
      CLEAN(full_duplex_echo_over_tls),
      CLEAN(full_duplex_echo_over_a_unix_socket),
      CLEAN(client_certificate_is_shown_where_asked_for),
      CLEAN(send_to_a_slow_reader_would_block_and_goes_on),
      CLEAN(tls_keeps_bytes_that_poll_can_not_see),
      CLEAN(end_of_stream_is_zero_and_what_came_before_is_read),
      CLEAN(stream_survives_exchanges_on_its_loop),
      cmocka_unit_test(stream_goes_round_every_proxy),  // changes the environment
      CLEAN(failures_name_the_address_and_the_reason),
      CLEAN(tls_failures_name_the_reason),
      CLEAN(stream_can_go_while_it_connects),
      CLEAN(display_name_shows_where_to_look),
  };
  return cmocka_run_group_tests(tests, block_sigpipe, nullptr);
}
