// The look: which locks are there, which are half-made, and whether that is still so in the end.
#include "domain/lock_value.hpp"
#include "reconcile/restorer.hpp"
#include "reconcile/row_warnings.hpp"

namespace lockrec {

void Restorer::look() {
  tally_.phase = LOCKREC_PHASE_LOOK;
  changes_ = store_.changes();
  // A key that is no string looks missing at first, until its claim is refused. A rehearsal claims nothing.
  look_at(plan_.wanted(), config_.dry_run ? redis::Look::closer : redis::Look::quick);
}

// A value of one's own from here on, made only where it is needed: it takes the system's randomness.
void Restorer::want(redis::LockId id) {
  plan_.claim_afresh(id);
  missing_.push_back(id);
}

void Restorer::look_at(const Ids& ids, redis::Look look) {
  Ids same_owner;
  const auto judge = [&](redis::LockId id, const redis::Answer& answer) {
    if (answer.kind == redis::Answer::Kind::missing) {
      want(id);
    } else if (answer.kind == redis::Answer::Kind::value) {
      const auto owner = owner_of_lock_value(answer.text);
      if (owner == plan_[id].owner_id) {
        same_owner.push_back(id);
        return;
      }
      plan_.settle(id, LOCKREC_ROW_CONFLICTING, owner ? LOCKREC_REASON_OTHER_OWNER : LOCKREC_REASON_UNKNOWN_VALUE);
    } else if (answer.kind == redis::Answer::Kind::other_type) {
      plan_.settle(id, LOCKREC_ROW_CONFLICTING, LOCKREC_REASON_OTHER_TYPE);
    } else {
      plan_.settle(id, LOCKREC_ROW_FAILED, LOCKREC_REASON_REDIS_REFUSED);
    }
    const bool is_other_type = answer.kind == redis::Answer::Kind::other_type;
    if (plan_[id].outcome != LOCKREC_ROW_UNPROCESSED) {
      warn_about_lock(plan_[id], is_other_type ? std::string_view() : answer.text, log_);
    }
  };
  store_.look(ids, plan_, look, judge, deadline_);

  keep_values_of(half_made_of(same_owner));
}

Restorer::Ids Restorer::half_made_of(const Ids& same_owner) {
  Ids half_made;
  const auto judge = [&](redis::LockId id, const redis::Answer& answer) {
    if (is_half_made(id, answer)) half_made.push_back(id);
  };
  store_.life(same_owner, plan_, judge, deadline_);
  return half_made;
}

bool Restorer::is_half_made(redis::LockId id, const redis::Answer& answer) {
  if (answer.kind == redis::Answer::Kind::missing) {
    want(id);
  } else if (answer.kind != redis::Answer::Kind::life) {
    plan_.settle(id, LOCKREC_ROW_FAILED, LOCKREC_REASON_REDIS_REFUSED);
    warn_about_lock(plan_[id], answer.text, log_);
  } else if (answer.life_ms < 0) {
    plan_.settle(id, LOCKREC_ROW_ALREADY_LOCKED);
  } else if (answer.life_ms > config_.safety_ttl_ms) {
    plan_.settle(id, LOCKREC_ROW_ALREADY_LOCKED, LOCKREC_REASON_LOCK_EXPIRES);
    warn_about_lock(plan_[id], "in " + std::to_string(answer.life_ms / 1000) + " s", log_);
  } else {
    return true;
  }
  plan_.forget_adoption(id);
  return false;
}

// A half-made lock's value is asked for again rather than kept for every lock that is there: there are few. Its life
// is asked for once more behind it, so that what the commit compares is what was found half-made.
void Restorer::keep_values_of(const Ids& half_made) {
  if (half_made.empty()) return;
  Ids kept;
  const auto keep = [&](redis::LockId id, const redis::Answer& answer) {
    if (answer.kind == redis::Answer::Kind::value && owner_of_lock_value(answer.text) == plan_[id].owner_id) {
      std::string own;
      plan_.forget_adoption(id);
      plan_.append_value(id, own);
      // Our own claim, whose reply was lost on the way, is a claim like any other.
      if (own != answer.text) plan_.adopt(id, answer.text);
      kept.push_back(id);
    } else {
      want(id);  // it changed just now; the claim will tell
    }
  };
  store_.look(half_made, plan_, redis::Look::quick, keep, deadline_);
  const Ids still_half_made = half_made_of(kept);
  claimed_.insert(claimed_.end(), still_half_made.begin(), still_half_made.end());
}

// A lost connection, a failover: the server that answers now may not hold what the other one held.
bool Restorer::has_changed() {
  if (has_claimed_) store_.recheck_master(deadline_);
  return store_.changes() != changes_;
}

void Restorer::look_again() {
  tally_.phase = LOCKREC_PHASE_LOOK;
  changes_ = store_.changes();
  Ids ids;
  std::vector<PlannedRow> before;
  for (redis::LockId id = 0; id < plan_.size(); ++id) {
    PlannedRow& row = plan_[id];
    if (row.first != id) continue;
    if (row.outcome != LOCKREC_ROW_ALREADY_LOCKED && row.outcome != LOCKREC_ROW_RECONCILED &&
        row.outcome != LOCKREC_ROW_ADOPTED) {
      continue;
    }
    ids.push_back(id);
    before.push_back(row);
    plan_.claim_afresh(id);
    row.outcome = LOCKREC_ROW_UNPROCESSED;
  }
  log_.info("look: Redis was lost in between; " + std::to_string(ids.size()) + " locks are looked at again");
  look_at(ids, redis::Look::quick);
  // What is as it was keeps its name.
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (plan_[ids[i]].outcome == LOCKREC_ROW_ALREADY_LOCKED) plan_[ids[i]] = before[i];
  }
}

}  // namespace lockrec
