// The five things done to locks, each a run of an operation.
#include "redis/store.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/random.hpp"
#include "redis/acknowledged_operation.hpp"
#include "redis/held_operation.hpp"
#include "redis/key_operations.hpp"
#include "redis/permissions.hpp"
#include "redis/service.hpp"

namespace lockrec::redis {

namespace {

// How long WAIT may wait: replicas that are well take milliseconds.
constexpr std::int64_t replica_patience_ms = 1000;

}  // namespace

struct Store::Impl {
  Impl(net::Loop& loop, const RedisConfig& config, Log& log)
      : service(loop, config, log), wait_replicas(config.wait_replicas) {}

  PermissionChecks ask(const std::string& key, PermissionChecks checks, const Deadline& deadline) {
    std::vector<LockId> ids(checks.size());
    std::iota(ids.begin(), ids.end(), LockId{0});
    service.run<PermissionOperation>(
        ids, [](LockId, const Answer&) {}, deadline, key, checks);
    return checks;
  }

  void check_permissions(const std::string& key_prefix, const Deadline& deadline);

  Service service;
  std::int64_t wait_replicas;
  bool is_announced = false;
};

void Store::Impl::check_permissions(const std::string& key_prefix, const Deadline& deadline) {
  const std::string key = key_prefix + "lockrec-check:" + random_name();  // nobody has it
  std::string denied;
  bool key_is_denied = false;
  const auto add = [&](const PermissionChecks& asked) {
    const std::string commands = denied_commands(asked);
    if (!denied.empty() && !commands.empty()) denied += ", ";
    denied += commands;
    for (const auto& check : asked) {
      key_is_denied = key_is_denied || check.result == PermissionCheck::Result::denied_key;
    }
  };
  add(ask(key, checks_of_every_user(key), deadline));
  if (wait_replicas > 0) add(ask(key, check_of_wait(), deadline));
  const bool has_scripts = all_allowed(ask(key, checks_of_scripts(key), deadline));
  if (!has_scripts && !key_is_denied) {
    const auto asked = ask(key, checks_without_scripts(key), deadline);
    add(asked);
    if (all_allowed(asked)) add(ask(key, check_of_multi(), deadline));
  }
  if (!denied.empty()) {
    const bool of_cluster = service.topology.is_cluster();
    throw permission_error(
        service.topology.first().where(), service.address.login.name(), denied, key_is_denied, key_prefix,
        std::string(of_cluster ? " +cluster|slots +asking" : "") + (wait_replicas > 0 ? " +wait" : ""));
  }
  service.log.info(std::string("permissions: this user may claim, commit and withdraw locks (") +
                   (has_scripts ? "scripts allowed)" : "without scripts)"));
}

Store::Store(net::Loop& loop, const RedisConfig& config, Log& log) : impl_(std::make_unique<Impl>(loop, config, log)) {}
Store::~Store() = default;

void Store::connect(const Deadline& deadline) {
  Service& service = impl_->service;
  service.connect(deadline);
  if (!impl_->is_announced) service.log.info(service.describe());
  impl_->is_announced = true;
}

void Store::look(std::span<const LockId> ids, const LockTexts& texts, Look look, const OnAnswer& on_answer,
                 const Deadline& deadline) {
  impl_->service.run<LookOperation>(ids, on_answer, deadline, texts, look);
}

void Store::life(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer,
                 const Deadline& deadline) {
  impl_->service.run<LifeOperation>(ids, on_answer, deadline, texts);
}

void Store::claim(std::span<const LockId> ids, const LockTexts& texts, std::int64_t safety_ttl_ms,
                  const OnAnswer& on_answer, const Deadline& deadline) {
  impl_->service.run<ClaimOperation>(ids, on_answer, deadline, texts, safety_ttl_ms);
}

void Store::commit(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer,
                   const Deadline& deadline) {
  const auto what = HeldOperation::What::persist;
  std::string& script_refusal = impl_->service.script_refusal;
  if (impl_->wait_replicas == 0) {
    impl_->service.run<HeldOperation>(ids, on_answer, deadline, what, texts, script_refusal);
    return;
  }
  // Half of what is left, so that what is missing can still be told.
  const auto patience_ms = std::clamp<std::int64_t>(deadline.remaining_ms() / 2, 1, replica_patience_ms);
  impl_->service.run<AcknowledgedOperation>(ids, on_answer, deadline, texts, script_refusal, impl_->wait_replicas,
                                            patience_ms);
}

void Store::withdraw(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer,
                     const Deadline& deadline) {
  impl_->service.run<HeldOperation>(ids, on_answer, deadline, HeldOperation::What::remove, texts,
                                    impl_->service.script_refusal);
}

std::uint64_t Store::changes() const { return impl_->service.topology.changes(); }
void Store::recheck_master(const Deadline& deadline) { impl_->service.topology.recheck_master(deadline); }

void Store::check_permissions(const std::string& key_prefix, const Deadline& deadline) {
  impl_->check_permissions(key_prefix, deadline);
}

}  // namespace lockrec::redis
