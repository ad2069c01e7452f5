#include "reconcile/restorer.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "reconcile/occupants.hpp"
#include "reconcile/row_warnings.hpp"

namespace lockrec {

namespace {

constexpr int look_again_max = 3;

constexpr std::int64_t worth_halving_ms = 40;

// Redis says no to the work itself: waiting does not help, and more claims would be refused as well.
bool is_lasting_refusal(const Error& error) {
  if (error.status() != LOCKREC_E_REDIS_REFUSED) {
    return error.status() != LOCKREC_E_REDIS_CONNECT && error.status() != LOCKREC_E_DEADLINE;
  }
  switch (error.cause().code) {
    case LOCKREC_REDIS_LOADING:
    case LOCKREC_REDIS_READONLY:
    case LOCKREC_REDIS_MASTERDOWN:
    case LOCKREC_REDIS_CLUSTERDOWN:
    case LOCKREC_REDIS_TRYAGAIN:
    case LOCKREC_REDIS_BUSY:
    case LOCKREC_REDIS_NOREPLICAS:
    case LOCKREC_REDIS_MOVED:
    case LOCKREC_REDIS_ASK:
    case LOCKREC_REDIS_MAXCLIENTS: return false;
    default: return true;
  }
}

}  // namespace

Restorer::Restorer(const Config& config, Plan& plan, redis::Store& store, sheet::Source& source, Tally& tally, Log& log,
                   const Deadline& deadline)
    : config_(config),
      plan_(plan),
      store_(store),
      source_(source),
      tally_(tally),
      log_(log),
      deadline_(deadline),
      claim_window_ms_(config.safety_ttl_ms / 2),
      claimed_twice_(plan.size()) {}

void Restorer::restore() {
  try {
    restore_in_rounds();
    for (int times = 0; has_changed(); ++times) {
      if (times == look_again_max) {
        log_.warning("redis: connections kept breaking; a lock that was counted may be gone again");
        break;
      }
      look_again();
      restore_in_rounds();
    }
  } catch (const Error& error) {
    // Silence at the end does not hide the failure that used up the time.
    if (error.status() == LOCKREC_E_DEADLINE && stop_) throw *stop_;
    throw;
  }
}

void Restorer::restore_in_rounds() {
  while (!missing_.empty() || !claimed_.empty()) {
    oldest_claim_ = std::chrono::steady_clock::now();
    claim();
    Ids withdrawn;
    Ids untold;
    const bool confirmed = confirm(withdrawn, untold);
    // What a commit finds half-made by others is claimed_ of the next round.
    commit(std::exchange(claimed_, {}), confirmed);
    commit(untold, false);
    withdraw(withdrawn);
    missing_.insert(missing_.end(), lapsed_.begin(), lapsed_.end());
    lapsed_.clear();
    if (stop_ && !missing_.empty()) {
      if (is_lasting_refusal(*stop_)) {
        tally_.phase = LOCKREC_PHASE_CLAIM;  // where it ended, though what was claimed before has been committed
        throw *stop_;
      }
      log_.info("claim: goes on in another round (" + std::string(stop_->what()) + ")");
    }
  }
}

void Restorer::claim() {
  if (missing_.empty()) return;
  tally_.phase = LOCKREC_PHASE_CLAIM;
  has_claimed_ = true;
  // Half of what is left, so that what is claimed can be committed too.
  const auto left_ms = deadline_.remaining_ms();
  const Deadline window =
      deadline_.sooner(left_ms < worth_halving_ms ? left_ms : std::min(left_ms / 2, claim_window_ms_));
  Ids taken;
  std::vector<bool> answered(plan_.size());
  bool any_answer = false;
  const auto on_answer = [&](redis::LockId id, const redis::Answer& answer) {
    answered[id] = any_answer = true;
    if (answer.kind == redis::Answer::Kind::done) {
      claimed_.push_back(id);
    } else if (answer.kind == redis::Answer::Kind::taken) {
      taken.push_back(id);
    } else {
      plan_.settle(id, LOCKREC_ROW_FAILED, LOCKREC_REASON_REDIS_REFUSED);
      warn_about_lock(plan_[id], answer.text, log_);
    }
  };
  try {
    store_.claim(missing_, plan_, config_.safety_ttl_ms, on_answer, window);
    stop_.reset();
  } catch (const Error& error) {
    stop_claiming(error);
  }
  std::erase_if(missing_, [&](redis::LockId id) { return answered[id]; });
  // Where one round trip takes longer than that, waiting so long again would be of no use.
  if (!any_answer) claim_window_ms_ = std::min(claim_window_ms_ * 2, deadline_.remaining_ms());
  if (!taken.empty()) look_at(taken, redis::Look::closer);
}

// The window's end is no failure; a failure that came before it is what has to be told if time runs out.
void Restorer::stop_claiming(const Error& error) {
  if (error.status() == LOCKREC_E_CANCELLED) throw error;
  if (error.status() != LOCKREC_E_DEADLINE || !stop_ || !claimed_.empty()) stop_ = error;
  if (deadline_.expired()) throw *stop_;
}

std::int64_t Restorer::claims_age_ms() const {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - oldest_claim_).count();
}

// Whether the sheet was asked again, and said who is still at work; those that it no longer names are withdrawn.
bool Restorer::confirm(Ids& withdrawn, Ids& untold) {
  if (claimed_.empty() || !config_.confirm || !source_.can_read_again()) return false;
  tally_.phase = LOCKREC_PHASE_CONFIRM;
  const std::int64_t life_left_ms = config_.safety_ttl_ms - config_.safety_ttl_ms / 4 - claims_age_ms();
  const Deadline window = deadline_.sooner(std::min(deadline_.remaining_ms() / 2, life_left_ms));
  const Stopwatch stopwatch(tally_.confirm_time);
  Occupants occupants(claimed_, plan_, config_.free_value);
  try {
    source_.read_occupants(occupants, window);
  } catch (const Error& error) {
    if (error.status() == LOCKREC_E_CANCELLED || deadline_.expired()) throw;
    const bool ran_out = error.status() == LOCKREC_E_DEADLINE;
    log_.warning("confirm: the sheet could not be read again (" +
                 (ran_out ? "it took longer than there was time for" : std::string(error.what())) + "); " +
                 std::to_string(claimed_.size()) + " claims are made permanent unconfirmed");
    return false;
  }
  std::erase_if(claimed_, [&](redis::LockId id) {
    if (occupants.still_occupies(id)) return false;
    (occupants.hides_somebody() ? untold : withdrawn).push_back(id);
    return true;
  });
  if (!untold.empty()) {
    log_.warning("confirm: cells that could be read before can't be read now (Loading..., #REF! and the like); " +
                 std::to_string(untold.size()) + " claims are made permanent unconfirmed");
  }
  return true;
}

void Restorer::commit(const Ids& ids, bool confirmed) {
  if (ids.empty()) return;
  tally_.phase = LOCKREC_PHASE_COMMIT;
  Ids other_value;
  const auto on_answer = [&](redis::LockId id, const redis::Answer& answer) {
    switch (answer.kind) {
      case redis::Answer::Kind::done:
        plan_.settle(id, plan_.adopts(id) ? LOCKREC_ROW_ADOPTED : LOCKREC_ROW_RECONCILED,
                     confirmed ? LOCKREC_REASON_NONE : LOCKREC_REASON_NOT_CONFIRMED);
        plan_[id].unconfirmed = !confirmed;
        break;
      case redis::Answer::Kind::missing: claim_again(id); break;
      case redis::Answer::Kind::value:
      case redis::Answer::Kind::other_type: other_value.push_back(id); break;
      case redis::Answer::Kind::unacknowledged:
        plan_.settle(id, LOCKREC_ROW_FAILED, LOCKREC_REASON_NOT_REPLICATED);
        warn_about_lock(plan_[id], answer.text, log_);
        break;
      default:
        plan_.settle(id, LOCKREC_ROW_FAILED, LOCKREC_REASON_REDIS_REFUSED);
        warn_about_lock(plan_[id], answer.text, log_);
    }
  };
  store_.commit(ids, plan_, on_answer, deadline_);
  if (!other_value.empty()) look_at(other_value, redis::Look::closer);
}

void Restorer::claim_again(redis::LockId id) {
  const bool was_anothers = plan_.adopts(id);
  plan_.claim_afresh(id);
  if (was_anothers || !claimed_twice_[id]) {
    claimed_twice_[id] = claimed_twice_[id] || !was_anothers;
    lapsed_.push_back(id);
    return;
  }
  plan_.settle(id, LOCKREC_ROW_FAILED, LOCKREC_REASON_REDIS_REFUSED);
  warn_about_lock(plan_[id], "the claim was gone twice before it could be made permanent; is safety_ttl_ms too short?",
                  log_);
}

// Only our own claims are deleted; another's half-made lock, and a claim whose deletion fails, expires by itself.
void Restorer::withdraw(const Ids& ids) {
  Ids own;
  for (const redis::LockId id : ids) {
    plan_.settle(id, LOCKREC_ROW_WITHDRAWN, LOCKREC_REASON_NO_LONGER_OCCUPIED);
    warn_about(plan_[id], log_);
    if (!plan_.adopts(id)) own.push_back(id);
  }
  if (own.empty()) return;
  try {
    store_.withdraw(
        own, plan_, [](redis::LockId, const redis::Answer&) {}, deadline_);
  } catch (const Error& error) {
    if (error.status() == LOCKREC_E_CANCELLED || deadline_.expired()) throw;
    log_.warning("claims could not be taken back (" + std::string(error.what()) + "); they expire by themselves");
  }
}

void Restorer::rehearse() {
  store_.check_permissions(config_.key_prefix, deadline_);
  for (const redis::LockId id : missing_) plan_.settle(id, LOCKREC_ROW_RECONCILED);
  for (const redis::LockId id : claimed_)
    plan_.settle(id, plan_.adopts(id) ? LOCKREC_ROW_ADOPTED : LOCKREC_ROW_RECONCILED);
}

}  // namespace lockrec
