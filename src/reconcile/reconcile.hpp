// The story: take the turn, read, decide, look, claim, confirm, commit.
#pragma once

#include <optional>

#include "base/config.hpp"
#include "base/deadline.hpp"
#include "base/log.hpp"
#include "reconcile/plan.hpp"
#include "reconcile/tally.hpp"

namespace lockrec {

// LOCKREC_OK, or LOCKREC_SKIPPED where another process of the fleet did it.
// Throws on what ends a call early; plan and tally then hold how far it got.
std::int32_t reconcile(const Config& config, std::optional<Plan>& plan, Tally& tally, Log& log,
                       const Deadline& deadline);

}  // namespace lockrec
