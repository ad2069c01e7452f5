// One table for each enum, so that a number and its word stand side by side.
#include "base/status.hpp"

#include <algorithm>
#include <span>

#include "lockrec/lockrec.h"

namespace lockrec {

namespace {

struct Name {
  std::int32_t number;
  const char* text;
};

struct Status {
  std::int32_t number;
  const char* text;
  bool is_retryable;
};

constexpr Status statuses[] = {
    {LOCKREC_OK, "LOCKREC_OK", false},
    {LOCKREC_PARTIAL, "LOCKREC_PARTIAL", true},
    {LOCKREC_SKIPPED, "LOCKREC_SKIPPED", false},
    {LOCKREC_E_ARGUMENT, "LOCKREC_E_ARGUMENT", false},
    {LOCKREC_E_CONFIG, "LOCKREC_E_CONFIG", false},
    {LOCKREC_E_CONFIG_TOO_NEW, "LOCKREC_E_CONFIG_TOO_NEW", false},
    {LOCKREC_E_DEADLINE, "LOCKREC_E_DEADLINE", true},
    {LOCKREC_E_CANCELLED, "LOCKREC_E_CANCELLED", false},
    {LOCKREC_E_SHEET_AUTH, "LOCKREC_E_SHEET_AUTH", false},
    {LOCKREC_E_SHEET_PERMISSION, "LOCKREC_E_SHEET_PERMISSION", false},
    {LOCKREC_E_SHEET_NOT_FOUND, "LOCKREC_E_SHEET_NOT_FOUND", false},
    {LOCKREC_E_SHEET_QUOTA, "LOCKREC_E_SHEET_QUOTA", true},
    {LOCKREC_E_SHEET_UNAVAILABLE, "LOCKREC_E_SHEET_UNAVAILABLE", true},
    {LOCKREC_E_SHEET_FORMAT, "LOCKREC_E_SHEET_FORMAT", false},
    {LOCKREC_E_REDIS_CONNECT, "LOCKREC_E_REDIS_CONNECT", true},
    {LOCKREC_E_REDIS_AUTH, "LOCKREC_E_REDIS_AUTH", false},
    {LOCKREC_E_REDIS_REFUSED, "LOCKREC_E_REDIS_REFUSED", true},
    {LOCKREC_E_REDIS_PROTOCOL, "LOCKREC_E_REDIS_PROTOCOL", false},
    {LOCKREC_E_NO_MEMORY, "LOCKREC_E_NO_MEMORY", true},
    {LOCKREC_E_INTERNAL, "LOCKREC_E_INTERNAL", false},
};

constexpr Name phases[] = {
    {LOCKREC_PHASE_CONFIG, "config"},   {LOCKREC_PHASE_TOKEN, "token"},   {LOCKREC_PHASE_SHEET, "sheet"},
    {LOCKREC_PHASE_CONNECT, "connect"}, {LOCKREC_PHASE_LOOK, "look"},     {LOCKREC_PHASE_CLAIM, "claim"},
    {LOCKREC_PHASE_CONFIRM, "confirm"}, {LOCKREC_PHASE_COMMIT, "commit"},
};

constexpr Name outcomes[] = {
    {LOCKREC_ROW_FREE, "rows_free"},
    {LOCKREC_ROW_SKIPPED_INVALID, "skipped_invalid"},
    {LOCKREC_ROW_SKIPPED_STALE, "skipped_stale"},
    {LOCKREC_ROW_ALREADY_LOCKED, "already_locked"},
    {LOCKREC_ROW_CONFLICTING, "conflicting"},
    {LOCKREC_ROW_ADOPTED, "adopted"},
    {LOCKREC_ROW_RECONCILED, "reconciled"},
    {LOCKREC_ROW_WITHDRAWN, "withdrawn"},
    {LOCKREC_ROW_FAILED, "failed"},
    {LOCKREC_ROW_UNPROCESSED, "unprocessed"},
};

constexpr Name reasons[] = {
    {LOCKREC_REASON_NONE, "none"},
    {LOCKREC_REASON_TAG_EMPTY, "tag_empty"},
    {LOCKREC_REASON_TAG_INVALID, "tag_invalid"},
    {LOCKREC_REASON_TAG_TOO_LONG, "tag_too_long"},
    {LOCKREC_REASON_OWNER_INVALID, "owner_invalid"},
    {LOCKREC_REASON_DATE_INVALID, "date_invalid"},
    {LOCKREC_REASON_DATE_MISSING, "date_missing"},
    {LOCKREC_REASON_DATE_IN_FUTURE, "date_in_future"},
    {LOCKREC_REASON_TOO_OLD, "too_old"},
    {LOCKREC_REASON_DUPLICATE, "duplicate"},
    {LOCKREC_REASON_DUPLICATE_OWNER, "duplicate_owner"},
    {LOCKREC_REASON_OTHER_OWNER, "other_owner"},
    {LOCKREC_REASON_UNKNOWN_VALUE, "unknown_value"},
    {LOCKREC_REASON_OTHER_TYPE, "other_type"},
    {LOCKREC_REASON_LOCK_EXPIRES, "lock_expires"},
    {LOCKREC_REASON_NOT_CONFIRMED, "not_confirmed"},
    {LOCKREC_REASON_NO_LONGER_OCCUPIED, "no_longer_occupied"},
    {LOCKREC_REASON_REDIS_REFUSED, "redis_refused"},
    {LOCKREC_REASON_INTERRUPTED, "interrupted"},
    {LOCKREC_REASON_NOT_REPLICATED, "not_replicated"},
};

template <class Entry>
const Entry* find(std::span<const Entry> table, std::int32_t number) {
  const auto found = std::ranges::find(table, number, &Entry::number);
  return found == table.end() ? nullptr : &*found;
}

template <class Entry>
const char* text_of(std::span<const Entry> table, std::int32_t number, const char* otherwise) {
  const auto* entry = find(table, number);
  return entry == nullptr ? otherwise : entry->text;
}

}  // namespace

const char* status_name(std::int32_t status) {
  return text_of(std::span<const Status>(statuses), status, "LOCKREC_UNKNOWN");
}

bool status_is_retryable(std::int32_t status) {
  const auto* entry = find(std::span<const Status>(statuses), status);
  return entry != nullptr && entry->is_retryable;
}

const char* phase_name(std::int32_t phase) { return text_of(std::span<const Name>(phases), phase, "unknown"); }

const char* outcome_name(std::int32_t outcome) { return text_of(std::span<const Name>(outcomes), outcome, "unknown"); }

const char* reason_name(std::int32_t reason) { return text_of(std::span<const Name>(reasons), reason, "unknown"); }

}  // namespace lockrec
