// The header's numbers as types of Go, and their words.

package lockrec

/*
#include "bridge.h"
*/
import "C"

import "strconv"

// Status is how a call ended. 0 and above: it finished. Below: it did not; rows that were not settled are unprocessed.
type Status int32

// The numbers never change.
const (
	StatusOK               Status = C.LOCKREC_OK
	StatusPartial          Status = C.LOCKREC_PARTIAL
	StatusSkipped          Status = C.LOCKREC_SKIPPED
	StatusArgument         Status = C.LOCKREC_E_ARGUMENT
	StatusConfig           Status = C.LOCKREC_E_CONFIG
	StatusConfigTooNew     Status = C.LOCKREC_E_CONFIG_TOO_NEW
	StatusDeadline         Status = C.LOCKREC_E_DEADLINE
	StatusCancelled        Status = C.LOCKREC_E_CANCELLED
	StatusSheetAuth        Status = C.LOCKREC_E_SHEET_AUTH
	StatusSheetPermission  Status = C.LOCKREC_E_SHEET_PERMISSION
	StatusSheetNotFound    Status = C.LOCKREC_E_SHEET_NOT_FOUND
	StatusSheetQuota       Status = C.LOCKREC_E_SHEET_QUOTA
	StatusSheetUnavailable Status = C.LOCKREC_E_SHEET_UNAVAILABLE
	StatusSheetFormat      Status = C.LOCKREC_E_SHEET_FORMAT
	StatusRedisConnect     Status = C.LOCKREC_E_REDIS_CONNECT
	StatusRedisAuth        Status = C.LOCKREC_E_REDIS_AUTH
	StatusRedisRefused     Status = C.LOCKREC_E_REDIS_REFUSED
	StatusRedisProtocol    Status = C.LOCKREC_E_REDIS_PROTOCOL
	StatusNoMemory         Status = C.LOCKREC_E_NO_MEMORY
	StatusInternal         Status = C.LOCKREC_E_INTERNAL
)

// String is the status as the C header writes it: "LOCKREC_E_DEADLINE".
func (s Status) String() string {
	return C.GoString(C.lockrec_status_name(C.int32_t(s)))
}

// Retryable says whether the same call may succeed later without anybody's doing.
func (s Status) Retryable() bool {
	return C.lockrec_status_is_retryable(C.int32_t(s)) != 0
}

// Phase is how far a call got.
type Phase int32

// What the C header says about each holds here.
const (
	PhaseConfig  Phase = C.LOCKREC_PHASE_CONFIG
	PhaseToken   Phase = C.LOCKREC_PHASE_TOKEN
	PhaseSheet   Phase = C.LOCKREC_PHASE_SHEET
	PhaseConnect Phase = C.LOCKREC_PHASE_CONNECT
	PhaseLook    Phase = C.LOCKREC_PHASE_LOOK
	PhaseClaim   Phase = C.LOCKREC_PHASE_CLAIM
	PhaseConfirm Phase = C.LOCKREC_PHASE_CONFIRM
	PhaseCommit  Phase = C.LOCKREC_PHASE_COMMIT
)

var phaseNames = map[Phase]string{
	PhaseConfig:  "config",
	PhaseToken:   "token",
	PhaseSheet:   "sheet",
	PhaseConnect: "connect",
	PhaseLook:    "look",
	PhaseClaim:   "claim",
	PhaseConfirm: "confirm",
	PhaseCommit:  "commit",
}

func (p Phase) String() string {
	return nameOf(phaseNames, p)
}

// MarshalText makes it a word in JSON.
func (p Phase) MarshalText() ([]byte, error) {
	return []byte(p.String()), nil
}

// Cause is what kind of number Result.CauseCode is.
type Cause int32

// What the C header says about each holds here.
const (
	CauseNone  Cause = C.LOCKREC_CAUSE_NONE
	CauseCurl  Cause = C.LOCKREC_CAUSE_CURL
	CauseHttp  Cause = C.LOCKREC_CAUSE_HTTP
	CauseErrno Cause = C.LOCKREC_CAUSE_ERRNO
	CauseRedis Cause = C.LOCKREC_CAUSE_REDIS
)

var causeNames = map[Cause]string{
	CauseNone:  "none",
	CauseCurl:  "curl",
	CauseHttp:  "http",
	CauseErrno: "errno",
	CauseRedis: "redis",
}

func (c Cause) String() string {
	return nameOf(causeNames, c)
}

// MarshalText makes it a word in JSON.
func (c Cause) MarshalText() ([]byte, error) {
	return []byte(c.String()), nil
}

// Outcome is where a row ended up: its text is the name of that count.
type Outcome int32

// What the C header says about each holds here.
const (
	OutcomeFree           Outcome = C.LOCKREC_ROW_FREE
	OutcomeSkippedInvalid Outcome = C.LOCKREC_ROW_SKIPPED_INVALID
	OutcomeSkippedStale   Outcome = C.LOCKREC_ROW_SKIPPED_STALE
	OutcomeAlreadyLocked  Outcome = C.LOCKREC_ROW_ALREADY_LOCKED
	OutcomeConflicting    Outcome = C.LOCKREC_ROW_CONFLICTING
	OutcomeAdopted        Outcome = C.LOCKREC_ROW_ADOPTED
	OutcomeReconciled     Outcome = C.LOCKREC_ROW_RECONCILED
	OutcomeWithdrawn      Outcome = C.LOCKREC_ROW_WITHDRAWN
	OutcomeFailed         Outcome = C.LOCKREC_ROW_FAILED
	OutcomeUnprocessed    Outcome = C.LOCKREC_ROW_UNPROCESSED
)

var outcomeNames = map[Outcome]string{
	OutcomeFree:           "free",
	OutcomeSkippedInvalid: "skipped_invalid",
	OutcomeSkippedStale:   "skipped_stale",
	OutcomeAlreadyLocked:  "already_locked",
	OutcomeConflicting:    "conflicting",
	OutcomeAdopted:        "adopted",
	OutcomeReconciled:     "reconciled",
	OutcomeWithdrawn:      "withdrawn",
	OutcomeFailed:         "failed",
	OutcomeUnprocessed:    "unprocessed",
}

func (o Outcome) String() string {
	return nameOf(outcomeNames, o)
}

// MarshalText makes it a word in JSON.
func (o Outcome) MarshalText() ([]byte, error) {
	return []byte(o.String()), nil
}

// Reason is why a row ended up there, where its outcome alone does not say it.
type Reason int32

// What the C header says about each holds here.
const (
	ReasonNone             Reason = C.LOCKREC_REASON_NONE
	ReasonTagEmpty         Reason = C.LOCKREC_REASON_TAG_EMPTY
	ReasonTagInvalid       Reason = C.LOCKREC_REASON_TAG_INVALID
	ReasonTagTooLong       Reason = C.LOCKREC_REASON_TAG_TOO_LONG
	ReasonOwnerInvalid     Reason = C.LOCKREC_REASON_OWNER_INVALID
	ReasonDateInvalid      Reason = C.LOCKREC_REASON_DATE_INVALID
	ReasonDateMissing      Reason = C.LOCKREC_REASON_DATE_MISSING
	ReasonDateInFuture     Reason = C.LOCKREC_REASON_DATE_IN_FUTURE
	ReasonTooOld           Reason = C.LOCKREC_REASON_TOO_OLD
	ReasonDuplicate        Reason = C.LOCKREC_REASON_DUPLICATE
	ReasonDuplicateOwner   Reason = C.LOCKREC_REASON_DUPLICATE_OWNER
	ReasonOtherOwner       Reason = C.LOCKREC_REASON_OTHER_OWNER
	ReasonUnknownValue     Reason = C.LOCKREC_REASON_UNKNOWN_VALUE
	ReasonOtherType        Reason = C.LOCKREC_REASON_OTHER_TYPE
	ReasonLockExpires      Reason = C.LOCKREC_REASON_LOCK_EXPIRES
	ReasonNotConfirmed     Reason = C.LOCKREC_REASON_NOT_CONFIRMED
	ReasonNoLongerOccupied Reason = C.LOCKREC_REASON_NO_LONGER_OCCUPIED
	ReasonRedisRefused     Reason = C.LOCKREC_REASON_REDIS_REFUSED
	ReasonInterrupted      Reason = C.LOCKREC_REASON_INTERRUPTED
	ReasonNotReplicated    Reason = C.LOCKREC_REASON_NOT_REPLICATED
)

var reasonNames = map[Reason]string{
	ReasonNone:             "none",
	ReasonTagEmpty:         "tag_empty",
	ReasonTagInvalid:       "tag_invalid",
	ReasonTagTooLong:       "tag_too_long",
	ReasonOwnerInvalid:     "owner_invalid",
	ReasonDateInvalid:      "date_invalid",
	ReasonDateMissing:      "date_missing",
	ReasonDateInFuture:     "date_in_future",
	ReasonTooOld:           "too_old",
	ReasonDuplicate:        "duplicate",
	ReasonDuplicateOwner:   "duplicate_owner",
	ReasonOtherOwner:       "other_owner",
	ReasonUnknownValue:     "unknown_value",
	ReasonOtherType:        "other_type",
	ReasonLockExpires:      "lock_expires",
	ReasonNotConfirmed:     "not_confirmed",
	ReasonNoLongerOccupied: "no_longer_occupied",
	ReasonRedisRefused:     "redis_refused",
	ReasonInterrupted:      "interrupted",
	ReasonNotReplicated:    "not_replicated",
}

func (r Reason) String() string {
	return nameOf(reasonNames, r)
}

// MarshalText makes it a word in JSON.
func (r Reason) MarshalText() ([]byte, error) {
	return []byte(r.String()), nil
}

// nameOf has an answer for what a newer library may say, too.
func nameOf[Number ~int32](names map[Number]string, number Number) string {
	if name, known := names[number]; known {
		return name
	}
	return "unknown " + strconv.Itoa(int(number))
}
