// Servers that refuse for a while, vanish, stall or talk nonsense: retried inside the deadline, never beyond it.
#include "redis_checks.hpp"

#include <unistd.h>
#include <cerrno>
#include <thread>

using namespace lockrec;
using namespace lockrec::redis;
using Kind = Answer::Kind;

namespace {

redis_server_t server;

int start(void**) {
  const char* slowly = redis_program_version() < 602 ? nullptr : "--key-load-delay";
  redis_start(&server, slowly, "200", "--loading-process-events-interval-bytes", "1024", nullptr);
  return 0;
}
int stop(void**) { return redis_end(&server), 0; }
int clean(void**) { return redis_clean(&server), 0; }

// Runs body beside the test's own thread, and waits for it.
class Beside {
 public:
  template <class Body>
  Beside(std::int64_t after_ms, Body body)
      : thread_([=] {
          sleep_ms(after_ms);
          body();
        }) {}
  ~Beside() { thread_.join(); }

 private:
  std::thread thread_;
};

struct Timed {
  Error error;
  std::int64_t took_ms;
};

template <class Body>
Timed timed_error_of(Body body) {
  const std::int64_t began_ms = monotonic_ms();
  const Error error = error_of(body);
  return {error, monotonic_ms() - began_ms};
}

void check_cause(const Error& error, std::int32_t status, std::int32_t domain, std::int64_t code) {
  check_number(error.status(), status, error.what());
  check_number(error.cause().domain, domain, error.what());
  check_number(error.cause().code, code, error.what());
}

void refused_connection_is_tried_until_no_try_fits(void**) {
  int port = 0;
  const int refusing = loopback_refusing(&port);
  Client client("redis://127.0.0.1:" + std::to_string(port));
  const Timed got = timed_error_of([&] { client.store.connect(Deadline(400)); });
  check_cause(got.error, LOCKREC_E_REDIS_CONNECT, LOCKREC_CAUSE_ERRNO, ECONNREFUSED);
  check(got.took_ms <= 400 + LATE_MS, "in time");
  check(client.lines.count("retry:") >= 3, client.lines.joined());
  close(refusing);
}

void connection_that_is_refused_at_first_is_made_later(void**) {
  redis_end(&server);
  Client client(server.url);
  {
    // The server ends with the thread that starts it: that must be this one.
    const Beside connect(0, [&client] { client.store.connect(Deadline(5000)); });
    sleep_ms(150);
    redis_restart(&server);
  }
  check(client.lines.count("retry:") >= 1, "retried");
  check_number(client.lines.count("redis: connected"), 1, "connected");
}

void handshake_moves_on_while_others_wait(void**) {
  Client client(server.url);
  client.loop.sleep(100, Deadline(2000));
  redis_pause(&server);
  client.store.connect(Deadline(200));
  redis_continue(&server);
}

void loading_is_waited_for(void**) {
  if (redis_program_version() < 602) skip();  // it says nothing while it loads a small data set
  Client before(server.url);
  before.claim(5000, 600000);
  redis_must(&server, "SAVE", nullptr);
  redis_restart(&server);
  Client client(server.url);
  const Timed got = timed_error_of([&] { client.look(100, 150); });
  check_cause(got.error, LOCKREC_E_REDIS_REFUSED, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_LOADING);
  check(got.took_ms <= 150 + LATE_MS, "in time");
  check_number(client.look(5000, 10000).count(Kind::value), 5000, "served later");
  check_contains(client.lines.first("retry:"), "loading");
}

void out_of_memory_stops_claims_and_not_commits(void**) {
  Client client(server.url);
  check_number(client.claim(10).count(Kind::done), 10, "before");
  redis_must(&server, "CONFIG", "SET", "maxmemory", "1", nullptr);
  Answers answers(50000);
  const Timed got = timed_error_of(
      [&] { client.store.claim(Client::ids(50000), client.texts, 10000, answers.taker(), Deadline(5000)); });
  check_cause(got.error, LOCKREC_E_REDIS_REFUSED, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_OOM);
  check_contains(got.error.what(), "raise maxmemory");
  check(got.took_ms < 1000, "at once");
  check_number(client.commit(10).count(Kind::done), 10, "commits");
}

void out_of_memory_midway_delivers_what_was_claimed(void**) {
  Client client(server.url);
  client.store.connect(Deadline(2000));
  const long long used = redis_info(&server, "used_memory");
  redis_must(&server, "CONFIG", "SET", "maxmemory", std::to_string(used + 2000000).c_str(), nullptr);
  Answers answers(100000);
  const Timed got = timed_error_of(
      [&] { client.store.claim(Client::ids(100000), client.texts, 60000, answers.taker(), Deadline(5000)); });
  check_cause(got.error, LOCKREC_E_REDIS_REFUSED, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_OOM);
  check(answers.count(Kind::done) > 100, "some were claimed");
  check_number(redis_key_count(&server), answers.count(Kind::done), "each of them was told");
}

void replica_that_becomes_master_is_served(void**) {
  for (const bool connects_first : {true, false}) {
    redis_must(&server, "FLUSHALL", nullptr);
    Client client(server.url);
    if (connects_first) client.store.connect(Deadline(2000));
    redis_must(&server, "REPLICAOF", "127.0.0.1", "1", nullptr);
    const Timed got = timed_error_of([&] { client.claim(10, 10000, 200); });
    check_cause(got.error, LOCKREC_E_REDIS_REFUSED, LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_READONLY);
    check(got.took_ms <= 200 + LATE_MS, "in time");
    const Beside promote(200, [] { redis_must(&server, "REPLICAOF", "NO", "ONE", nullptr); });
    check_number(client.claim(10).count(Kind::done), 10, "claimed");
  }
}

void missing_replicas_are_waited_for(void**) {
  redis_must(&server, "CONFIG", "SET", "min-replicas-to-write", "1", nullptr);
  Client client(server.url);
  const Beside enough(200, [] { redis_must(&server, "CONFIG", "SET", "min-replicas-to-write", "0", nullptr); });
  check_number(client.claim(1000).count(Kind::done), 1000, "claimed");
}

void full_server_is_tried_again(void**) {
  const int held = redis_open(server.unix_path);
  const char* ping[] = {"PING"};
  redis_ask(held, 1, ping);
  redis_must(&server, "CONFIG", "SET", "maxclients", "1", nullptr);
  Client client(server.url);
  const Timed got = timed_error_of([&] { client.store.connect(Deadline(200)); });
  check(got.error.status() == LOCKREC_E_REDIS_REFUSED || got.error.status() == LOCKREC_E_REDIS_CONNECT,
        got.error.what());
  {
    const Beside leave(150, [=] { close(held); });
    client.store.connect(Deadline(5000));
  }
  check_contains(client.lines.joined(), "max number of clients");
}

void killed_connections_in_mid_pipeline_lose_nothing(void**) {
  constexpr std::size_t size = 100000;
  Client client(server.url);
  client.store.connect(Deadline(2000));
  Answers claimed(size);
  {
    const Beside kill(10, [] {
      for (int i = 0; i < 5; ++i) {
        redis_command(&server, "CLIENT", "KILL", "TYPE", "normal", nullptr);
        sleep_ms(20);
      }
    });
    client.store.claim(Client::ids(size), client.texts, 60000, claimed.taker(), Deadline(10000));
  }
  check_number(claimed.count(Kind::done) + claimed.count(Kind::taken), size, "answered");
  check(client.lines.count("retry:") >= 1, "the connection was lost");
  check_number(redis_key_count(&server), size, "keys");
  check_number(client.commit(size, 10000).count(Kind::done), size, "committed");
}

void lost_reply_is_asked_for_again(void**) {
  relay_t relay;
  relay_start(&relay, server.port, 0);
  for (const relay_action_t action : {RELAY_RESET, RELAY_CLOSE}) {
    redis_must(&server, "FLUSHALL", nullptr);
    Client client("redis://127.0.0.1:" + std::to_string(relay.port));
    client.store.connect(Deadline(2000));
    relay_rule(&relay, "\r\nSET\r\n", 7, action, 1);  // one reply and a half
    const Answers claimed = client.claim(200);
    check_number(claimed.count(Kind::done) + claimed.count(Kind::taken), 200, "claimed");
    relay_rule(&relay, "\r\nEVAL\r\n", 3, action, 1);
    check_number(client.commit(200).count(Kind::done), 200, "committed");
    check_number(redis_life_ms(&server, "spool_lock:199"), -1, "permanent");
  }
  relay_end(&relay);
}

void stalled_server_ends_with_the_deadline(void**) {
  Client client(server.url);
  client.store.connect(Deadline(2000));
  redis_pause(&server);
  const Timed got = timed_error_of([&] { client.claim(20000, 10000, 200); });
  redis_continue(&server);
  check_number(got.error.status(), LOCKREC_E_DEADLINE, got.error.what());
  check(got.took_ms >= 200 && got.took_ms <= 200 + LATE_MS, "in time");
  // What had reached the server before it stopped may have been done.
  const Answers answers = client.look(100);
  check_number(answers.count(Kind::missing) + answers.count(Kind::value), 100, "usable afterwards");
}

void cancel_ends_the_wait(void**) {
  Client client(server.url);
  client.store.connect(Deadline(2000));
  redis_pause(&server);
  std::int32_t flag = 0;
  const Beside cancel(100, [&flag] { __atomic_store_n(&flag, 1, __ATOMIC_RELEASE); });
  const Deadline deadline(5000, &flag);
  const Timed got = timed_error_of([&] {
    client.store.look(
        Client::ids(1), client.texts, Look::quick, [](LockId, const Answer&) {}, deadline);
  });
  redis_continue(&server);
  check_number(got.error.status(), LOCKREC_E_CANCELLED, got.error.what());
  check(got.took_ms <= 100 + LATE_MS, "in time");
}

struct Foreign {
  fault_t fault;
  std::string text;
  std::int32_t status;
  bool at_once;
};

void foreign_servers_are_told_apart(void**) {
  std::string nested;
  for (int i = 0; i < 20; ++i) nested += "*1\r\n";
  const Foreign cases[] = {
      {FAULT_STALL, "", LOCKREC_E_DEADLINE, false},
      {FAULT_BLACK_HOLE, "", LOCKREC_E_DEADLINE, false},
      {FAULT_RESET, "", LOCKREC_E_REDIS_CONNECT, false},
      {FAULT_CLOSE, "", LOCKREC_E_REDIS_CONNECT, false},
      {FAULT_ANSWER, "HTTP/1.1 400 Bad Request\r\n\r\n", LOCKREC_E_REDIS_PROTOCOL, true},
      {FAULT_ANSWER, "+OK\r\n", LOCKREC_E_REDIS_PROTOCOL, true},
      {FAULT_ANSWER, nested, LOCKREC_E_REDIS_PROTOCOL, true},
      {FAULT_ANSWER, "*0\r\n+more\r\n", LOCKREC_E_REDIS_PROTOCOL, true},
      {FAULT_ANSWER, "*2000000000\r\n", LOCKREC_E_REDIS_PROTOCOL, true},
      {FAULT_ANSWER, std::string("\x15\x03\x03\x00\x02\x02\x46", 7), LOCKREC_E_REDIS_PROTOCOL, true},
      {FAULT_ANSWER, "$9999999999\r\n", LOCKREC_E_DEADLINE, false},
      {FAULT_ANSWER, "*14\r\n$6\r\nserver\r\n", LOCKREC_E_DEADLINE, false},
      {FAULT_TRICKLE, "*14\r\n$6\r\nserver\r\n", LOCKREC_E_DEADLINE, false},
      {FAULT_ANSWER, "-LOADING x\r\n", LOCKREC_E_REDIS_REFUSED, false},
      {FAULT_ANSWER, "-DENIED Redis is running in protected mode\r\n", LOCKREC_E_REDIS_REFUSED, true},
  };
  for (const auto& one : cases) {
    fault_server_t foreign;
    fault_start(&foreign, one.fault, one.text.data(), one.text.size());
    Client client("redis://:TOPSECRET@127.0.0.1:" + std::to_string(foreign.port));
    const Timed got = timed_error_of([&] {
      client.store.connect(Deadline(400));
      client.look(1, 100);
    });
    fault_end(&foreign);
    const std::string name = std::to_string(one.fault) + " " + printable(one.text) + ": " + got.error.what();
    check_number(got.error.status(), one.status, name);
    check(got.took_ms <= 400 + LATE_MS, name);
    check(!one.at_once || got.took_ms < LATE_MS, name);
    check(name.find("SECRET") == std::string::npos, name);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test_setup(refused_connection_is_tried_until_no_try_fits, clean),
      cmocka_unit_test_setup(connection_that_is_refused_at_first_is_made_later, clean),
      cmocka_unit_test_setup(handshake_moves_on_while_others_wait, clean),
      cmocka_unit_test_setup(loading_is_waited_for, clean),
      cmocka_unit_test_setup(out_of_memory_stops_claims_and_not_commits, clean),
      cmocka_unit_test_setup(out_of_memory_midway_delivers_what_was_claimed, clean),
      cmocka_unit_test_setup(replica_that_becomes_master_is_served, clean),
      cmocka_unit_test_setup(missing_replicas_are_waited_for, clean),
      cmocka_unit_test_setup(full_server_is_tried_again, clean),
      cmocka_unit_test_setup(killed_connections_in_mid_pipeline_lose_nothing, clean),
      cmocka_unit_test_setup(lost_reply_is_asked_for_again, clean),
      cmocka_unit_test_setup(stalled_server_ends_with_the_deadline, clean),
      cmocka_unit_test_setup(cancel_ends_the_wait, clean),
      cmocka_unit_test_setup(foreign_servers_are_told_apart, clean),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
