// What a call came to.

package lockrec

/*
#include "bridge.h"
*/
import "C"

import "encoding/json"

// Result is what a call came to, also one that did not finish. Counts are of rows; RowsTotal is the sum of the ten outcomes.
type Result struct {
	Status      Status `json:"status"`
	Phase       Phase  `json:"phase"` // how far it got
	CauseDomain Cause  `json:"cause_domain"`
	CauseCode   int64  `json:"cause_code"` // 0 where there is none

	ElapsedMs int64 `json:"elapsed_ms"` // the whole call
	SheetMs   int64 `json:"sheet_ms"`   // reading rows, the token and the confirm read included
	RedisMs   int64 `json:"redis_ms"`   // waiting for Redis once the rows were there

	RowsTotal      int64 `json:"rows_total"`
	RowsFree       int64 `json:"rows_free"`       // nobody occupies
	SkippedInvalid int64 `json:"skipped_invalid"` // tag, owner or date can't be read
	SkippedStale   int64 `json:"skipped_stale"`   // older than MaxAgeMs
	AlreadyLocked  int64 `json:"already_locked"`  // the lock is there
	Conflicting    int64 `json:"conflicting"`     // locked by another owner, or by what is no lock; left alone
	Adopted        int64 `json:"adopted"`         // a half-made lock of the same owner, permanent now
	Reconciled     int64 `json:"reconciled"`      // was missing, is there now without expiry
	Withdrawn      int64 `json:"withdrawn"`       // claimed and taken back: the sheet no longer names that owner
	Failed         int64 `json:"failed"`          // Redis refused for this key alone
	Unprocessed    int64 `json:"unprocessed"`     // the deadline, a cancel or an error came first
	Unconfirmed    int64 `json:"unconfirmed"`     // of reconciled and adopted: committed without a confirm read

	Message string `json:"message"` // one sentence; never a secret
}

// StatusName is the status as the C header writes it: "LOCKREC_E_DEADLINE".
func (r Result) StatusName() string {
	return r.Status.String()
}

// Retryable says whether the same call may succeed later without anybody's doing.
func (r Result) Retryable() bool {
	return r.Status.Retryable()
}

// Skipped counts the rows that were left out for what they say themselves: unreadable or too old.
func (r Result) Skipped() int64 {
	return r.SkippedInvalid + r.SkippedStale
}

// WithoutLock counts the occupied spools that are not known to have a lock.
func (r Result) WithoutLock() int64 {
	return r.Unprocessed + r.Failed
}

// MarshalJSON writes every field by its C name, and status_name, skipped and retryable.
func (r Result) MarshalJSON() ([]byte, error) {
	type fields Result
	return json.Marshal(struct {
		fields
		StatusName string `json:"status_name"`
		Skipped    int64  `json:"skipped"`
		Retryable  bool   `json:"retryable"`
	}{fields(r), r.StatusName(), r.Skipped(), r.Retryable()})
}

func resultFrom(raw *C.lockrec_result_t) Result {
	return Result{
		Status:         Status(raw.status),
		Phase:          Phase(raw.phase),
		CauseDomain:    Cause(raw.cause_domain),
		CauseCode:      int64(raw.cause_code),
		ElapsedMs:      int64(raw.elapsed_ms),
		SheetMs:        int64(raw.sheet_ms),
		RedisMs:        int64(raw.redis_ms),
		RowsTotal:      int64(raw.rows_total),
		RowsFree:       int64(raw.rows_free),
		SkippedInvalid: int64(raw.skipped_invalid),
		SkippedStale:   int64(raw.skipped_stale),
		AlreadyLocked:  int64(raw.already_locked),
		Conflicting:    int64(raw.conflicting),
		Adopted:        int64(raw.adopted),
		Reconciled:     int64(raw.reconciled),
		Withdrawn:      int64(raw.withdrawn),
		Failed:         int64(raw.failed),
		Unprocessed:    int64(raw.unprocessed),
		Unconfirmed:    int64(raw.unconfirmed),
		Message:        C.GoString(&raw.message[0]),
	}
}
