// HTTP exchanges that fail: each with its kind, a sentence without secrets, and in time.
#include <pthread.h>

#include <cstdio>

#include "local_server.hpp"
#include "net/https.hpp"
#include "net_checks.hpp"

extern "C" {
#include "fault_server.h"
}

using lockrec::Deadline;
using lockrec::Secret;
using lockrec::net::exchange;
using lockrec::net::HttpRequest;
using lockrec::net::Loop;
using Kind = lockrec::net::TransportError::Kind;

namespace {

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.body_bytes_max = 100000;
  return request;
}

HttpRequest get_over_tls(const LocalServer& server, const char* host = "localhost") {
  HttpRequest request = get(server.url("/", host));
  request.ca_file = tls_files()->ca;
  return request;
}

HttpRequest get_of_fault(const fault_server_t& server) {
  return get("http://user:pa55word@127.0.0.1:" + std::to_string(server.port) + "/x?key=s3cret");
}

lockrec::net::TransportError failure_of(const HttpRequest& request) {
  Loop loop;
  return transport_error_of([&] { exchange(loop, request, Deadline(5000)); });
}

void answer_announced(Peer& peer) {
  while (!peer.read_request().empty()) peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n");
}

void answer_chunks_for_ever(Peer& peer) {
  peer.read_request();
  peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  while (peer.write(chunk)) {
  }
}

void answer_bomb(Peer& peer) {
  std::string packed(1 << 20, '\0');
  FILE* pipe = popen("head -c 200000000 /dev/zero | gzip -1", "r");
  packed.resize(fread(packed.data(), 1, packed.size(), pipe));
  pclose(pipe);
  peer.read_request();
  peer.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
  char size[32];
  snprintf(size, sizeof size, "%zx\r\n", packed.size());
  peer.write(size);
  peer.write(packed);
}

void answer_half(Peer& peer) {
  peer.read_request();
  peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":");
}

void answer_chunk_and_end(Peer& peer) {
  peer.read_request();
  peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf");
}

void answer_nothing(Peer& peer) { peer.read_request(); }

void reset_after_request(Peer& peer) {
  peer.read_request();
  const linger at_once{1, 0};
  setsockopt(peer.connection(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void body_that_announces_too_much_is_not_read(void**) {
  const LocalServer server(answer_announced);
  const std::int64_t start_ms = monotonic_ms();
  check_failure(failure_of(get(server.url("/"))), Kind::too_large, "is larger than 100000 bytes");
  check_took(start_ms, 0);
}

void body_without_end_is_stopped_at_its_limit(void**) {
  const LocalServer server(answer_chunks_for_ever);
  check_failure(failure_of(get(server.url("/"))), Kind::too_large, "is larger than 100000 bytes");
}

void body_limit_counts_what_was_unpacked(void**) {
  const LocalServer server(answer_bomb);
  check_failure(failure_of(get(server.url("/"))), Kind::too_large, "is larger than 100000 bytes");
}

void body_cut_short_is_lost(void**) {
  const LocalServer counted(answer_half);
  check_failure(failure_of(get(counted.url("/"))), Kind::lost, "was lost before its reply was complete");
  const LocalServer chunked(answer_chunk_and_end);
  check_failure(failure_of(get(chunked.url("/"))), Kind::lost, "was lost before its reply was complete");
}

void server_that_closes_resets_or_babbles_is_lost(void**) {
  const LocalServer silent(answer_nothing);
  check_failure(failure_of(get(silent.url("/"))), Kind::lost, "closed the connection without a reply");
  const LocalServer resetting(reset_after_request);
  check_failure(failure_of(get(resetting.url("/"))), Kind::lost, "was lost: Connection reset by peer");
  fault_server_t fault;
  fault_start(&fault, FAULT_ANSWER, "-ERR wrong\r\n\r\n", 14);
  check_failure(failure_of(get_of_fault(fault)), Kind::lost, "does not speak HTTP");
  fault_end(&fault);
}

void refused_connection_names_host_and_port_and_no_secret(void**) {
  int port = 0;
  const int bound = loopback_refusing(&port);
  const std::string address = "localhost:" + std::to_string(port);
  HttpRequest request = get("http://user:pa55word@" + address + "/x?key=s3cret");
  request.bearer = Secret("ya29.token");
  const auto error = failure_of(request);
  close(bound);
  check_failure(error, Kind::unreachable, "connection to " + address + " refused");
  check_text(error.what(), "connection to " + address + " refused", "sentence");
  check_number(error.os_error(), ECONNREFUSED, "errno");
}

void address_that_is_no_url_is_not_repeated(void**) {
  check_failure(failure_of(get("https://us:s3cret@")), Kind::unreachable, "the request's address is no URL");
}

void certificate_for_another_name_is_refused(void**) {
  ServerOptions options;
  options.certificate = tls_files()->other_cert;
  options.key = tls_files()->other_key;
  const LocalServer server(answer_nothing, options);
  const auto error = failure_of(get_over_tls(server));
  check_failure(error, Kind::tls, "TLS with localhost:" + std::to_string(server.port()) + " failed: ");
  check_failure(error, Kind::tls, "matches target host name 'localhost'");
  assert_int_equal(server.seen().requests, 0);
}

void certificate_of_an_unknown_authority_is_refused(void**) {
  const LocalServer server(answer_nothing, with_tls());
  HttpRequest request = get_over_tls(server);
  request.ca_file = tls_files()->other_ca;
  check_failure(failure_of(request), Kind::tls, "certificate");
  request.ca_file.clear();  // the system's do not know it either
  check_failure(failure_of(request), Kind::tls, "certificate");
  assert_int_equal(server.seen().requests, 0);
}

void missing_ca_file_is_named(void**) {
  const LocalServer server(answer_nothing, with_tls());
  HttpRequest request = get_over_tls(server);
  request.ca_file = "/nowhere/ca.pem";
  check_failure(failure_of(request), Kind::tls, "can't read the file /nowhere/ca.pem: No such file or directory");
  assert_int_equal(server.seen().connections, 0);
}

void check_deadline_holds(const HttpRequest& request) {
  Loop loop;
  const std::int64_t start_ms = monotonic_ms();
  assert_int_equal(status_of([&] { exchange(loop, request, Deadline(300)); }), LOCKREC_E_DEADLINE);
  check_took(start_ms, 299);
}

void silent_server_holds_nobody_beyond_the_deadline(void**) {
  fault_server_t fault;
  fault_start(&fault, FAULT_STALL, nullptr, 0);
  check_deadline_holds(get_of_fault(fault));
  HttpRequest tls = get("https://127.0.0.1:" + std::to_string(fault.port) + "/");
  check_deadline_holds(tls);
  fault_end(&fault);
  fault_start(&fault, FAULT_BLACK_HOLE, nullptr, 0);
  check_deadline_holds(get_of_fault(fault));
  fault_end(&fault);
}

void trickling_server_holds_nobody_beyond_the_deadline(void**) {
  const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  fault_server_t fault;
  fault_start(&fault, FAULT_TRICKLE, text, sizeof text - 1);
  HttpRequest request = get_of_fault(fault);
  Loop loop;
  const std::int64_t start_ms = monotonic_ms();
  assert_int_equal(status_of([&] { exchange(loop, request, Deadline(1300)); }), LOCKREC_E_DEADLINE);
  check_took(start_ms, 1299);
  fault_end(&fault);
}

void* set_flag_soon(void* flag) {
  sleep_ms(200);
  __atomic_store_n(static_cast<std::int32_t*>(flag), 1, __ATOMIC_RELEASE);
  return nullptr;
}

void cancel_ends_a_stuck_exchange_within_50_ms(void**) {
  fault_server_t fault;
  fault_start(&fault, FAULT_STALL, nullptr, 0);
  std::int32_t flag = 0;
  pthread_t other;
  Loop loop;
  const std::int64_t start_ms = monotonic_ms();
  pthread_create(&other, nullptr, set_flag_soon, &flag);
  const auto status = status_of([&] { exchange(loop, get_of_fault(fault), Deadline(5000, &flag)); });
  const std::int64_t took_ms = monotonic_ms() - start_ms;
  pthread_join(other, nullptr);
  fault_end(&fault);
  assert_int_equal(status, LOCKREC_E_CANCELLED);
  assert_in_range(took_ms, 200, 250 + noise_ms);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      CLEAN(body_that_announces_too_much_is_not_read),
      CLEAN(body_without_end_is_stopped_at_its_limit),
      CLEAN(body_limit_counts_what_was_unpacked),
      CLEAN(body_cut_short_is_lost),
      CLEAN(server_that_closes_resets_or_babbles_is_lost),
      CLEAN(refused_connection_names_host_and_port_and_no_secret),
      CLEAN(address_that_is_no_url_is_not_repeated),
      CLEAN(certificate_for_another_name_is_refused),
      CLEAN(certificate_of_an_unknown_authority_is_refused),
      CLEAN(missing_ca_file_is_named),
      CLEAN(silent_server_holds_nobody_beyond_the_deadline),
      CLEAN(trickling_server_holds_nobody_beyond_the_deadline),
      CLEAN(cancel_ends_a_stuck_exchange_within_50_ms),
  };
  return cmocka_run_group_tests(tests, block_sigpipe, nullptr);
}
