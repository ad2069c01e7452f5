// What a call that does not finish comes to, and what it leaves behind.

package tests

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"lockrec.invalid/lockrec"
	"lockrec.invalid/lockrec/tests/parts"
)

func TestErrorsAreKnownByIsAndAs(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	cases := []struct {
		google    string
		want      error
		status    lockrec.Status
		retryable bool
	}{
		{"not_found", lockrec.ErrSheetNotFound, lockrec.StatusSheetNotFound, false},
		{"not_shared", lockrec.ErrSheetPermission, lockrec.StatusSheetPermission, false},
		{"quota_429", lockrec.ErrSheetQuota, lockrec.StatusSheetQuota, true},
		{"unavailable_503", lockrec.ErrSheetUnavailable, lockrec.StatusSheetUnavailable, true},
		{"xlsx", lockrec.ErrSheetFormat, lockrec.StatusSheetFormat, false},
	}
	for _, known := range cases {
		emulator.Do(t, map[string]any{"op": "reset"})
		emulator.Do(t, map[string]any{"op": "fault", "where": []string{"metadata", "values"}, "times": 0,
			"kind": "google_error", "name": known.google})
		config := emulator.Config(redis)
		config.DeadlineMs = 1000
		result, err := lockrec.Reconcile(ctx, config)
		var failure *lockrec.Error
		if !errors.Is(err, known.want) || !errors.As(err, &failure) {
			t.Fatalf("%s: got %v", known.google, err)
		}
		expect(t, known.google, failure.Status, known.status)
		expect(t, "the result's status", result.Status, known.status)
		expect(t, "the error's result", failure.Result, result)
		expect(t, "retryable", failure.Retryable(), known.retryable)
		expect(t, "text", err.Error(), "lockrec: "+result.Message)
		expect(t, "another error", errors.Is(err, lockrec.ErrRedisAuth), false)
	}
}

func TestDeadRedisIsAConnectError(t *testing.T) {
	config := lockrec.Config{Rows: []lockrec.Row{row("MK-1", "MR(93)", hoursAgo(1))}, TimeZone: "UTC",
		RedisURL: "unix:///nonexistent/redis.sock", DeadlineMs: 300}
	result, err := lockrec.Reconcile(ctx, config)
	if !errors.Is(err, lockrec.ErrRedisConnect) {
		t.Fatal(err)
	}
	expect(t, "without lock", result.WithoutLock(), 1)
	expect(t, "of a context", errors.Is(err, context.DeadlineExceeded), false)
}

func TestDeadlineOfTheContextEndsTheCall(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	emulator.Hang(t)
	short, cancel := context.WithTimeout(ctx, 400*time.Millisecond)
	defer cancel()
	start := time.Now()
	result, err := lockrec.Reconcile(short, emulator.Config(redis))
	took := time.Since(start)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, lockrec.ErrDeadline) {
		t.Fatal(err)
	}
	var timeout interface{ Timeout() bool }
	expect(t, "a timeout", errors.As(err, &timeout) && timeout.Timeout(), true)
	expect(t, "phase", result.Phase, lockrec.PhaseSheet)
	if took < 390*time.Millisecond || took > 550*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}

func TestDeadlineOfTheConfigIsTheEarlierOne(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	emulator.Hang(t)
	long, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	config := emulator.Config(redis)
	config.DeadlineMs = 300
	start := time.Now()
	_, err := lockrec.Reconcile(long, config)
	if !errors.Is(err, lockrec.ErrDeadline) || errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 450*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}

func TestDeadlineOfTheContextNamesTheLastFailure(t *testing.T) {
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	_, err := lockrec.Reconcile(short, lockrec.Config{Rows: []lockrec.Row{row("MK-1", "MR(93)", hoursAgo(1))}, TimeZone: "UTC",
		RedisURL: "unix:///nonexistent/redis.sock"})
	if !errors.Is(err, lockrec.ErrRedisConnect) {
		t.Fatal(err)
	}
}

// earlyContext is done a little before its deadline, as one is whose timer and clock disagree.
type earlyContext struct{ context.Context }

func (c earlyContext) Deadline() (time.Time, bool) {
	deadline, given := c.Context.Deadline()
	return deadline.Add(200 * time.Millisecond), given
}

func TestContextThatRunsOutIsADeadlineAndNoCancel(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	emulator.Hang(t)
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	_, err := lockrec.Reconcile(earlyContext{short}, emulator.Config(redis))
	if !errors.Is(err, lockrec.ErrDeadline) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

func TestCancelledContextEndsTheCallAtOnce(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	emulator.Hang(t)
	reason := errors.New("the operator changed his mind")
	cancelled, cancel := context.WithCancelCause(ctx)
	var at time.Time
	time.AfterFunc(300*time.Millisecond, func() {
		at = time.Now()
		cancel(reason)
	})
	result, err := lockrec.Reconcile(cancelled, emulator.Config(redis))
	late := time.Since(at)
	for _, want := range []error{context.Canceled, lockrec.ErrCancelled, reason} {
		if !errors.Is(err, want) {
			t.Fatalf("%v is not %v", err, want)
		}
	}
	expect(t, "status", result.Status, lockrec.StatusCancelled)
	if late > 100*time.Millisecond {
		t.Errorf("it returned %v after the cancel", late)
	}
}

func TestContextThatIsDoneCallsNothing(t *testing.T) {
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err := lockrec.Reconcile(cancelled, lockrec.Config{})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, lockrec.ErrCancelled) {
		t.Errorf("got %v", err)
	}
	past, cancel := context.WithDeadline(ctx, time.Now().Add(-time.Second))
	defer cancel()
	_, err = lockrec.Reconcile(past, lockrec.Config{})
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, lockrec.ErrDeadline) {
		t.Errorf("got %v", err)
	}
}

func TestNULIsRefusedByTheFieldsName(t *testing.T) {
	for name, config := range map[string]lockrec.Config{
		"RedisPassword":      {RedisPassword: "se\x00cret"},
		"KeyPrefix":          {KeyPrefix: lockrec.String("\x00")},
		"Rows[1].OccupiedBy": {Rows: []lockrec.Row{{}, row("MK-1", "MR(93)\x00", "")}},
	} {
		_, err := lockrec.Reconcile(ctx, config)
		if !errors.Is(err, lockrec.ErrConfig) {
			t.Fatalf("%s: got %v", name, err)
		}
		expect(t, name, err.Error(), "lockrec: "+name+" holds a NUL character")
	}
}

type panicking struct{ slog.Handler }

func (panicking) Enabled(context.Context, slog.Level) bool  { return true }
func (panicking) Handle(context.Context, slog.Record) error { panic("in the log") }

func TestPanicInACallbackGoesOnAfterTheCall(t *testing.T) {
	redis := parts.StartRedis(t)
	panicOf := func(change func(*lockrec.Config)) (recovered any) {
		defer func() { recovered = recover() }()
		config := rowsConfig(redis, row("MK-1", "MR(93)", hoursAgo(1)), row("MK-2", "MR(93)", hoursAgo(1)))
		change(&config)
		_, err := lockrec.Reconcile(ctx, config)
		t.Errorf("it returned %v", err)
		return nil
	}
	reconcile(t, rowsConfig(redis)) // opens what the libraries keep for the whole process
	descriptors, calls := openDescriptors(t), 0
	expect(t, "row", panicOf(func(c *lockrec.Config) { c.OnRow = func(lockrec.RowReport) { calls++; panic("in a row") } }),
		any("in a row"))
	expect(t, "calls after the panic", calls, 1)
	expect(t, "log", panicOf(func(c *lockrec.Config) { c.Logger = slog.New(panicking{}) }), any("in the log"))
	// C's frames must have ended by themselves: Go would jump over them, and what they hold would stay.
	expect(t, "descriptors", openDescriptors(t), descriptors)
}

func TestNothingIsLeftBehind(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	call := func() {
		_, _ = lockrec.Reconcile(ctx, emulator.Config(redis))
		cancelled, cancel := context.WithCancel(ctx)
		time.AfterFunc(5*time.Millisecond, cancel)
		_, _ = lockrec.Reconcile(cancelled, emulator.Config(redis))
		short, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
		_, _ = lockrec.Reconcile(short, emulator.Config(redis))
		cancel()
	}
	call() // opens what the libraries keep for the whole process
	goroutines, descriptors := runtime.NumGoroutine(), openDescriptors(t)
	for range make([]struct{}, 20) {
		call()
	}
	time.Sleep(50 * time.Millisecond)
	if now := runtime.NumGoroutine(); now > goroutines {
		t.Errorf("%d goroutines were %d", now, goroutines)
	}
	if now := openDescriptors(t); now > descriptors {
		t.Errorf("%d descriptors were %d", now, descriptors)
	}
}

func openDescriptors(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestSecretsAreInNoErrorOrLog(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // accepts and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var lines strings.Builder
	config := lockrec.Config{Rows: []lockrec.Row{row("MK-1", "MR(93)", hoursAgo(1))}, TimeZone: "UTC", DeadlineMs: 200,
		RedisURL: "redis://someone:swordfish@" + listener.Addr().String(),
		Logger:   slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	_, err = lockrec.Reconcile(ctx, config)
	if err == nil || strings.Contains(err.Error()+lines.String(), "swordfish") {
		t.Errorf("got %v, and logged %s", err, lines.String())
	}
}
