// What the confirm read says about the claims: does some row of that tag still name that owner.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/config.hpp"
#include "reconcile/plan.hpp"
#include "sheet/source.hpp"

namespace lockrec {

class Occupants final : public sheet::OccupantReader {
 public:
  Occupants(const std::vector<redis::LockId>& claims, const Plan& plan, std::string_view free_value);
  void occupant(const Cell& tag, const Cell& occupied_by) override;
  bool still_occupies(redis::LockId id) const;
  // More rows are unreadable than in the first read: somebody who still works may stand in one of them.
  bool hides_somebody() const { return unreadable_ > plan_.unreadable_rows(); }

 private:
  struct Claim {
    redis::LockId id;
    bool confirmed;
  };
  const Plan& plan_;
  std::string_view free_value_;
  std::int64_t unreadable_ = 0;
  std::unordered_map<std::string_view, Claim> claims_by_tag_;
};

}  // namespace lockrec
