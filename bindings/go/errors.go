// How a call that did not finish is told.

package lockrec

import "errors"

// One value for each way in which a call can end early, for errors.Is.
var (
	ErrArgument         = errors.New("lockrec: a fault of the binding")
	ErrConfig           = errors.New("lockrec: a configuration value can't be used")
	ErrConfigTooNew     = errors.New("lockrec: the shared library is older than what is asked of it")
	ErrDeadline         = errors.New("lockrec: time ran out")
	ErrCancelled        = errors.New("lockrec: cancelled")
	ErrSheetAuth        = errors.New("lockrec: Google does not accept the credential")
	ErrSheetPermission  = errors.New("lockrec: the sheet may not be read")
	ErrSheetNotFound    = errors.New("lockrec: no such spreadsheet, worksheet or file")
	ErrSheetQuota       = errors.New("lockrec: Google's limit for reads")
	ErrSheetUnavailable = errors.New("lockrec: the sheet can't be reached")
	ErrSheetFormat      = errors.New("lockrec: what came is not that sheet")
	ErrRedisConnect     = errors.New("lockrec: no connection to Redis")
	ErrRedisAuth        = errors.New("lockrec: Redis refuses the user or the password")
	ErrRedisRefused     = errors.New("lockrec: Redis refuses the work")
	ErrRedisProtocol    = errors.New("lockrec: what answered does not speak Redis's protocol")
	ErrNoMemory         = errors.New("lockrec: out of memory")
	ErrInternal         = errors.New("lockrec: a fault of lockrec's own")

	// ErrLibrary: the liblockrec that was loaded is older than the one that the program was built with.
	ErrLibrary = errors.New("lockrec: the shared library is too old")
)

var errorsByStatus = map[Status]error{
	StatusArgument:         ErrArgument,
	StatusConfig:           ErrConfig,
	StatusConfigTooNew:     ErrConfigTooNew,
	StatusDeadline:         ErrDeadline,
	StatusCancelled:        ErrCancelled,
	StatusSheetAuth:        ErrSheetAuth,
	StatusSheetPermission:  ErrSheetPermission,
	StatusSheetNotFound:    ErrSheetNotFound,
	StatusSheetQuota:       ErrSheetQuota,
	StatusSheetUnavailable: ErrSheetUnavailable,
	StatusSheetFormat:      ErrSheetFormat,
	StatusRedisConnect:     ErrRedisConnect,
	StatusRedisAuth:        ErrRedisAuth,
	StatusRedisRefused:     ErrRedisRefused,
	StatusRedisProtocol:    ErrRedisProtocol,
	StatusNoMemory:         ErrNoMemory,
	StatusInternal:         ErrInternal,
}

// Error says that a call did not finish. Result has the counts all the same.
type Error struct {
	Status Status
	Result Result
	causes []error
}

// Error is the library's sentence, which a person can act on.
func (e *Error) Error() string {
	return "lockrec: " + e.Result.Message
}

// Retryable says whether the same call may succeed later without anybody's doing.
func (e *Error) Retryable() bool {
	return e.Status.Retryable()
}

// Timeout makes the error one of those that net.Error describes.
func (e *Error) Timeout() bool {
	return e.Status == StatusDeadline
}

// Unwrap gives errors.Is what it compares: the Err value, and what ended the context.
func (e *Error) Unwrap() []error {
	kind, known := errorsByStatus[e.Status]
	if !known {
		kind = ErrInternal
	}
	return append([]error{kind}, e.causes...)
}
