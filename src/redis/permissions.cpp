// The questions, and the line of ACL that answers them.
#include "redis/permissions.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "redis/refusal.hpp"

namespace lockrec::redis {

namespace {
using Check = PermissionOperation::Check;
using Result = Check::Result;
}  // namespace

std::vector<LockId> PermissionOperation::ids() const {
  std::vector<LockId> ids(checks_.size());
  std::iota(ids.begin(), ids.end(), LockId{0});
  return ids;
}

bool PermissionOperation::all_allowed() const {
  return std::all_of(checks_.begin(), checks_.end(),
                     [](const Check& check) { return check.result == Result::allowed; });
}

std::size_t PermissionOperation::append(std::span<const LockId> ids, OutBuffer& out) {
  Check& check = checks_[ids.front()];
  check.result = Result::unknown;
  for (const auto& words : check.requests) {
    append_command(out, words.front(), words.size());
    for (std::size_t i = 1; i < words.size(); ++i) append_argument(out, words[i]);
  }
  return check.requests.size();
}

std::size_t PermissionOperation::take(Request& request, const Reply& reply, OutBuffer&, Outcome& outcome) {
  Check& check = checks_[request.ids.front()];
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

std::vector<Check> checks_of_every_user(const std::string& key) {
  return {{"get", {{"GET", key}}},
          {"pttl", {{"PTTL", key}}},
          // NX and XX at once is a mistake that Redis sees after it has let the command in.
          {"set", {{"SET", key, "lockrec", "NX", "XX"}}},
          {"persist", {{"PERSIST", key}}},
          {"del", {{"DEL", key}}}};
}

std::vector<Check> checks_of_scripts(const std::string& key) { return {{"eval", {{"EVAL", "return 0", "1", key}}}}; }

std::vector<Check> checks_without_scripts(const std::string& key) {
  return {{"watch", {{"WATCH", key}}}, {"mget", {{"MGET", key}}}, {"unwatch", {{"UNWATCH"}}}, {"exec", {{"EXEC"}}}};
}

std::vector<Check> check_of_multi() { return {{"multi", {{"MULTI"}, {"EXEC"}}}}; }

std::string denied_commands(const PermissionOperation& operation) {
  std::string list;
  for (const Check& check : operation.checks()) {
    if (check.result == Result::allowed) continue;
    if (!list.empty()) list += ", ";
    list += check.command;
  }
  return list;
}

Error permission_error(const std::string& where, const std::string& user, const std::string& denied, bool key_is_denied,
                       const std::string& key_prefix) {
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
                   printable(pattern, 60) + " +get +mget +set +pttl +persist +del +select +client|setname +eval",
               {LOCKREC_CAUSE_REDIS, LOCKREC_REDIS_NOPERM});
}

}  // namespace lockrec::redis
