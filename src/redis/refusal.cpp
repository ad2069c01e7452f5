// The table of error replies: what each means, and what a person can do about it.
#include "redis/refusal.hpp"

#include "base/text.hpp"

namespace lockrec::redis {

namespace {

using Scope = Refusal::Scope;

struct Known {
  std::string_view start;
  Refusal refusal;
  std::string_view says;    // stands between the server and its reply
  std::string_view remedy;  // behind it
};

constexpr Known table[] = {
    {"LOADING", {LOCKREC_REDIS_LOADING, Scope::passing, false}, "is still loading its data", ""},
    {"READONLY",
     {LOCKREC_REDIS_READONLY, Scope::passing, true},
     "is a replica",
     " (redis_url must lead to the master)"},
    {"MASTERDOWN", {LOCKREC_REDIS_MASTERDOWN, Scope::passing, true}, "is a replica without its master", ""},
    {"CLUSTERDOWN", {LOCKREC_REDIS_CLUSTERDOWN, Scope::passing, false}, "can't serve", ""},
    {"TRYAGAIN", {LOCKREC_REDIS_TRYAGAIN, Scope::split, false}, "can't serve", ""},
    {"BUSY ", {LOCKREC_REDIS_BUSY, Scope::passing, false}, "is busy", ""},
    {"NOREPLICAS",
     {LOCKREC_REDIS_NOREPLICAS, Scope::passing, false},
     "refuses to write",
     " (min-replicas-to-write is not met)"},
    {"ERR max number of clients",
     {LOCKREC_REDIS_MAXCLIENTS, Scope::passing, true},
     "takes no more connections",
     " (raise maxclients)"},
    {"OOM", {LOCKREC_REDIS_OOM, Scope::server, false}, "refuses to write", " (raise maxmemory)"},
    {"MISCONF",
     {LOCKREC_REDIS_MISCONF, Scope::server, false},
     "refuses to write",
     " (its log says why it can't save to disk)"},
    {"NOAUTH", {LOCKREC_REDIS_NOAUTH, Scope::auth, false}, "wants a password", " (set redis_password)"},
    {"WRONGPASS", {LOCKREC_REDIS_WRONGPASS, Scope::auth, false}, "refuses the login", ""},
    {"WRONGTYPE", {LOCKREC_REDIS_WRONGTYPE, Scope::key, false}, "refuses", ""},
    {"MOVED ", {LOCKREC_REDIS_MOVED, Scope::moved, false}, "keeps sending us elsewhere", ""},
    {"ASK ", {LOCKREC_REDIS_ASK, Scope::moved, false}, "keeps sending us elsewhere", ""},
    {"CROSSSLOT", {LOCKREC_REDIS_OTHER, Scope::split, false}, "can't serve", ""},
    {"DENIED", {LOCKREC_REDIS_OTHER, Scope::server, false}, "refuses", ""},
    {"ERR unknown command", {LOCKREC_REDIS_OTHER, Scope::unknown, false}, "refuses", ""},
};

// "... to run the 'set' command", but "... to access one of the keys used as arguments".
constexpr Known denied_key{
    "NOPERM", {LOCKREC_REDIS_NOPERM, Scope::key, false}, "refuses", " (grant the keys to this user)"};
constexpr Known denied_command{
    "NOPERM", {LOCKREC_REDIS_NOPERM, Scope::server, false}, "refuses", " (grant the command to this user)"};
constexpr Known other{"", {}, "refuses", ""};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Redis 6 says where in a script it happened: "@user_script: 2: -READONLY You can't ...".
std::string_view without_place(std::string_view text) {
  constexpr std::string_view aborted = "EXECABORT Transaction discarded because of: ";
  if (text.starts_with(aborted)) return text.substr(aborted.size());
  if (!text.starts_with('@')) return text;
  const auto dash = text.find(": -");
  return dash == std::string_view::npos ? text : text.substr(dash + 3);
}

const Known& find(std::string_view whole) {
  const auto text = without_place(whole);
  if (text.starts_with("NOPERM")) return contains(text, "permissions to access") ? denied_key : denied_command;
  if (contains(text, "The user executing the script can't run")) return denied_command;
  if (contains(text, "The user executing the script can't access")) return denied_key;
  for (const auto& known : table) {
    if (text.starts_with(known.start)) return known;
  }
  return other;
}

}  // namespace

Refusal classify(std::string_view text) { return find(text).refusal; }

Error refusal_error(const Refusal& refusal, std::string_view text, const std::string& where) {
  const Known& known = find(text);
  const auto status = refusal.scope == Scope::auth ? LOCKREC_E_REDIS_AUTH : LOCKREC_E_REDIS_REFUSED;
  std::string sentence = "Redis at " + where + " " + std::string(known.says) + ": " + printable(text, 110);
  return Error(status, sentence.append(known.remedy), {LOCKREC_CAUSE_REDIS, refusal.cause});
}

Error protocol_error(const std::string& where, std::string_view why) {
  return Error(LOCKREC_E_REDIS_PROTOCOL, "what answers at " + where + " does not speak Redis's protocol as expected (" +
                                             std::string(why) + "): check the address, and rediss:// for TLS");
}

}  // namespace lockrec::redis
