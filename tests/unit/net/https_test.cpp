// HTTP exchanges against real servers: what is sent, what is read, which connections are shared.
#include "net/https.hpp"

#include <pthread.h>
#include <sys/time.h>

#include <csignal>
#include <cstdlib>

#include "local_server.hpp"
#include "net_checks.hpp"

using lockrec::Deadline;
using lockrec::Secret;
using lockrec::net::exchange;
using lockrec::net::HttpRequest;
using lockrec::net::HttpResponse;
using lockrec::net::Loop;

namespace {

constexpr std::int64_t body_limit_bytes = 1 << 20;

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.body_bytes_max = body_limit_bytes;
  return request;
}

std::string reply(std::string_view status, std::string_view headers, std::string_view body) {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

void answer_well(Peer& peer) {
  const std::string headers = "Content-Type: application/json\r\nDate: Wed, 21 Jan 2026 14:30:00 GMT\r\n";
  while (!peer.read_request().empty()) peer.write(reply("200 OK", headers, "{\"a\":1}"));
}

void answer_with_seconds(Peer& peer) {
  while (!peer.read_request().empty()) peer.write(reply("429 Too Many", "Retry-After: 7\r\n", "slow down"));
}

void answer_with_date(Peer& peer) {
  const std::string headers = "Date: Wed, 21 Jan 2026 14:30:00 GMT\r\nRetry-After: Wed, 21 Jan 2026 14:30:03 GMT\r\n";
  while (!peer.read_request().empty()) peer.write(reply("503 Busy", headers, ""));
}

void refuse_token(Peer& peer) {
  const std::string headers = "WWW-Authenticate: Bearer realm=\"x\"\r\n";
  while (!peer.read_request().empty()) peer.write(reply("401 Unauthorized", headers, "{}"));
}

void redirect(Peer& peer) {
  while (!peer.read_request().empty()) peer.write(reply("302 Found", "Location: /elsewhere\r\n", ""));
}

void get_returns_what_the_server_said(void**) {
  const LocalServer server(answer_well);
  Loop loop;
  const HttpResponse response = exchange(loop, get(server.url("/v4/x?fields=a%2Cb")), Deadline(3000));
  assert_int_equal(response.status, 200);
  check_text(response.body, "{\"a\":1}", "body");
  check_text(response.content_type, "application/json", "content type");
  assert_true(response.date_unix_ms == 1769005800000);
  assert_false(response.retry_after_ms.has_value());
}

void get_sends_what_it_was_told_and_no_more(void**) {
  const LocalServer server(answer_well);
  Loop loop;
  HttpRequest request = get(server.url("/v4/x?fields=a%2Cb"));
  request.bearer = Secret("ya29.token");
  exchange(loop, request, Deadline(3000));
  const std::string wanted = "GET /v4/x?fields=a%2Cb HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                             "\r\nAuthorization: Bearer ya29.token\r\nUser-Agent: lockrec/" LOCKREC_VERSION
                             " (gzip)\r\nAccept-Encoding: gzip\r\nAccept: application/json\r\n\r\n";
  check_text(server.seen().all(), wanted, "request");
}

void post_sends_the_form_without_waiting_for_continue(void**) {
  const LocalServer server(answer_well);
  Loop loop;
  HttpRequest request = get(server.url("/token"));
  request.form = Secret("grant_type=x&assertion=" + std::string(3000, 'j'));
  assert_int_equal(exchange(loop, request, Deadline(3000)).status, 200);
  const std::string seen = server.seen().all();
  check(seen.starts_with("POST /token HTTP/1.1\r\n"), seen);
  check(seen.find("Content-Type: application/x-www-form-urlencoded\r\n") != std::string::npos, seen);
  check(seen.find("Expect:") == std::string::npos, seen);
  check(seen.find("Authorization") == std::string::npos, seen);
  check(seen.ends_with("\r\n\r\n" + std::string(request.form->reveal())), seen);
  const LocalServer other(answer_well);
  request = get(other.url("/token"));
  request.form = Secret(std::string(2 << 20, 'j'));  // from 1 MiB on curl would ask first
  assert_int_equal(exchange(loop, request, Deadline(30000)).status, 200);
  check(other.seen().all().find("Expect:") == std::string::npos, "no Expect");
}

void retry_after_is_read_as_seconds_and_as_a_date_of_the_server(void**) {
  Loop loop;
  const LocalServer seconds(answer_with_seconds);
  const HttpResponse first = exchange(loop, get(seconds.url("/")), Deadline(3000));
  assert_int_equal(first.status, 429);
  assert_true(first.retry_after_ms == 7000);
  assert_false(first.date_unix_ms.has_value());
  check_text(first.body, "slow down", "body");
  const LocalServer date(answer_with_date);
  assert_true(exchange(loop, get(date.url("/")), Deadline(3000)).retry_after_ms == 3000);
}

void status_401_and_302_are_handed_over_after_one_request(void**) {
  Loop loop;
  const LocalServer refusing(refuse_token);
  HttpRequest request = get(refusing.url("/"));
  request.bearer = Secret("ya29.token");
  assert_int_equal(exchange(loop, request, Deadline(3000)).status, 401);
  assert_int_equal(refusing.seen().requests, 1);
  const LocalServer redirecting(redirect);
  assert_int_equal(exchange(loop, get(redirecting.url("/")), Deadline(3000)).status, 302);
  assert_int_equal(redirecting.seen().requests, 1);
}

void exchanges_with_one_host_share_a_connection(void**) {
  const LocalServer plain(answer_well);
  const LocalServer tls(answer_well, with_tls());
  Loop loop;
  HttpRequest secure = get(tls.url("/", "localhost"));
  secure.ca_file = tls_files()->ca;
  for (int i = 0; i < 3; ++i) {
    exchange(loop, get(plain.url("/")), Deadline(3000));
    exchange(loop, secure, Deadline(3000));
  }
  assert_int_equal(plain.seen().requests, 3);
  assert_int_equal(plain.seen().connections, 1);
  assert_int_equal(tls.seen().requests, 3);
  assert_int_equal(tls.seen().connections, 1);
}

void act_as_proxy(Peer& peer) {
  peer.read_request();
  peer.write("HTTP/1.1 200 go on\r\n\r\n");
  peer.read_request();
}

void refuse_as_proxy(Peer& peer) {
  peer.read_request();
  peer.write("HTTP/1.1 407 no\r\nContent-Length: 0\r\n\r\n");
}

void proxy_is_used_for_https_and_gets_no_token(void**) {
  const LocalServer proxy(act_as_proxy);
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  setenv("https_proxy", address.c_str(), 1);
  Loop loop;
  HttpRequest request = get("https://sheets.example:443/x");
  request.bearer = Secret("ya29.token");
  const auto status = status_of([&] { exchange(loop, request, Deadline(400)); });
  unsetenv("https_proxy");
  assert_int_equal(status, LOCKREC_E_DEADLINE);
  const std::string seen = proxy.seen().all();
  check(seen.starts_with("CONNECT sheets.example:443 HTTP/1.1\r\n"), seen);
  check(seen.find("ya29") == std::string::npos, seen);
}

void proxy_that_refuses_is_named_as_the_culprit(void**) {
  const LocalServer proxy(refuse_as_proxy);
  const std::string address = "http://user:pa55word@127.0.0.1:" + std::to_string(proxy.port());
  setenv("https_proxy", address.c_str(), 1);
  Loop loop;
  const auto error = transport_error_of([&] { exchange(loop, get("https://sheets.example:443/x"), Deadline(3000)); });
  unsetenv("https_proxy");
  check_failure(error, lockrec::net::TransportError::Kind::unreachable,
                "the proxy refused the connection to sheets.example:443 with HTTP status 407");
}

void proxy_that_can_not_be_reached_is_named_without_its_password(void**) {
  int port = 0;
  const int bound = loopback_refusing(&port);
  const std::string address = "http://user:pa55word@127.0.0.1:" + std::to_string(port);
  setenv("https_proxy", address.c_str(), 1);
  Loop loop;
  const auto error = transport_error_of([&] { exchange(loop, get("https://sheets.example:443/x"), Deadline(3000)); });
  unsetenv("https_proxy");
  close(bound);
  check_failure(error, lockrec::net::TransportError::Kind::unreachable,
                "connection to the proxy 127.0.0.1, on the way to sheets.example:443, refused");
}

void plain_http_to_loopback_goes_round_every_proxy(void**) {
  const LocalServer server(answer_well);
  const LocalServer proxy(act_as_proxy);
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  setenv("http_proxy", address.c_str(), 1);
  setenv("ALL_PROXY", address.c_str(), 1);
  Loop loop;
  const auto status = status_of([&] { exchange(loop, get(server.url("/")), Deadline(1000)); });
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  assert_int_equal(status, LOCKREC_OK);
  assert_int_equal(proxy.seen().connections, 0);
}

constexpr std::size_t large_bytes = 4 << 20;

void answer_large(Peer& peer) {
  while (!peer.read_request().empty()) peer.write(reply("200 OK", "", std::string(large_bytes, 'x')));
}

void ignore_signal(int) {}

void signals_during_a_transfer_cost_nothing(void**) {
  const LocalServer server(answer_large, with_tls());
  struct sigaction action {};
  action.sa_handler = ignore_signal;  // no SA_RESTART
  struct sigaction before {};
  sigaction(SIGALRM, &action, &before);
  const itimerval storm{{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &storm, nullptr);
  Loop loop;
  HttpRequest request = get(server.url("/", "localhost"));
  request.ca_file = tls_files()->ca;
  request.body_bytes_max = large_bytes;
  const HttpResponse response = exchange(loop, request, Deadline(30000));
  const std::int64_t start_ms = monotonic_ms();
  loop.sleep(300, Deadline(5000));
  const std::int64_t end_ms = monotonic_ms();
  const itimerval calm{};
  setitimer(ITIMER_REAL, &calm, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  assert_int_equal(response.body.size(), large_bytes);
  assert_in_range(end_ms - start_ms, 299, 300 + noise_ms);
}

void url_encode_keeps_unreserved_characters_only(void**) {
  check_text(lockrec::net::url_encode("Año 1'!A:C~._-"), "A%C3%B1o%201%27%21A%3AC~._-", "encoded");
  check_text(lockrec::net::url_encode(""), "", "empty");
}

}  // namespace

int main() {
  // Those with a proxy change the environment, so that they can't be CLEAN.
  const CMUnitTest tests[] = {
      CLEAN(get_returns_what_the_server_said),
      CLEAN(get_sends_what_it_was_told_and_no_more),
      CLEAN(post_sends_the_form_without_waiting_for_continue),
      CLEAN(retry_after_is_read_as_seconds_and_as_a_date_of_the_server),
      CLEAN(status_401_and_302_are_handed_over_after_one_request),
      CLEAN(exchanges_with_one_host_share_a_connection),
      cmocka_unit_test(proxy_is_used_for_https_and_gets_no_token),
      cmocka_unit_test(proxy_that_refuses_is_named_as_the_culprit),
      cmocka_unit_test(proxy_that_can_not_be_reached_is_named_without_its_password),
      cmocka_unit_test(plain_http_to_loopback_goes_round_every_proxy),
      CLEAN(signals_during_a_transfer_cost_nothing),
      CLEAN(url_encode_keeps_unreserved_characters_only),
  };
  return cmocka_run_group_tests(tests, block_sigpipe, nullptr);
}
