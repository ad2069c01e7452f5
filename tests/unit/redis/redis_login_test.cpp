// Handshakes with real servers: users, passwords, databases, TLS, servers without HELLO or EVAL, permissions.
#include "redis_checks.hpp"

using namespace lockrec;
using namespace lockrec::redis;
using Kind = Answer::Kind;

namespace {

redis_server_t server;
redis_server_t old_server;  // no HELLO, no EVAL, and a password

int start(void**) {
  redis_start(&server, nullptr);
  redis_start(&old_server, "--rename-command", "HELLO", "", "--rename-command", "EVAL", "", "--requirepass",
              "TOPSECRET", nullptr);
  old_server.password = "TOPSECRET";
  return 0;
}
int stop(void**) {
  redis_end(&server);
  redis_end(&old_server);
  return 0;
}

std::string url(const redis_server_t& at, const std::string& login, const std::string& rest = "") {
  return "redis://" + login + "@127.0.0.1:" + std::to_string(at.port) + rest;
}

Error connect_error(const RedisConfig& config, std::int64_t budget_ms = 2000) {
  Client client(config);
  const std::int64_t began_ms = monotonic_ms();
  const Error error = error_of([&] { client.store.connect(Deadline(budget_ms)); });
  check(monotonic_ms() - began_ms < budget_ms + 100, "in time");
  check(std::string(error.what()).find("SECRET") == std::string::npos, error.what());
  check(client.lines.joined().find("SECRET") == std::string::npos, client.lines.joined());
  return error;
}

void connect_says_one_line(void**) {
  Client client(server.url);
  client.store.connect(Deadline(2000));
  client.store.connect(Deadline(2000));
  client.look(1);
  check_number(client.lines.count("redis:"), 1, client.lines.joined());
  const std::string start_of_line =
      "redis: connected to 127.0.0.1:" + std::to_string(server.port) + " database 0, ";  // and the product
  check(client.lines.first("redis:").starts_with(start_of_line), client.lines.joined());
  check(client.lines.first("redis:").ends_with(", standalone master"), client.lines.joined());
}

void wrong_password_stops_at_once(void**) {
  redis_must(&server, "ACL", "SETUSER", "worker", "on", ">right", "~*", "+@all", nullptr);
  const std::int64_t began_ms = monotonic_ms();
  const Error error = connect_error(config_for(url(server, "worker:TOPSECRET")));
  check(monotonic_ms() - began_ms < 500, "at once");
  check_number(error.status(), LOCKREC_E_REDIS_AUTH, error.what());
  check_number(error.cause().code, LOCKREC_REDIS_WRONGPASS, error.what());
  check_contains(error.what(), "\"worker\"");
  check_contains(error.what(), "127.0.0.1:" + std::to_string(server.port));
  Client client(url(server, "worker:right"));
  client.store.connect(Deadline(2000));
}

void explicit_login_wins(void**) {
  redis_must(&server, "ACL", "SETUSER", "worker", "on", ">right", "~*", "+@all", nullptr);
  RedisConfig config = config_for(url(server, "nobody:TOPSECRET"));
  config.username = "worker";
  config.password = Secret("right");
  Client client(config);
  client.store.connect(Deadline(2000));
}

void password_of_the_default_user_is_asked_for(void**) {
  redis_server_t locked;
  redis_start(&locked, "--requirepass", "TOPSECRET", nullptr);
  locked.password = "TOPSECRET";
  Error error = connect_error(config_for(locked.url));
  check_number(error.status(), LOCKREC_E_REDIS_AUTH, error.what());
  check_number(error.cause().code, LOCKREC_REDIS_NOAUTH, error.what());
  check_contains(error.what(), "redis_password");
  error = connect_error(config_for(url(locked, ":NOSECRET")));
  check_number(error.status(), LOCKREC_E_REDIS_AUTH, error.what());
  Client client(url(locked, ":TOPSECRET", "/2"));
  client.claim(3);
  check_number(client.commit(3).count(Kind::done), 3, "done");
  check(client.lines.joined().find("SECRET") == std::string::npos, client.lines.joined());
  redis_end(&locked);
}

void server_without_hello_and_eval_is_served(void**) {
  Client client(url(old_server, ":TOPSECRET", "/2"));
  client.store.connect(Deadline(2000));
  check_text(client.lines.first("redis:"),
             "redis: connected to 127.0.0.1:" + std::to_string(old_server.port) + " database 2", "line");
  check_number(client.claim(600).count(Kind::done), 600, "claimed");
  check_number(client.commit(600).count(Kind::done), 600, "committed");
  redis_must(&old_server, "SWAPDB", "0", "2", nullptr);
  check_number(redis_life_ms(&old_server, "spool_lock:599"), -1, "permanent, in database 2");
  check_contains(redis_must(&old_server, "CLIENT", "LIST", nullptr).text, "name=lockrec");
  client.store.check_permissions("spool_lock:", Deadline(2000));
  check_contains(client.lines.first("permissions:"), "without scripts");
  check(client.lines.joined().find("SECRET") == std::string::npos, client.lines.joined());
}

void server_without_hello_refuses_a_wrong_password(void**) {
  for (const char* login : {":NOSECRET", "worker:NOSECRET", ""}) {
    const bool has_login = login[0] != '\0';
    const Error error = connect_error(config_for(has_login ? url(old_server, login) : old_server.url));
    check_number(error.status(), LOCKREC_E_REDIS_AUTH, error.what());
  }
}

void password_that_is_not_needed_does_no_harm(void**) {
  redis_server_t open;
  redis_start(&open, "--rename-command", "HELLO", "", nullptr);
  Client client(url(open, ":TOPSECRET"));
  client.store.connect(Deadline(2000));
  redis_end(&open);
}

void database_that_is_missing_is_named(void**) {
  const Error error = connect_error(config_for("redis://127.0.0.1:" + std::to_string(server.port) + "/99"));
  check_number(error.status(), LOCKREC_E_CONFIG, error.what());
  check_contains(error.what(), "no database 99");
}

void cluster_without_slots_or_with_a_database_is_refused_clearly(void**) {
  redis_server_t cluster;
  redis_start(&cluster, "--cluster-enabled", "yes", nullptr);
  Error error = connect_error(config_for(cluster.url), 300);
  check_number(error.status(), LOCKREC_E_REDIS_REFUSED, error.what());
  check_contains(error.what(), "serves no slots yet");
  std::string url(cluster.url);
  url.back() = '1';
  error = connect_error(config_for(url));
  check_number(error.status(), LOCKREC_E_CONFIG, error.what());
  check_contains(error.what(), "a Cluster has only 0");
  redis_end(&cluster);
}

void tls_wants_the_right_names_and_certificates(void**) {
  const tls_files_t* files = tls_files();
  redis_server_t secure;
  redis_start_tls(&secure, 1);
  RedisConfig config = config_for(secure.url);
  config.ca_file = files->ca;
  check_number(connect_error(config, 300).status(), LOCKREC_E_REDIS_CONNECT, "no client certificate");
  config.cert_file = files->client_cert;
  config.key_file = files->client_key;
  {
    Client client(config);
    client.claim(5000);
    check_number(client.commit(5000).count(Kind::done), 5000, "done");
    check_number(client.look(5000).count(Kind::value), 5000, "looked");
  }
  config.ca_file = files->other_ca;
  const std::int64_t began_ms = monotonic_ms();
  check_number(connect_error(config, 5000).status(), LOCKREC_E_REDIS_CONNECT, "another authority");
  check(monotonic_ms() - began_ms < 1000, "at once");
  redis_end(&secure);
}

void tls_wrong_host_name_is_refused_at_once(void**) {
  if (redis_program_version() < 700) skip();  // its CONFIG SET can't change a certificate and its key at once
  const tls_files_t* files = tls_files();
  redis_server_t secure;
  redis_start_tls(&secure, 0);
  redis_must(&secure, "CONFIG", "SET", "tls-cert-file", files->other_cert, "tls-key-file", files->other_key, nullptr);
  RedisConfig config = config_for(secure.url);
  config.ca_file = files->ca;
  const std::int64_t began_ms = monotonic_ms();
  const Error error = connect_error(config, 5000);
  check_number(error.status(), LOCKREC_E_REDIS_CONNECT, error.what());
  check(monotonic_ms() - began_ms < 1000, "at once");
  redis_end(&secure);
}

void grant(const char* user, const std::string& commands) {
  redis_must(&server, "ACL", "SETUSER", user, "reset", "on", ">pw", "~spool_lock:*", "-@all", nullptr);
  for (std::size_t at = 0; at < commands.size();) {
    const auto end = std::min(commands.find(' ', at), commands.size());
    redis_must(&server, "ACL", "SETUSER", user, commands.substr(at, end - at).c_str(), nullptr);
    at = end + 1;
  }
}

void permissions_of_the_contract_are_enough(void**) {
  redis_must(&server, "FLUSHALL", nullptr);
  const std::pair<std::string, const char*> cases[] = {{ACL_LINE, "scripts allowed"},
                                                       {ACL_LINE_WITHOUT_SCRIPTS, "without scripts"}};
  for (const auto& [more, says] : cases) {
    redis_must(&server, "FLUSHALL", nullptr);
    grant("narrow", more);
    Client client(url(server, "narrow:pw", "/1"));
    client.store.connect(Deadline(2000));
    client.store.check_permissions("spool_lock:", Deadline(2000));
    check_text(client.lines.first("permissions:"),
               std::string("permissions: this user may claim, commit and withdraw locks (") + says + ")", more);
    check_number(client.claim(700).count(Kind::done), 700, more);
    check_number(client.life(700).count(Kind::life), 700, more);
    check_number(client.commit(700).count(Kind::done), 700, more);
    check_number(client.withdraw(700).count(Kind::value), 700, more);
  }
}

void permissions_that_are_missing_are_named(void**) {
  redis_must(&server, "FLUSHALL", nullptr);
  grant("narrow", "+get +set +eval +select");
  Client client(url(server, "narrow:pw"));
  Error error = error_of([&] { client.store.check_permissions("spool_lock:", Deadline(2000)); });
  check_number(error.status(), LOCKREC_E_REDIS_REFUSED, error.what());
  check_number(error.cause().code, LOCKREC_REDIS_NOPERM, error.what());
  check_contains(error.what(),
                 "user narrow may not run mget, pttl, persist, del; grant it: ACL SETUSER narrow ~spool_lock:* +get");
  check(std::string(error.what()).size() < 256, "fits into the message");
  grant("narrow", "+get +set +pttl +persist +del +multi +watch");
  Client again(url(server, "narrow:pw"));
  error = error_of([&] { again.store.check_permissions("spool_lock:", Deadline(2000)); });
  check_contains(error.what(), "may not run mget, unwatch, exec");
  error = error_of([&] { again.store.check_permissions("other:", Deadline(2000)); });
  check_contains(error.what(), "no access to keys other:*");
  check_number(redis_key_count(&server), 0, "nothing written");
}

void command_that_is_denied_stops_the_claim(void**) {
  grant("narrow", "+mget");
  Client client(url(server, "narrow:pw"));
  const Error error = error_of([&] { client.claim(100); });
  check_number(error.status(), LOCKREC_E_REDIS_REFUSED, error.what());
  check_number(error.cause().code, LOCKREC_REDIS_NOPERM, error.what());
  check_number(client.look(100).count(Kind::missing), 100, "still of use");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(connect_says_one_line),
      cmocka_unit_test(wrong_password_stops_at_once),
      cmocka_unit_test(explicit_login_wins),
      cmocka_unit_test(password_of_the_default_user_is_asked_for),
      cmocka_unit_test(server_without_hello_and_eval_is_served),
      cmocka_unit_test(server_without_hello_refuses_a_wrong_password),
      cmocka_unit_test(password_that_is_not_needed_does_no_harm),
      cmocka_unit_test(database_that_is_missing_is_named),
      cmocka_unit_test(cluster_without_slots_or_with_a_database_is_refused_clearly),
      cmocka_unit_test(tls_wants_the_right_names_and_certificates),
      cmocka_unit_test(tls_wrong_host_name_is_refused_at_once),
      cmocka_unit_test(permissions_of_the_contract_are_enough),
      cmocka_unit_test(permissions_that_are_missing_are_named),
      cmocka_unit_test(command_that_is_denied_stops_the_claim),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
