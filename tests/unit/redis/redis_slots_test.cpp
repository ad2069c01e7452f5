// Which slot a key is in, what CLUSTER SLOTS says, and where a redirection leads.
#include "redis/slots.hpp"

#include "redis_checks.hpp"

using namespace lockrec::redis;

namespace {

void slot_is_the_one_that_redis_computes(void**) {
  check_number(slot_of("123456789"), 0x31C3, "the reference text");
  check_number(slot_of(""), 0, "an empty key");
  redis_server_t server;
  redis_start(&server, "--cluster-enabled", "yes", nullptr);
  for (const char* key : {"spool_lock:SP-0001", "spool_lock:{a}1", "{a}", "{}a", "a{}b{c}", "{{a}}", "a{b", "a}b{c}d",
                          "spool_lock:\xf0\x9f\x94\xa7{\xc3\xb1}"}) {
    check_number(slot_of(key), redis_must(&server, "CLUSTER", "KEYSLOT", key, nullptr).integer, key);
  }
  redis_end(&server);
}

SlotMap map_of(const std::string& reply) {
  ReplyReader reader;
  reader.feed(reply.data(), reply.size());
  check(reader.next(), "a whole reply");
  return SlotMap(reader.reply());
}

std::string range(int first, int last, const std::string& host, int port) {
  return "*4\r\n:" + std::to_string(first) + "\r\n:" + std::to_string(last) + "\r\n*4\r\n" + host + ":" +
         std::to_string(port) + "\r\n$2\r\nid\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n*3\r\n$1\r\nr\r\n:1\r\n$2\r\nid\r\n";
}

void map_knows_masters_and_gaps(void**) {
  const SlotMap map = map_of("*4\r\n" + range(0, 99, "$2\r\nh1\r\n", 7) + range(100, 100, "$-1\r\n", 8) +
                             range(200, 16383, "$2\r\nh1\r\n", 7) + range(150, 160, "$1\r\n?\r\n", 9));
  check_number(static_cast<long long>(map.masters.size()), 2, "masters");
  check_text(map.masters[map.owner_of[99]].host, "h1", "owner of 99");
  check_text(map.masters[map.owner_of[100]].host, "", "the one that was asked");
  check_number(map.masters[map.owner_of[100]].port, 8, "its port");
  check_number(map.owner_of[101], nobody, "a gap");
  check_number(map.owner_of[155], nobody, "an unknown address");
  check_number(map.owner_of[200], map.owner_of[0], "the same master");
}

void map_that_is_none_is_refused(void**) {
  const std::string node = "$1\r\nh\r\n";
  for (const auto& reply :
       {std::string("+OK\r\n"), std::string("*1\r\n:1\r\n"), "*1\r\n" + range(-1, 5, node, 7),
        "*1\r\n" + range(5, 4, node, 7), "*1\r\n" + range(0, 16384, node, 7), "*1\r\n" + range(0, 1, node, 65536)}) {
    bool is_refused = false;
    try {
      map_of(reply);
    } catch (const ProtocolError&) {
      is_refused = true;
    }
    check(is_refused, reply.c_str());
  }
  check(map_of("*0\r\n").masters.empty(), "a Cluster without slots");
}

void redirection_is_read(void**) {
  const auto moved = read_redirection("MOVED 3999 127.0.0.1:6381");
  check(moved && !moved->is_ask && moved->slot == 3999 && moved->node == NodeName{"127.0.0.1", 6381}, "MOVED");
  const auto ask = read_redirection("ASK 0 ::1:7");
  check(ask && ask->is_ask && ask->node == NodeName{"::1", 7}, "ASK, IPv6");
  check(read_redirection("MOVED 1 :6381")->node == NodeName{"", 6381}, "the same host");
  check(read_redirection("MOVED 1 node-1.example:6381")->node.host == "node-1.example", "a name");
  for (const char* text : {"MOVED", "MOVED 1", "MOVED x h:1", "MOVED 16384 h:1", "MOVED 1 h", "MOVED 1 h:0",
                           "MOVED 1 h:65536", "MOVED 1 ?:6381", "MOVED -1 h:1", "OK", ""}) {
    check(!read_redirection(text), text);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(slot_is_the_one_that_redis_computes),
      cmocka_unit_test(map_knows_masters_and_gaps),
      cmocka_unit_test(map_that_is_none_is_refused),
      cmocka_unit_test(redirection_is_read),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
