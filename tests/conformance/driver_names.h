/* Names of the header's numbers for the C driver: the header has names for statuses only. */
#ifndef LOCKREC_DRIVER_NAMES_H
#define LOCKREC_DRIVER_NAMES_H

#include <stddef.h>
#include <stdint.h>

static inline const char *name_in(const char *const *names, size_t count, int32_t number) {
  return number >= 0 && (size_t)number < count ? names[number] : "unknown";
}

#define NAME_IN(names, number) name_in(names, sizeof(names) / sizeof *(names), number)

static inline const char *phase_name(int32_t phase) {
  static const char *const names[] = {"config", "token", "sheet", "connect", "look", "claim", "confirm", "commit"};
  return NAME_IN(names, phase);
}

static inline const char *cause_name(int32_t cause) {
  static const char *const names[] = {"none", "curl", "http", "errno", "redis"};
  return NAME_IN(names, cause);
}

static inline const char *outcome_name(int32_t outcome) {
  static const char *const names[] = {"free",    "skipped_invalid", "skipped_stale", "already_locked", "conflicting",
                                      "adopted", "reconciled",      "withdrawn",     "failed",         "unprocessed"};
  return NAME_IN(names, outcome);
}

static inline const char *reason_name(int32_t reason) {
  static const char *const names[] = {
      "none",          "tag_empty",      "tag_invalid",  "tag_too_long",  "owner_invalid",      "date_invalid",
      "date_missing",  "date_in_future", "too_old",      "duplicate",     "duplicate_owner",    "other_owner",
      "unknown_value", "other_type",     "lock_expires", "not_confirmed", "no_longer_occupied", "redis_refused",
      "interrupted",   "not_replicated"};
  return NAME_IN(names, reason);
}

#endif
