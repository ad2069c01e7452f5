// Where locks live: the five things that are done to them, each for many keys at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/config.hpp"
#include "base/deadline.hpp"
#include "base/log.hpp"
#include "net/loop.hpp"

namespace lockrec::redis {

using LockId = std::uint32_t;

// Keys and values are made as they are sent: a hundred thousand of them never stand in memory at once.
class LockTexts {
 public:
  virtual ~LockTexts() = default;
  virtual void append_key(LockId id, std::string& into) const = 0;
  virtual void append_value(LockId id, std::string& into) const = 0;  // the one claimed, or the one adopted
};

// What became of one key. text is valid during the callback only.
struct Answer {
  enum class Kind {
    missing,         // look, life, commit, withdraw: there is no such key
    value,           // look: text is the key's value; commit, withdraw: another value than ours, left alone
    other_type,      // closer look: the key is no string; left alone
    life,            // life: life_ms is what remains, -1: permanent
    done,            // claim: claimed; commit: permanent now; withdraw: deleted
    taken,           // claim: a key is there
    refused,         // Redis refuses this key alone; text is its reply
    unacknowledged,  // commit: permanent now, but fewer replicas than asked for have it; text says how many
  };
  Kind kind = Kind::missing;
  std::string_view text{};
  std::int64_t life_ms = 0;
};
// How a look is had: for many keys at once, where a key that is no string looks missing, or for each by itself.
enum class Look { quick, closer };
using OnAnswer = std::function<void(LockId, const Answer&)>;

// Every operation calls on_answer at most once an id, and exactly once when it returns normally. Lost
// connections and passing refusals (LOADING ...) are retried inside the deadline: an id whose
// reply was lost is sent again. Throws LOCKREC_E_REDIS_*, LOCKREC_E_DEADLINE or LOCKREC_E_CANCELLED; answers that came
// before were delivered. On the deadline after a failure, the last failure is thrown.
class Store {
 public:
  // Starts to connect at once; the loop moves it on beside whatever else is under way.
  // Throws LOCKREC_E_CONFIG for an address that can't be used.
  Store(net::Loop& loop, const RedisConfig& config, Log& log);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Until the handshake is through.
  void connect(const Deadline& deadline);

  void look(std::span<const LockId> ids, const LockTexts& texts, Look look, const OnAnswer& on_answer,
            const Deadline& deadline);
  void life(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer, const Deadline& deadline);
  // SET NX PX. A refusal that concerns the server (OOM, MISCONF, NOPERM for the command ...) ends it with
  // LOCKREC_E_REDIS_REFUSED after every reply that was under way has been delivered.
  void claim(std::span<const LockId> ids, const LockTexts& texts, std::int64_t safety_ttl_ms, const OnAnswer& on_answer,
             const Deadline& deadline);
  // Permanent, only where the key still holds append_value(id).
  void commit(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer, const Deadline& deadline);
  // Deleted, only where the key still holds append_value(id).
  void withdraw(std::span<const LockId> ids, const LockTexts& texts, const OnAnswer& on_answer,
                const Deadline& deadline);

  // Grows whenever a server may have been replaced, or have come back without what it held.
  std::uint64_t changes() const;
  // Whether the master is still the one that Sentinels name, where there are some; if not, that is a change.
  void recheck_master(const Deadline& deadline);

  // Whether this user could claim and commit keys with this prefix, asked without writing anything.
  // Throws LOCKREC_E_REDIS_REFUSED naming what is missing and the ACL line that grants it.
  void check_permissions(const std::string& key_prefix, const Deadline& deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lockrec::redis
