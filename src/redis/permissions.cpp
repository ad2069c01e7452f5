// The questions, and the line of ACL that answers them.
#include "redis/permissions.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "redis/refusal.hpp"

namespace lockrec::redis {

namespace {
using Result = PermissionCheck::Result;
}  // namespace

bool all_allowed(const PermissionChecks& checks) {
  return std::ranges::all_of(checks, [](const PermissionCheck& check) { return check.result == Result::allowed; });
}

std::size_t PermissionOperation::append(std::span<const LockId> ids, bool, OutBuffer& out) {
  PermissionCheck& check = checks_[ids.front()];
  check.result = Result::unknown;
  for (const auto& words : check.requests) {
    append_command(out, words.front(), words.size());
    for (std::size_t i = 1; i < words.size(); ++i) append_argument(out, words[i]);
  }
  return check.requests.size();
}

std::size_t PermissionOperation::take(Request& request, const Reply& reply, OutBuffer&, Outcome& outcome) {
  PermissionCheck& check = checks_[request.ids.front()];
  if (reply.is_error() && check.result == Result::unknown) {
    const Refusal refusal = classify(reply.text());
    if (refusal.scope == Refusal::Scope::unknown) {
      check.result = Result::denied;
    } else if (refusal.cause == LOCKREC_REDIS_NOPERM) {
      check.result = refusal.scope == Refusal::Scope::key ? Result::denied_key : Result::denied;
    } else if (refusal.scope != Refusal::Scope::key) {
      outcome.refused(request.ids, reply.text());
      return 0;
    }
  }
  if (request.replies_left > 0) return 0;
  // Any other error is the command's own: it was let in.
  if (check.result == Result::unknown) check.result = Result::allowed;
  outcome.answer(request.ids.front(), {Answer::Kind::done});
  return 0;
}

PermissionChecks checks_of_every_user(const std::string& key) {
  return {{"get", {{"GET", key}}},
          {"mget", {{"MGET", key}}},
          {"pttl", {{"PTTL", key}}},
          // NX and XX at once is a mistake that Redis sees after it has let the command in.
          {"set", {{"SET", key, "lockrec", "NX", "XX"}}},
          {"persist", {{"PERSIST", key}}},
          {"del", {{"DEL", key}}}};
}

PermissionChecks checks_of_scripts(const std::string& key) { return {{"eval", {{"EVAL", "return 0", "1", key}}}}; }

PermissionChecks checks_without_scripts(const std::string& key) {
  return {{"watch", {{"WATCH", key}}}, {"unwatch", {{"UNWATCH"}}}, {"exec", {{"EXEC"}}}};
}

PermissionChecks check_of_multi() { return {{"multi", {{"MULTI"}, {"EXEC"}}}}; }

PermissionChecks check_of_wait() { return {{"wait", {{"WAIT", "0", "1"}}}}; }

std::string denied_commands(const PermissionChecks& checks) {
  std::string list;
  for (const PermissionCheck& check : checks) {
    if (check.result == Result::allowed) continue;
    if (!list.empty()) list += ", ";
    list += check.command;
  }
  return list;
}

Error permission_error(const std::string& where, const std::string& user, const std::string& denied, bool key_is_denied,
                       const std::string& key_prefix, const std::string& further_grants) {
  std::string pattern = "~";
  for (const char c : key_prefix) {
    if (c == '*' || c == '?' || c == '[' || c == ']' || c == '\\') pattern += '\\';
    pattern += c;
  }
  pattern += '*';
  const std::string name = printable(user, 40);
  const std::string what =
      key_is_denied ? "has no access to keys " + printable(pattern.substr(1), 40) : "may not run " + denied;
  return Error(LOCKREC_E_REDIS_REFUSED,
               "Redis at " + where + ": user " + name + " " + what + "; grant it: ACL SETUSER " + name + " " +
                   printable(pattern, 60) + " +get +mget +set +pttl +persist +del +select +client|setname +eval" +
                   further_grants,
               {LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_NOPERM});
}

}  // namespace lockrec::redis
