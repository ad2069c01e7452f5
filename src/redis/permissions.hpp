// Asks for each command whether this user may run it on keys of this prefix, without writing anything.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "redis/operation.hpp"

namespace lockrec::redis {

class PermissionOperation final : public Operation {
 public:
  struct Check {
    std::string command;  // as a person knows it
    std::vector<std::vector<std::string>> requests;
    enum class Result { unknown, allowed, denied, denied_key } result = Result::unknown;
  };
  explicit PermissionOperation(std::vector<Check> checks) : checks_(std::move(checks)) {}

  std::vector<LockId> ids() const;
  const std::vector<Check>& checks() const { return checks_; }
  bool all_allowed() const;

  std::size_t append(std::span<const LockId> ids, OutBuffer& out) override;
  std::size_t take(Request& request, const Reply& reply, OutBuffer& out, Outcome& outcome) override;

 private:
  std::vector<Check> checks_;
};

// key: one that nobody has.
std::vector<PermissionOperation::Check> checks_of_every_user(const std::string& key);
std::vector<PermissionOperation::Check> checks_of_scripts(const std::string& key);
std::vector<PermissionOperation::Check> checks_without_scripts(const std::string& key);
// Only where EXEC is allowed: a MULTI that can't be ended would spoil the connection.
std::vector<PermissionOperation::Check> check_of_multi();

// "set, persist", empty where all are allowed.
std::string denied_commands(const PermissionOperation& operation);
Error permission_error(const std::string& where, const std::string& user, const std::string& denied, bool key_is_denied,
                       const std::string& key_prefix);

}  // namespace lockrec::redis
