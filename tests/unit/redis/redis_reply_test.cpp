// Replies, whole, in parts and hostile; and what each refusal means.
#include "redis_checks.hpp"

#include "redis/refusal.hpp"
#include "redis/reply.hpp"
#include "redis/resp.hpp"

using namespace lockrec;
using namespace lockrec::redis;
using Scope = Refusal::Scope;

namespace {

// "(1 'two' nil (+three))", whole replies only.
std::string shape(const Reply& reply) {
  std::string list = "(";
  switch (reply.kind()) {
    case ReplyKind::nil: return "nil";
    case ReplyKind::integer: return std::to_string(reply.integer());
    case ReplyKind::status: return "+" + std::string(reply.text());
    case ReplyKind::error: return "-" + std::string(reply.text());
    case ReplyKind::bulk: return "'" + std::string(reply.text()) + "'";
    case ReplyKind::array:
      reply.for_each(
          [&](std::size_t index, const Reply& element) { list += (index == 0 ? "" : " ") + shape(element); });
      return list + ")";
  }
  return "?";
}

std::string read_all(ReplyReader& reader) {
  std::string all;
  while (reader.next()) all += shape(reader.reply()) + ";";
  return all;
}

const std::string several =
    "+OK\r\n:-2\r\n$-1\r\n$0\r\n\r\n$5\r\na\r\nbc\r\n-ERR "
    "no\r\n*0\r\n*-1\r\n*4\r\n:1\r\n*2\r\n$1\r\nx\r\n*1\r\n+y\r\n-ERR z\r\n$-1\r\n";
const std::string several_shapes = "+OK;-2;nil;'';'a\r\nbc';-ERR no;();nil;(1 ('x' (+y)) -ERR z nil);";

void reply_whole_is_read(void**) {
  ReplyReader reader;
  reader.feed(several.data(), several.size());
  check_text(read_all(reader), several_shapes, "at once");
}

void reply_one_byte_at_a_time_is_read(void**) {
  ReplyReader reader;
  std::string all;
  for (const char& byte : several) {
    reader.feed(&byte, 1);
    all += read_all(reader);
  }
  check_text(all, several_shapes, "in parts");
}

bool is_refused(const std::string& bytes, std::size_t part) {
  ReplyReader reader;
  try {
    for (std::size_t at = 0; at < bytes.size(); at += part) {
      reader.feed(bytes.data() + at, std::min(part, bytes.size() - at));
      read_all(reader);
    }
  } catch (const ProtocolError&) {
    return true;
  }
  return false;
}

std::string nested(int depth) {
  std::string bytes;
  for (int i = 0; i < depth; ++i) bytes += "*1\r\n";
  return bytes + ":1\r\n";
}

void reply_hostile_is_refused(void**) {
  const std::string big(std::size_t{1} << 21, 'x');
  const std::string many_texts = "*99999\r\n" + [] {
    std::string one = "+" + std::string(1000000, 'x') + "\r\n";
    std::string all;
    for (int i = 0; i < 70; ++i) all += one;
    return all;
  }();
  const std::string cases[] = {"HTTP/1.1 400 Bad Request\r\n",
                               "*100001\r\n",
                               "*4294967296\r\n",
                               "*-2\r\n",
                               "$-2\r\n",
                               "*x\r\n",
                               ":x\r\n",
                               "%1\r\n+a\r\n+b\r\n",
                               "#t\r\n",
                               "_\r\n",
                               ",1.5\r\n",
                               "*1\r\n,1.5\r\n",
                               "+" + big,
                               "$99999999999999999999\r\n",
                               "$" + big,
                               "$1000\r\n" + std::string(1000, 'x') + "\r\n?\r\n",
                               nested(30),
                               many_texts};
  for (const auto& bytes : cases) check(is_refused(bytes, 16384), printable(bytes, 30));
}

void reply_at_its_limits_is_read(void**) {
  check(!is_refused(nested(6), 5), "nested");
  const std::string text((std::size_t{1} << 20) - 1024, 'x');
  check(!is_refused("+" + text + "\r\n", 16384), "text");
  check(!is_refused("$9999999999\r\nabc", 3), "waits for more");
}

// The line ends inside the texts must not be taken for ends of replies.
void reply_long_text_is_cut_and_what_follows_is_read(void**) {
  const auto bulk = [](const std::string& text) { return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"; };
  for (const std::size_t size : {511, 512, 513, 514, 1100, 70000, 3000000}) {
    std::string text;
    while (text.size() < size) text += "$9\r\n-ERR no\r\n";
    text.resize(size);
    const std::string bytes = "*3\r\n" + bulk("a") + bulk(text) + bulk("b") + bulk(text) + ":7\r\n";
    const std::string kept = "'" + text.substr(0, 512) + "'";
    const std::string wanted = "('a' " + kept + " 'b');" + kept + ";7;";
    for (const std::size_t part : {std::size_t{1}, std::size_t{7}, std::size_t{16384}, bytes.size()}) {
      ReplyReader reader;
      std::string all;
      for (std::size_t at = 0; at < bytes.size(); at += part) {
        reader.feed(bytes.data() + at, std::min(part, bytes.size() - at));
        all += read_all(reader);
      }
      check_text(all, wanted, std::to_string(size) + " in parts of " + std::to_string(part));
    }
  }
}

void command_is_written_as_redis_reads_it(void**) {
  OutBuffer out;
  append_command(out, {"SET", "", "a\r\nb"});
  check_text(std::string_view(out), "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\r\nb\r\n", "SET");
}

struct Case {
  const char* text;
  std::int32_t cause;
  Scope scope;
};

const Case cases[] = {
    {"LOADING Redis is loading the dataset in memory", LOCKREC_REDIS_LOADING, Scope::passing},
    {"READONLY You can't write against a read only replica.", LOCKREC_REDIS_READONLY, Scope::passing},
    {"@user_script: 2: -READONLY You can't write against a read only replica.", LOCKREC_REDIS_READONLY, Scope::passing},
    {"EXECABORT Transaction discarded because of: OOM command not allowed", LOCKREC_REDIS_OOM, Scope::server},
    {"MASTERDOWN Link with MASTER is down", LOCKREC_REDIS_MASTERDOWN, Scope::passing},
    {"CLUSTERDOWN The cluster is down", LOCKREC_REDIS_CLUSTERDOWN, Scope::passing},
    {"TRYAGAIN Multiple keys request during rehashing of slot", LOCKREC_REDIS_TRYAGAIN, Scope::split},
    {"BUSY Redis is busy running a script.", LOCKREC_REDIS_BUSY, Scope::passing},
    {"NOREPLICAS Not enough good replicas to write.", LOCKREC_REDIS_NOREPLICAS, Scope::passing},
    {"ERR max number of clients reached", LOCKREC_REDIS_MAXCLIENTS, Scope::passing},
    {"ERR max number of clients + cluster connections reached", LOCKREC_REDIS_MAXCLIENTS, Scope::passing},
    {"OOM command not allowed when used memory > 'maxmemory'.", LOCKREC_REDIS_OOM, Scope::server},
    {"MISCONF Redis is configured to save RDB snapshots", LOCKREC_REDIS_MISCONF, Scope::server},
    {"NOAUTH Authentication required.", LOCKREC_REDIS_NOAUTH, Scope::auth},
    {"WRONGPASS invalid username-password pair or user is disabled.", LOCKREC_REDIS_WRONGPASS, Scope::auth},
    {"NOPERM this user has no permissions to run the 'set' command or its subcommand", LOCKREC_REDIS_NOPERM,
     Scope::server},
    {"NOPERM User u has no permissions to run the 'set' command", LOCKREC_REDIS_NOPERM, Scope::server},
    {"NOPERM this user has no permissions to access one of the keys used as arguments", LOCKREC_REDIS_NOPERM,
     Scope::key},
    {"NOPERM No permissions to access a key", LOCKREC_REDIS_NOPERM, Scope::key},
    {"ERR The user executing the script can't run this command or subcommand", LOCKREC_REDIS_NOPERM, Scope::server},
    {"ERR The user executing the script can't access at least one of the keys mentioned", LOCKREC_REDIS_NOPERM,
     Scope::key},
    {"WRONGTYPE Operation against a key holding the wrong kind of value", LOCKREC_REDIS_WRONGTYPE, Scope::key},
    {"MOVED 3999 127.0.0.1:6381", LOCKREC_REDIS_MOVED, Scope::moved},
    {"ASK 3999 127.0.0.1:6381", LOCKREC_REDIS_ASK, Scope::moved},
    {"ERR unknown command 'EVAL', with args beginning with: ", LOCKREC_REDIS_OTHER, Scope::unknown},
    {"ERR value is not an integer", LOCKREC_REDIS_OTHER, Scope::key},
    {"", LOCKREC_REDIS_OTHER, Scope::key},
};

void refusal_text_has_its_meaning(void**) {
  for (const auto& one : cases) {
    check_number(classify(one.text).cause, one.cause, one.text);
    check(classify(one.text).scope == one.scope, one.text);
  }
}

void refusal_sentence_names_server_reply_and_remedy(void**) {
  const char* text = "OOM command not allowed when used memory > 'maxmemory'.";
  const Error error = refusal_error(classify(text), text, "h:1");
  check_number(error.status(), LOCKREC_E_REDIS_REFUSED, "status");
  check_number(error.cause().code, LOCKREC_REDIS_OOM, "cause");
  check_text(error.what(),
             "Redis at h:1 refuses to write: OOM command not allowed when used memory > 'maxmemory'. (raise maxmemory)",
             "sentence");
  check_number(refusal_error(classify("MOVED 1 h:2"), "MOVED 1 h:2", "h:1").status(), LOCKREC_E_REDIS_REFUSED, "moved");
  check_number(refusal_error(classify("NOAUTH x"), "NOAUTH x", "h:1").status(), LOCKREC_E_REDIS_AUTH, "auth");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(reply_whole_is_read),
      cmocka_unit_test(reply_one_byte_at_a_time_is_read),
      cmocka_unit_test(reply_hostile_is_refused),
      cmocka_unit_test(reply_at_its_limits_is_read),
      cmocka_unit_test(reply_long_text_is_cut_and_what_follows_is_read),
      cmocka_unit_test(command_is_written_as_redis_reads_it),
      cmocka_unit_test(refusal_text_has_its_meaning),
      cmocka_unit_test(refusal_sentence_names_server_reply_and_remedy),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
