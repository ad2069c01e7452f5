// A name look-up that hangs: nobody waits for it, and it is not started a second time.
#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <cstring>
#include <memory>

#include "local_server.hpp"
#include "net/byte_stream.hpp"
#include "net/https.hpp"
#include "net_checks.hpp"

using lockrec::Deadline;
using lockrec::net::ByteStream;
using lockrec::net::Endpoint;
using lockrec::net::Loop;
using State = lockrec::net::ByteStream::State;

namespace {
std::atomic<int> look_ups = 0;
std::atomic<int> silence_ms = 0;
}  // namespace

// A name server that knows one name, after some silence, and says of another that it is unknown.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* name, const char* service,
                                                                  const addrinfo* hints, addrinfo** found) {
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const Real real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (std::strcmp(name, "nobody.example") == 0) return EAI_NONAME;
  if (std::strcmp(name, "slow.example") != 0) return real(name, service, hints, found);
  ++look_ups;
  sleep_ms(silence_ms);
  return real("127.0.0.1", service, hints, found);
}

namespace {

Endpoint slow_endpoint(int port) {
  Endpoint endpoint;
  endpoint.host = "slow.example";
  endpoint.port = static_cast<std::uint16_t>(port);
  return endpoint;
}

void echo(Peer& peer) {
  char data[100];
  while (const std::size_t count = peer.read(data, sizeof data)) peer.write({data, count});
}

int forget_look_ups(void** state) {
  look_ups = 0;
  return note_process(state);
}

void stuck_look_up_holds_neither_the_call_nor_its_end(void**) {
  silence_ms = 800;
  const std::int64_t start_ms = monotonic_ms();
  {
    Loop loop;
    lockrec::net::HttpRequest request;
    request.url = "https://slow.example/";
    assert_int_equal(status_of([&] { lockrec::net::exchange(loop, request, Deadline(200)); }), LOCKREC_E_DEADLINE);
  }
  check_took(start_ms, 199);
}

void stuck_look_up_is_shared_by_those_who_try_again(void**) {
  silence_ms = 500;
  const LocalServer server(echo);
  Loop loop;
  for (int i = 0; i < 3; ++i) {
    const ByteStream given_up(loop, slow_endpoint(server.port()));
    loop.sleep(50, Deadline(3000));
  }
  ByteStream stream(loop, slow_endpoint(server.port()));
  const std::int64_t start_ms = monotonic_ms();
  loop.run_until(Deadline(3000), [&] { return stream.state() != State::connecting; });
  if (stream.state() == State::failed) fail_because(stream.failure().what());
  assert_int_equal(look_ups, 1);
  check_took(start_ms, 200);
  char answer = 0;
  assert_true(stream.send("x", 1) == 1);
  loop.run_until(Deadline(3000), [&] { return stream.receive(&answer, 1).has_value(); });
  assert_int_equal(server.seen().connections, 1);
}

void queued_stream_can_go_before_the_look_up_ends(void**) {
  silence_ms = 300;
  const LocalServer server(echo);
  Loop loop;
  for (int i = 0; i < 3; ++i) {
    const ByteStream given_up(loop, slow_endpoint(server.port()));
    loop.sleep(20, Deadline(3000));
  }
  loop.sleep(400, Deadline(3000));
  assert_int_equal(look_ups, 1);
  assert_int_equal(server.seen().connections, 0);
}

void unknown_host_is_named(void**) {
  using Kind = lockrec::net::TransportError::Kind;
  Loop loop;
  lockrec::net::HttpRequest request;
  request.url = "https://nobody.example/x?key=s3cret";
  const auto error = transport_error_of([&] { lockrec::net::exchange(loop, request, Deadline(3000)); });
  check_failure(error, Kind::name_lookup, "can't find the host nobody.example");
  Endpoint endpoint;
  endpoint.host = "nobody.example";
  endpoint.port = 6379;
  const ByteStream stream(loop, endpoint);
  loop.run_until(Deadline(3000), [&] { return stream.state() != State::connecting; });
  check_failure(stream.failure(), Kind::name_lookup, "can't find the host nobody.example");
}

}  // namespace

#define LOOK_UP(test) cmocka_unit_test_setup_teardown(test, forget_look_ups, compare_process)

int main() {
  const CMUnitTest tests[] = {
      LOOK_UP(stuck_look_up_holds_neither_the_call_nor_its_end),
      LOOK_UP(stuck_look_up_is_shared_by_those_who_try_again),
      LOOK_UP(queued_stream_can_go_before_the_look_up_ends),
      LOOK_UP(unknown_host_is_named),
  };
  return cmocka_run_group_tests(tests, block_sigpipe, nullptr);
}
