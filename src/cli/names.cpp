// The words for the contract's numbers, as JSON and tables show them.
#include "names.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace lockrec::cli {
namespace {

constexpr std::array<std::string_view, 8> kPhases = {"config", "token", "sheet",   "connect",
                                                     "look",   "claim", "confirm", "commit"};

constexpr std::array<std::string_view, 10> kOutcomes = {
    "rows_free", "skipped_invalid", "skipped_stale", "already_locked", "conflicting",
    "adopted",   "reconciled",      "withdrawn",     "failed",         "unprocessed"};

constexpr std::array<std::string_view, 20> kReasons = {
    "none",          "tag_empty",      "tag_invalid",  "tag_too_long",  "owner_invalid",      "date_invalid",
    "date_missing",  "date_in_future", "too_old",      "duplicate",     "duplicate_owner",    "other_owner",
    "unknown_value", "other_type",     "lock_expires", "not_confirmed", "no_longer_occupied", "redis_refused",
    "interrupted",   "not_replicated"};

constexpr std::array<std::string_view, 5> kLevels = {"default", "error", "warning", "info", "debug"};

std::string_view name_in(std::span<const std::string_view> names, std::int32_t number) {
  const bool is_known = number >= 0 && static_cast<std::size_t>(number) < names.size();
  return is_known ? names[static_cast<std::size_t>(number)] : std::string_view("unknown");
}

}  // namespace

std::string_view phase_name(std::int32_t phase) { return name_in(kPhases, phase); }
std::string_view outcome_name(std::int32_t outcome) { return name_in(kOutcomes, outcome); }
std::string_view reason_name(std::int32_t reason) { return name_in(kReasons, reason); }
std::string_view level_name(std::int32_t level) { return name_in(kLevels, level); }

}  // namespace lockrec::cli
