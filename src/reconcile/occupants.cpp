#include "reconcile/occupants.hpp"

#include "domain/owner_cell.hpp"
#include "domain/tag_cell.hpp"

namespace lockrec {

Occupants::Occupants(const std::vector<redis::LockId>& claims, const Plan& plan, std::string_view free_value)
    : plan_(plan), free_value_(free_value) {
  claims_by_tag_.reserve(claims.size());
  for (const redis::LockId id : claims) claims_by_tag_.emplace(plan[id].tag, Claim{id, false});
}

void Occupants::occupant(const Cell& tag, const Cell& occupied_by) {
  const Owner owner = read_owner(occupied_by, free_value_);
  if (owner.kind == Owner::Kind::nobody) return;
  const Tag read = read_tag(tag);
  if (owner.kind == Owner::Kind::invalid || read.reason != LOCKREC_REASON_NONE) {
    ++unreadable_;
    return;
  }
  const auto claim = claims_by_tag_.find(read.text());
  if (claim != claims_by_tag_.end() && plan_[claim->second.id].owner_id == owner.id) claim->second.confirmed = true;
}

bool Occupants::still_occupies(redis::LockId id) const {
  const auto claim = claims_by_tag_.find(plan_[id].tag);
  return claim != claims_by_tag_.end() && claim->second.confirmed;
}

}  // namespace lockrec
