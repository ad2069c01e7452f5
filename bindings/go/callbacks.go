// Log lines and rows on their way from C to the caller.

package lockrec

/*
#include "bridge.h"
*/
import "C"

import (
	"context"
	"log/slog"
	"runtime/cgo"
)

// levels goes from the most lines to the fewest.
var levels = []struct {
	c    C.int32_t
	slog slog.Level
}{
	{C.LOCKREC_LOG_DEBUG, slog.LevelDebug},
	{C.LOCKREC_LOG_INFO, slog.LevelInfo},
	{C.LOCKREC_LOG_WARNING, slog.LevelWarn},
	{C.LOCKREC_LOG_ERROR, slog.LevelError},
}

// wantedLevel keeps C from making lines that the logger would drop; LOCKREC_LOG_DEFAULT: it wants none.
func wantedLevel(ctx context.Context, logger *slog.Logger) C.int32_t {
	if logger != nil {
		for _, level := range levels {
			if logger.Enabled(ctx, level.slog) {
				return level.c
			}
		}
	}
	return C.LOCKREC_LOG_DEFAULT
}

func slogLevel(level C.int32_t) slog.Level {
	for _, known := range levels {
		if known.c == level {
			return known.slog
		}
	}
	return slog.LevelInfo
}

//export lockrecGoLog
func lockrecGoLog(handle C.uintptr_t, level C.int32_t, text *C.char, length C.uint64_t) {
	running := cgo.Handle(handle).Value().(*call)
	running.guarded(func() {
		running.logger.Log(running.ctx, slogLevel(level), C.GoStringN(text, C.int(length)))
	})
}

//export lockrecGoRow
func lockrecGoRow(handle C.uintptr_t, row *C.lockrec_row_report_t) {
	running := cgo.Handle(handle).Value().(*call)
	running.guarded(func() {
		running.onRow(RowReport{
			RowNumber: uint32(row.row_number),
			Tag:       C.GoString(row.tag),
			Owner:     C.GoString(row.owner),
			Outcome:   Outcome(row.outcome),
			Reason:    Reason(row.reason),
		})
	})
}

// guarded holds a panic back, which must not unwind through C: the call ends, and Reconcile panics with it.
func (c *call) guarded(callback func()) {
	if c.recovered != nil {
		return
	}
	defer func() {
		if c.recovered = recover(); c.recovered != nil {
			c.cancel()
		}
	}()
	callback()
}
