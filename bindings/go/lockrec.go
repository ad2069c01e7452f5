// Package lockrec gives a service its Redis locks back at start-up, from a Google Sheet.
//
// It is a thin layer over the shared library liblockrec, which is found with pkg-config. What the call does, and what every
// field means, is said in lockrec/lockrec.h; names here are the same, written as Go writes them.
package lockrec

/*
#cgo pkg-config: lockrec
#include "bridge.h"
#include <stdlib.h>
*/
import "C"

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"runtime/cgo"
	"sync/atomic"
	"time"
	"unsafe"
)

const deadlineMsDefault = 10000

// call is one run: what C borrows, and what the callbacks need.
type call struct {
	ctx       context.Context
	logger    *slog.Logger
	onRow     func(RowReport)
	raw       *C.lockrec_go_call
	lent      block
	recovered any // what a callback panicked with
}

// Reconcile restores the missing locks. It blocks for at most the deadline: config.DeadlineMs or ctx's, whichever is
// earlier. When ctx is cancelled it returns within 50 ms.
//
// The error is nil where the call finished: look at the counts of the Result then. Otherwise it is an *Error, which
// errors.Is finds to be one of this package's Err values, and ctx.Err() too where ctx ended the call. The Result is
// filled in either case. Every call is safe to repeat, and any number may run at once.
func Reconcile(ctx context.Context, config Config) (Result, error) {
	if err := checkLibrary(); err != nil {
		return failed(StatusConfigTooNew, err.Error(), ErrLibrary)
	}
	if err := ctx.Err(); err != nil {
		return notStarted(ctx)
	}
	deadline, hasDeadline := ctx.Deadline()
	if hasDeadline {
		remaining := time.Until(deadline)
		if remaining <= 0 {
			return failed(StatusDeadline, "the context's deadline had passed before the call", context.DeadlineExceeded)
		}
		config.DeadlineMs = earlier(config.DeadlineMs, remaining)
	}
	running := &call{ctx: ctx, logger: config.Logger, onRow: config.OnRow}
	defer running.free()
	if status, err := running.lend(&config); err != nil {
		return failed(status, err.Error())
	}
	handle := cgo.NewHandle(running)
	defer handle.Delete()
	running.raw.handle = C.uintptr_t(handle)
	result := running.run(hasDeadline)
	if running.recovered != nil {
		panic(running.recovered)
	}
	if result.Status >= 0 {
		return result, nil
	}
	return result, &Error{Status: result.Status, Result: result, causes: endedBy(ctx, deadline, hasDeadline)}
}

// run calls C. A context that is cancelled sets the flag; one that runs out has C's own deadline for that.
func (c *call) run(hasDeadline bool) Result {
	told := make(chan struct{})
	stop := context.AfterFunc(c.ctx, func() {
		defer close(told)
		if !hasDeadline || !errors.Is(c.ctx.Err(), context.DeadlineExceeded) {
			c.cancel()
		}
	})
	C.lockrec_go_run(c.raw)
	if !stop() {
		<-told
	}
	return resultFrom(&c.raw.result)
}

func (c *call) cancel() {
	atomic.StoreInt32((*int32)(unsafe.Pointer(&c.raw.cancel_flag)), 1)
}

// free is the one place where C's memory ends, with every secret in it.
func (c *call) free() {
	C.lockrec_go_free(c.lent.memory, C.size_t(c.lent.length))
	C.lockrec_go_free(unsafe.Pointer(c.raw), C.sizeof_lockrec_go_call)
}

// earlier rounds up: a context's deadline has passed when C says that time ran out.
func earlier(deadlineMs int64, remaining time.Duration) int64 {
	if deadlineMs == 0 {
		deadlineMs = deadlineMsDefault
	}
	return min(deadlineMs, int64(math.Ceil(float64(remaining)/float64(time.Millisecond))))
}

// endedBy says what of the context a call that did not finish is owed to.
func endedBy(ctx context.Context, deadline time.Time, hasDeadline bool) []error {
	if err := ctx.Err(); err != nil {
		return []error{err, context.Cause(ctx)}
	}
	if hasDeadline && !time.Now().Before(deadline) {
		return []error{context.DeadlineExceeded}
	}
	return nil
}

func notStarted(ctx context.Context) (Result, error) {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return failed(StatusDeadline, "the context's deadline had passed before the call", ctx.Err(), context.Cause(ctx))
	}
	return failed(StatusCancelled, "the context was cancelled before the call", ctx.Err(), context.Cause(ctx))
}

func failed(status Status, message string, causes ...error) (Result, error) {
	result := Result{Status: status, Message: message}
	return result, &Error{Status: status, Result: result, causes: causes}
}
