// Look, life, claim, commit and withdraw on a real Redis, with and without scripts.
#include "redis_checks.hpp"

#include <sys/resource.h>

using namespace lockrec;
using namespace lockrec::redis;
using Kind = Answer::Kind;

namespace {

redis_server_t server;

int start(void**) {
  redis_start(&server, nullptr);
  return 0;
}
int stop(void**) {
  redis_end(&server);
  return 0;
}
int clean(void**) {
  redis_clean(&server);
  acl_grant(&server, "narrow", "pw", ACL_LINE_WITHOUT_SCRIPTS, nullptr);
  return 0;
}

// The contract's line without scripts.
std::string narrow_url() { return "redis://narrow:pw@127.0.0.1:" + std::to_string(server.port) + "/0"; }
std::vector<std::string> both_urls() { return {server.url, narrow_url()}; }

void set(const char* key, const char* value) { redis_must(&server, "SET", key, value, nullptr); }

std::int64_t peak_kib() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

// Runs first: later the peak of other tests would hide its own.
void huge_value_is_told_in_short_within_bounded_memory(void**) {
  for (const auto& url : both_urls()) {
    redis_must(&server, "FLUSHALL", nullptr);
    Client client(url);
    check_number(client.claim(5, 60000).count(Kind::done), 5, url);
    redis_must(&server, "SETRANGE", "spool_lock:2", "1048576", "x", nullptr);
    redis_must(&server, "SETRANGE", "spool_lock:3", "41943039", "x", nullptr);
    const std::int64_t before_kib = peak_kib();
    const auto check_answers = [&](const Answers& answers, Kind ours) {
      check_number(answers.count(ours), ours == Kind::value ? 5 : 3, url);
      check(answers.kinds[2] == Kind::value && answers.texts[2].starts_with("93:uuid-2:"), url);
      check(answers.kinds[3] == Kind::value && answers.texts[3].starts_with("93:uuid-3:"), url);
      check(answers.texts[2].size() <= 512 && answers.texts[3].size() <= 512, url);
    };
    const Answers looked = client.look(5);
    check_answers(looked, Kind::value);
    check_text(looked.texts[4], "93:uuid-4:21-01-2026", url);
    const Answers committed = client.commit(5);
    check_answers(committed, Kind::done);
    if (url == server.url) check_number(static_cast<std::int64_t>(committed.texts[3].size()), 200, "cut by the script");
    check_number(client.withdraw(5).count(Kind::value), 5, url);
    check(peak_kib() - before_kib < 8192, url + ": memory grew by " + std::to_string(peak_kib() - before_kib) + " KiB");
    check_number(redis_key_count(&server), 5, url);
  }
}

void look_tells_missing_and_value_and_a_closer_one_other_type(void**) {
  set("spool_lock:1", "7:x");
  set("spool_lock:2", "");
  redis_must(&server, "LPUSH", "spool_lock:3", "x", nullptr);
  Client client(server.url);
  for (const bool is_closer : {false, true}) {
    const Answers answers = is_closer ? client.look_closer(5) : client.look(5);
    check(answers.kinds[0] == Kind::missing, "0");
    check(answers.kinds[1] == Kind::value && answers.texts[1] == "7:x", "1");
    check(answers.kinds[2] == Kind::value && answers.texts[2].empty(), "2");
    check(answers.kinds[3] == (is_closer ? Kind::other_type : Kind::missing), "3");
    check(answers.kinds[4] == Kind::missing, "4");
  }
}

void life_tells_missing_permanent_and_what_is_left(void**) {
  set("spool_lock:1", "x");
  redis_must(&server, "SET", "spool_lock:2", "x", "PX", "5000", nullptr);
  Client client(server.url);
  const Answers answers = client.life(3);
  check(answers.kinds[0] == Kind::missing, "0");
  check(answers.kinds[1] == Kind::life && answers.lives[1] == -1, "1");
  check(answers.kinds[2] == Kind::life && answers.lives[2] > 3000 && answers.lives[2] <= 5000, "2");
}

void claim_makes_missing_keys_with_a_safety_life(void**) {
  set("spool_lock:1", "other");
  redis_must(&server, "LPUSH", "spool_lock:2", "x", nullptr);
  Client client(server.url);
  const Answers answers = client.claim(4, 7000);
  check(answers.kinds[0] == Kind::done && answers.kinds[3] == Kind::done, "done");
  check(answers.kinds[1] == Kind::taken && answers.kinds[2] == Kind::taken, "taken");
  check_text(redis_must(&server, "GET", "spool_lock:0", nullptr).text, "93:uuid-0:21-01-2026", "value");
  check_text(redis_must(&server, "GET", "spool_lock:1", nullptr).text, "other", "left alone");
  check(redis_life_ms(&server, "spool_lock:0") > 5000 && redis_life_ms(&server, "spool_lock:0") <= 7000, "life");
}

void commit_persists_only_what_holds_our_value(void**) {
  for (const auto& url : both_urls()) {
    redis_must(&server, "FLUSHALL", nullptr);
    Client client(url);
    check_number(client.claim(6).count(Kind::done), 6, url);
    redis_must(&server, "SET", "spool_lock:1", "other", "PX", "9000", nullptr);
    redis_must(&server, "DEL", "spool_lock:2", nullptr);
    redis_must(&server, "PERSIST", "spool_lock:3", nullptr);
    const Answers answers = client.commit(6);
    check(answers.kinds[0] == Kind::done && answers.kinds[3] == Kind::done && answers.kinds[5] == Kind::done, url);
    check(answers.kinds[1] == Kind::value && answers.texts[1] == "other", url);
    check(answers.kinds[2] == Kind::missing, url);
    check_number(redis_life_ms(&server, "spool_lock:0"), -1, url);
    check(redis_life_ms(&server, "spool_lock:1") > 0, url);
  }
}

void commit_key_of_another_type_is_left_alone(void**) {
  redis_must(&server, "LPUSH", "spool_lock:0", "x", nullptr);
  for (const auto& url : both_urls()) {
    Client client(url);
    check(client.commit(1).kinds[0] == Kind::missing, "claiming tells");
  }
  check_number(redis_key_count(&server), 1, "the key");
}

void commit_expired_claim_is_missing(void**) {
  for (const auto& url : both_urls()) {
    redis_must(&server, "FLUSHALL", nullptr);
    Client client(url);
    check_number(client.claim(3, 30).count(Kind::done), 3, url);
    sleep_ms(60);
    check_number(client.commit(3).count(Kind::missing), 3, url);
    check_number(redis_key_count(&server), 0, url);
  }
}

void withdraw_deletes_only_what_holds_our_value(void**) {
  for (const auto& url : both_urls()) {
    redis_must(&server, "FLUSHALL", nullptr);
    Client client(url);
    client.claim(4);
    set("spool_lock:1", "other");
    redis_must(&server, "DEL", "spool_lock:2", nullptr);
    const Answers answers = client.withdraw(4);
    check(answers.kinds[0] == Kind::done && answers.kinds[3] == Kind::done, url);
    check(answers.kinds[1] == Kind::value && answers.texts[1] == "other", url);
    check(answers.kinds[2] == Kind::missing, url);
    check_number(redis_key_count(&server), 1, url);
  }
}

// Another run may have adopted our claim.
void withdraw_spares_what_is_permanent_by_now(void**) {
  for (const auto& url : both_urls()) {
    redis_must(&server, "FLUSHALL", nullptr);
    Client client(url);
    client.claim(700);
    redis_must(&server, "PERSIST", "spool_lock:0", nullptr);
    redis_must(&server, "PERSIST", "spool_lock:699", nullptr);
    const Answers answers = client.withdraw(700);
    check_number(answers.count(Kind::done), 698, url);
    check(answers.kinds[0] == Kind::value && answers.kinds[699] == Kind::value, url);
    check_number(redis_key_count(&server), 2, url);
  }
}

void many_locks_go_in_batches_and_are_all_answered(void**) {
  constexpr std::size_t size = 20000;
  for (const auto& url : both_urls()) {
    redis_must(&server, "FLUSHALL", nullptr);
    redis_must(&server, "CONFIG", "RESETSTAT", nullptr);
    Client client(url);
    client.store.connect(Deadline(5000));
    check_number(client.look(size).count(Kind::missing), size, url);
    check_number(client.claim(size, 60000).count(Kind::done), size, url);
    check_number(client.commit(size).count(Kind::done), size, url);
    check_number(redis_life_ms(&server, "spool_lock:19999"), -1, url);
    check_number(client.look(size).count(Kind::value), size, url);
    redis_must(&server, "FLUSHALL", nullptr);
    check_number(client.claim(size, 60000).count(Kind::done), size, url);
    check_number(client.withdraw(size).count(Kind::done), size, url);
    check_number(redis_key_count(&server), 0, url);
  }
}

void scripts_forbidden_are_tried_once(void**) {
  Client client(narrow_url());
  client.claim(2000);
  redis_must(&server, "ACL", "LOG", "RESET", nullptr);
  check_number(client.commit(2000).count(Kind::done), 2000, "done");
  redis_must(&server, "CONFIG", "RESETSTAT", nullptr);
  client.withdraw(2000);
  check_number(redis_info(&server, "cmdstat_eval"), -1, "not asked again");
}

void scripts_and_watch_denied_asks_for_scripts(void**) {
  redis_must(&server, "ACL", "SETUSER", "narrow", "-watch", nullptr);
  Client client(narrow_url());
  client.claim(2);
  for (int i = 0; i < 2; ++i) {
    const Error error = error_of([&] { client.commit(2); });
    check_number(error.cause().code, LOCKREC_REDIS_NOPERM, error.what());
    check_contains(error.what(), "'eval' command");
    check_contains(error.what(), "(grant the command to this user)");
  }
  redis_must(&server, "ACL", "SETUSER", "narrow", "+watch", "-persist", nullptr);
  check_contains(error_of([&] { client.commit(2); }).what(), "'persist'");
}

void key_that_is_denied_is_refused_alone(void**) {
  redis_must(&server, "ACL", "SETUSER", "few", "on", ">pw", "~spool_lock:?", "+@all", nullptr);
  Client client("redis://few:pw@127.0.0.1:" + std::to_string(server.port));
  for (const auto& answers : {client.look(12), client.look_closer(12), client.claim(12), client.withdraw(12),
                              client.claim(12), client.commit(12), client.life(12)}) {
    check_number(answers.count(Kind::refused), 2, "refused");
    check(answers.kinds[10] == Kind::refused && answers.texts[11].starts_with("NOPERM"), "which, and why");
  }
  check_number(redis_key_count(&server), 10, "all but these two");
}

void transaction_that_is_disturbed_is_tried_again(void**) {
  Client client(narrow_url());
  client.claim(500, 60000);
  relay_t relay;
  relay_start(&relay, server.port, 0);
  Client other("redis://narrow:pw@127.0.0.1:" + std::to_string(relay.port));
  other.store.connect(Deadline(2000));
  // The reply to MGET gets through, then the connection is reset: WATCH is gone and the batch is sent again.
  relay_rule(&relay, "\r\nMULTI\r\n", RELAY_NOTHING, RELAY_RESET, 1);
  check_number(other.commit(500).count(Kind::done), 500, "done");
  check_number(relay_hits(&relay), 1, "hits");
  relay_end(&relay);
}

void database_and_unix_socket_are_used(void**) {
  Client client(std::string(server.unix_url) + "?db=3");
  client.store.connect(Deadline(2000));
  client.claim(2);
  client.commit(2);
  check_number(redis_key_count(&server), 0, "database 0");
  check(client.lines.first("redis: ").starts_with("redis: connected to unix:" + std::string(server.unix_path) +
                                                  " database 3, "),
        client.lines.joined());
  redis_must(&server, "SWAPDB", "0", "3", nullptr);
  check_number(redis_key_count(&server), 2, "database 3");
}

void answer_that_throws_ends_the_operation(void**) {
  Client client(server.url);
  const Error error = error_of([&] {
    client.store.look(
        Client::ids(100), client.texts, Look::quick,
        [](LockId, const Answer&) { throw Error(LOCKREC_E_INTERNAL, "mine"); }, Deadline(2000));
  });
  check_text(error.what(), "mine", "what");
  check_number(client.look(10).count(Kind::missing), 10, "usable afterwards");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test_setup(huge_value_is_told_in_short_within_bounded_memory, clean),
      cmocka_unit_test_setup(look_tells_missing_and_value_and_a_closer_one_other_type, clean),
      cmocka_unit_test_setup(life_tells_missing_permanent_and_what_is_left, clean),
      cmocka_unit_test_setup(claim_makes_missing_keys_with_a_safety_life, clean),
      cmocka_unit_test_setup(commit_persists_only_what_holds_our_value, clean),
      cmocka_unit_test_setup(commit_key_of_another_type_is_left_alone, clean),
      cmocka_unit_test_setup(commit_expired_claim_is_missing, clean),
      cmocka_unit_test_setup(withdraw_deletes_only_what_holds_our_value, clean),
      cmocka_unit_test_setup(withdraw_spares_what_is_permanent_by_now, clean),
      cmocka_unit_test_setup(many_locks_go_in_batches_and_are_all_answered, clean),
      cmocka_unit_test_setup(scripts_forbidden_are_tried_once, clean),
      cmocka_unit_test_setup(scripts_and_watch_denied_asks_for_scripts, clean),
      cmocka_unit_test_setup(key_that_is_denied_is_refused_alone, clean),
      cmocka_unit_test_setup(transaction_that_is_disturbed_is_tried_again, clean),
      cmocka_unit_test_setup(database_and_unix_socket_are_used, clean),
      cmocka_unit_test_setup(answer_that_throws_ends_the_operation, clean),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
