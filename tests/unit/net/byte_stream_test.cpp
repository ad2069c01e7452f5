// Streams over TCP, TLS and UNIX sockets against real servers: every byte arrives, and nobody waits for nothing.
#include "net/byte_stream.hpp"

#include <poll.h>

#include "conversation.hpp"

namespace {

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
}  // namespace

int main() {
  const CMUnitTest tests[] = {
      CLEAN(full_duplex_echo_over_tcp),
      CLEAN(full_duplex_echo_over_tls),
      CLEAN(full_duplex_echo_over_a_unix_socket),
      CLEAN(client_certificate_is_shown_where_asked_for),
      CLEAN(send_to_a_slow_reader_would_block_and_goes_on),
      CLEAN(tls_keeps_bytes_that_poll_can_not_see),
  };
  return cmocka_run_group_tests(tests, block_sigpipe, nullptr);
}
