#include "reconcile/row_warnings.hpp"

#include <string>

#include "base/text.hpp"
#include "reconcile/plan.hpp"

namespace lockrec {

namespace {

struct Wording {
  std::int32_t reason;
  std::int32_t level;
  const char* kind;      // completes "37 ..."
  const char* sentence;  // follows the row's name
};

constexpr Wording wordings[] = {
    {LOCKREC_REASON_TAG_EMPTY, LOCKREC_LOG_WARNING, "occupied rows without a tag", "has no tag; no lock can be made"},
    {LOCKREC_REASON_TAG_INVALID, LOCKREC_LOG_WARNING, "rows with a tag that can't be used",
     "has a tag that can't be used; no lock can be made"},
    {LOCKREC_REASON_TAG_TOO_LONG, LOCKREC_LOG_WARNING, "rows with a tag that is too long",
     "has a tag above 512 bytes; no lock can be made"},
    {LOCKREC_REASON_OWNER_INVALID, LOCKREC_LOG_WARNING, "rows with an owner that can't be read",
     "has an owner that is not of the form MR(93); no lock can be made"},
    {LOCKREC_REASON_DATE_INVALID, LOCKREC_LOG_WARNING, "rows with a date that can't be read",
     "has a date that can't be read; no lock can be made"},
    {LOCKREC_REASON_DATE_MISSING, LOCKREC_LOG_WARNING, "occupied rows without a date",
     "is occupied without a date; its lock gets the date of this run"},
    {LOCKREC_REASON_DATE_IN_FUTURE, LOCKREC_LOG_WARNING, "rows dated in the future",
     "is dated in the future; its lock is kept all the same"},
    {LOCKREC_REASON_TOO_OLD, LOCKREC_LOG_INFO, "rows whose occupation is too old",
     "is older than max_age_ms; no lock is made"},
    {LOCKREC_REASON_DUPLICATE, LOCKREC_LOG_INFO, "rows that repeat a tag and its owner",
     "repeats an earlier row's tag"},
    {LOCKREC_REASON_OTHER_OWNER, LOCKREC_LOG_WARNING, "spools locked by another owner",
     "is locked by another owner, which is left alone: "},
    {LOCKREC_REASON_UNKNOWN_VALUE, LOCKREC_LOG_WARNING, "spools locked by a value that names no owner",
     "is locked by a value that names no owner, which is left alone: "},
    {LOCKREC_REASON_OTHER_TYPE, LOCKREC_LOG_WARNING, "lock keys that are no strings",
     "has a key in Redis that is not a string, which is left alone"},
    {LOCKREC_REASON_LOCK_EXPIRES, LOCKREC_LOG_WARNING, "locks of the right owner that will expire",
     "has its owner's lock, but that lock will expire: "},
    {LOCKREC_REASON_REDIS_REFUSED, LOCKREC_LOG_WARNING, "spools that Redis refused", "was refused by Redis: "},
    {LOCKREC_REASON_NOT_REPLICATED, LOCKREC_LOG_WARNING, "locks that too few replicas have",
     "has its lock on the master only: "},
    {LOCKREC_REASON_NO_LONGER_OCCUPIED, LOCKREC_LOG_INFO, "claims that were taken back",
     "is no longer occupied by that owner; the claim was taken back"},
};

const Wording* wording_for(std::int32_t reason) {
  for (const Wording& wording : wordings) {
    if (wording.reason == reason) return &wording;
  }
  return nullptr;
}

std::string name_of(const PlannedRow& row) {
  return "row " + std::to_string(row.number) + " (" + printable(row.tag, 64) + ", " + std::string(row.owner) + ") ";
}

}  // namespace

void warn_about(const PlannedRow& row, Log& log) { warn_about_lock(row, {}, log); }

void warn_about_lock(const PlannedRow& row, std::string_view value, Log& log) {
  if (row.reason == LOCKREC_REASON_NONE) return;
  const Wording* wording = wording_for(row.reason);
  if (wording == nullptr || !log.wants(wording->level)) return;
  log.row(wording->level, wording->kind, name_of(row) + wording->sentence + printable(value, 100));
}

void warn_about_two_owners(const PlannedRow& first, const PlannedRow& later, Log& log) {
  if (!log.wants(LOCKREC_LOG_WARNING)) return;
  log.row(LOCKREC_LOG_WARNING, "rows that repeat a tag with another owner",
          name_of(later) + "repeats the tag of row " + std::to_string(first.number) + " (" + std::string(first.owner) +
              ") with another owner; the first row stands");
}

}  // namespace lockrec
