// The five things done to locks, each an operation on a lane of the link to the server.
#include "redis/store.hpp"

#include <optional>

#include "base/random.hpp"
#include "redis/address.hpp"
#include "redis/held_operation.hpp"
#include "redis/key_operations.hpp"
#include "redis/lane.hpp"
#include "redis/permissions.hpp"

namespace lockrec::redis {

namespace {

std::string describe(const Link& link, const Login& login) {
  const ServerInfo& server = link.server();
  std::string text = "redis: connected to " + link.where() + " database " + std::to_string(login.database);
  if (server.version.empty()) return text;
  text += ", " + (server.product == "redis" ? std::string("Redis") : server.product) + " " + server.version;
  return text + ", " + server.mode + " " + server.role;
}

// A key of that prefix that nobody has.
std::string unused_key(const std::string& key_prefix) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string key = key_prefix + "lockrec-check:";
  for (const unsigned char byte : UuidSource().next()) {
    key += digits[byte >> 4];
    key += digits[byte & 15];
  }
  return key;
}

}  // namespace

struct Store::Impl {
  Impl(net::Loop& its_loop, const RedisConfig& config, Log& its_log)
      : loop(its_loop),
        log(its_log),
        retries(its_log),
        address(parse_address(config)),
        link(its_loop, address, retries) {}

  void run(Operation& operation, std::span<const LockId> ids, const OnAnswer& on_answer, const Deadline& deadline) {
    if (ids.empty()) return;
    Lane lane(link, operation, retries, ids, on_answer);
    drive(loop, link, &lane, deadline);
  }

  PermissionOperation ask(std::vector<PermissionOperation::Check> checks, const Deadline& deadline) {
    PermissionOperation operation(std::move(checks));
    run(
        operation, operation.ids(), [](LockId, const Answer&) {}, deadline);
    return operation;
  }

  void check_permissions(const std::string& key_prefix, const Deadline& deadline);

  net::Loop& loop;
  Log& log;
  RetryLog retries;
  Address address;
  Link link;
  std::string script_refusal;  // empty while scripts are allowed
  bool is_announced = false;
};

void Store::Impl::check_permissions(const std::string& key_prefix, const Deadline& deadline) {
  const std::string key = unused_key(key_prefix);
  std::string denied;
  bool key_is_denied = false;
  const auto add = [&](const PermissionOperation& asked) {
    const std::string commands = denied_commands(asked);
    if (!denied.empty() && !commands.empty()) denied += ", ";
    denied += commands;
    for (const auto& check : asked.checks()) {
      key_is_denied = key_is_denied || check.result == PermissionOperation::Check::Result::denied_key;
    }
  };
  add(ask(checks_of_every_user(key), deadline));
  const bool has_scripts = ask(checks_of_scripts(key), deadline).all_allowed();
  if (!has_scripts && !key_is_denied) {
    const auto asked = ask(checks_without_scripts(key), deadline);
    add(asked);
    if (asked.all_allowed()) add(ask(check_of_multi(), deadline));
  }
  if (!denied.empty()) throw permission_error(link.where(), address.login.name(), denied, key_is_denied, key_prefix);
  log.info(std::string("permissions: this user may claim, commit and withdraw locks (") +
           (has_scripts ? "scripts allowed)" : "without scripts)"));
}

Store::Store(net::Loop& loop, const RedisConfig& config, Log& log) : impl_(std::make_unique<Impl>(loop, config, log)) {}
Store::~Store() = default;

void Store::connect(const Deadline& deadline) {
  drive(impl_->loop, impl_->link, nullptr, deadline);
  if (!impl_->is_announced) impl_->log.info(describe(impl_->link, impl_->address.login));
  impl_->is_announced = true;
}

void Store::look(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer,
                 const Deadline& deadline) {
  LookOperation operation(texts);
  impl_->run(operation, ids, on_answer, deadline);
}

void Store::life(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer,
                 const Deadline& deadline) {
  LifeOperation operation(texts);
  impl_->run(operation, ids, on_answer, deadline);
}

void Store::claim(std::span<const LockId> ids, const LockTexts& texts, std::int64_t safety_ttl_ms,
                  const OnAnswer& on_answer, const Deadline& deadline) {
  ClaimOperation operation(texts, safety_ttl_ms);
  impl_->run(operation, ids, on_answer, deadline);
}

void Store::commit(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer,
                   const Deadline& deadline) {
  HeldOperation operation(HeldOperation::What::persist, texts, impl_->script_refusal);
  impl_->run(operation, ids, on_answer, deadline);
}

void Store::withdraw(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer,
                     const Deadline& deadline) {
  HeldOperation operation(HeldOperation::What::remove, texts, impl_->script_refusal);
  impl_->run(operation, ids, on_answer, deadline);
}

void Store::check_permissions(const std::string& key_prefix, const Deadline& deadline) {
  impl_->check_permissions(key_prefix, deadline);
}

}  // namespace lockrec::redis
