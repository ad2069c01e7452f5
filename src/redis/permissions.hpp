// Asks for each command whether this user may run it on keys of this prefix, without writing anything.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "redis/operation.hpp"

namespace lockrec::redis {

struct PermissionCheck {
  std::string command;  // as a person knows it
  std::vector<std::vector<std::string>> requests;
  enum class Result { unknown, allowed, denied, denied_key } result = Result::unknown;
};
using PermissionChecks = std::vector<PermissionCheck>;

class PermissionOperation final : public Operation {
 public:
  // key: the one that they ask about. An id is a check's index; its result is written there.
  PermissionOperation(const std::string& key, PermissionChecks& checks) : key_(key), checks_(checks) {}

  void append_key(LockId, std::string& into) const override { into += key_; }
  std::size_t append(std::span<const LockId> ids, bool asks, OutBuffer& out) override;
  std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) override;

 private:
  const std::string& key_;
  PermissionChecks& checks_;
};

bool all_allowed(const PermissionChecks& checks);

// key: one that nobody has.
PermissionChecks checks_of_every_user(const std::string& key);
PermissionChecks checks_of_scripts(const std::string& key);
PermissionChecks checks_without_scripts(const std::string& key);
// Only where EXEC is allowed: a MULTI that can't be ended would spoil the connection.
PermissionChecks check_of_multi();
PermissionChecks check_of_wait();

// "set, persist", empty where all are allowed.
std::string denied_commands(const PermissionChecks& checks);
// further_grants: " +cluster|slots +wait", what this configuration needs beside the others.
Error permission_error(const std::string& where, const std::string& user, const std::string& denied, bool key_is_denied,
                       const std::string& key_prefix, const std::string& further_grants);

}  // namespace lockrec::redis
