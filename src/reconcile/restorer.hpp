// Look, claim, confirm, commit: brings Redis to what the plan says, and the plan to what became of it.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "base/config.hpp"
#include "base/deadline.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "reconcile/plan.hpp"
#include "reconcile/tally.hpp"
#include "redis/store.hpp"
#include "sheet/source.hpp"

namespace lockrec {

class Restorer {
 public:
  Restorer(const Config& config, Plan& plan, redis::Store& store, sheet::Source& source, Tally& tally, Log& log,
           const Deadline& deadline);

  // Which locks are there. What is missing or half-made stays to be restored.
  void look();
  // In rounds: as many locks as half of the time and of the safety life allow are claimed, confirmed and
  // committed before more are claimed. One round is the rule.
  void restore();
  // What restore() would do, and whether Redis would let it.
  void rehearse();

 private:
  using Ids = std::vector<redis::LockId>;

  void want(redis::LockId id);
  void look_at(const Ids& ids, redis::Look look);
  Ids half_made_of(const Ids& same_owner);
  bool is_half_made(redis::LockId id, const redis::Answer& answer);
  void keep_values_of(const Ids& half_made);
  void restore_in_rounds();
  bool has_changed();
  void look_again();
  void claim();
  void stop_claiming(const Error& error);
  bool confirm(Ids& withdrawn, Ids& untold);
  void commit(const Ids& ids, bool confirmed);
  void withdraw(const Ids& ids);
  void claim_again(redis::LockId id);
  std::int64_t claims_age_ms() const;

  const Config& config_;
  Plan& plan_;
  redis::Store& store_;
  sheet::Source& source_;
  Tally& tally_;
  Log& log_;
  const Deadline& deadline_;

  Ids missing_;                // no lock: to be claimed
  Ids claimed_;                // ours, with a safety life, or half-made by another: to be committed
  Ids lapsed_;                 // claims that were gone when they were to be committed: claimed once more
  std::optional<Error> stop_;  // why claiming ended before everything was claimed
  std::chrono::steady_clock::time_point oldest_claim_{};
  std::int64_t claim_window_ms_;
  std::uint64_t changes_ = 0;  // of Redis, as far as its locks have been looked at since
  bool has_claimed_ = false;
  std::vector<bool> claimed_twice_;
};

}  // namespace lockrec
