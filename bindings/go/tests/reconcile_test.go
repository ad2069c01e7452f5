// What the call returns, on a real Redis and a sheet over HTTPS.

package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"lockrec.invalid/lockrec"
	"lockrec.invalid/lockrec/tests/parts"
)

var ctx = context.Background()

func hoursAgo(hours int) string {
	return time.Now().UTC().Add(-time.Duration(hours) * time.Hour).Format("02-01-2006 15:04:05")
}

func row(tag, occupiedBy, occupiedAt string) lockrec.Row {
	return lockrec.Row{Tag: tag, OccupiedBy: occupiedBy, OccupiedAt: occupiedAt}
}

func report(number uint32, tag, owner string, outcome lockrec.Outcome, reason lockrec.Reason) lockrec.RowReport {
	return lockrec.RowReport{RowNumber: number, Tag: tag, Owner: owner, Outcome: outcome, Reason: reason}
}

func rowsConfig(redis *parts.Redis, rows ...lockrec.Row) lockrec.Config {
	return lockrec.Config{Rows: append([]lockrec.Row{}, rows...), TimeZone: "UTC", RedisURL: redis.URL}
}

func reconcile(t *testing.T, config lockrec.Config) lockrec.Result {
	t.Helper()
	result, err := lockrec.Reconcile(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func expect[Value comparable](t *testing.T, what string, got, want Value) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestSheetRestoresItsLocks(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	result := reconcile(t, emulator.Config(redis))
	expect(t, "status", result.Status, lockrec.StatusOK)
	expect(t, "phase", result.Phase, lockrec.PhaseCommit)
	expect(t, "rows", result.RowsTotal, 200)
	expect(t, "reconciled", result.Reconciled, 22)
	expect(t, "unconfirmed", result.Unconfirmed, 0)
	expect(t, "keys", redis.Ask("DBSIZE"), "22")
	again := reconcile(t, emulator.Config(redis))
	expect(t, "already locked", again.AlreadyLocked, 22)
}

func TestRowsAreTheSourceAndAreReported(t *testing.T) {
	redis := parts.StartRedis(t)
	var reports []lockrec.RowReport
	config := rowsConfig(redis, row("MK-1", "MR(93)", hoursAgo(1)), row("MK-2", "MR(93)", hoursAgo(25)),
		row("MK-3", "", ""), row("MK-4", "nobody", hoursAgo(1)), row("", "JP(7)", hoursAgo(1)))
	config.OnRow = func(report lockrec.RowReport) { reports = append(reports, report) }
	result := reconcile(t, config)
	expect(t, "reconciled", result.Reconciled, 1)
	expect(t, "skipped", result.Skipped(), 3)
	expect(t, "free", result.RowsFree, 1)
	expect(t, "life", redis.Ask("TTL", "spool_lock:MK-1"), "-1")
	want := []lockrec.RowReport{
		report(1, "MK-1", "MR(93)", lockrec.OutcomeReconciled, lockrec.ReasonNotConfirmed),
		report(2, "MK-2", "MR(93)", lockrec.OutcomeSkippedStale, lockrec.ReasonTooOld),
		report(4, "MK-4", "nobody", lockrec.OutcomeSkippedInvalid, lockrec.ReasonOwnerInvalid),
		report(5, "", "JP(7)", lockrec.OutcomeSkippedInvalid, lockrec.ReasonTagEmpty),
	}
	if !reflect.DeepEqual(reports, want) {
		t.Errorf("got %v", reports)
	}
}

func TestEmptyRowsAreASourceAndNoneAreNot(t *testing.T) {
	redis := parts.StartRedis(t)
	expect(t, "rows", reconcile(t, rowsConfig(redis)).RowsTotal, 0)
	_, err := lockrec.Reconcile(ctx, lockrec.Config{RedisURL: redis.URL, TimeZone: "UTC"})
	if !errors.Is(err, lockrec.ErrConfig) {
		t.Errorf("got %v", err)
	}
}

func TestEmptyPrefixAndFreeValueAreNotTheDefaults(t *testing.T) {
	redis := parts.StartRedis(t)
	config := rowsConfig(redis, row("MK-1", "MR(93)", hoursAgo(1)), row("MK-2", "DISPONIBLE", ""))
	config.KeyPrefix, config.FreeValue = lockrec.String(""), lockrec.String("")
	result := reconcile(t, config)
	expect(t, "invalid", result.SkippedInvalid, 1)
	expect(t, "lock", strings.HasPrefix(redis.Ask("GET", "MK-1"), "93:"), true)
	config.KeyPrefix, config.FreeValue = nil, nil
	result = reconcile(t, config)
	expect(t, "free", result.RowsFree, 1)
	expect(t, "lock", strings.HasPrefix(redis.Ask("GET", "spool_lock:MK-1"), "93:"), true)
}

func TestDryRunWritesNothing(t *testing.T) {
	redis := parts.StartRedis(t)
	config := rowsConfig(redis, row("MK-1", "MR(93)", hoursAgo(1)))
	config.DryRun = true
	expect(t, "would be reconciled", reconcile(t, config).Reconciled, 1)
	expect(t, "keys", redis.Ask("DBSIZE"), "0")
}

func TestNoConfirmDoesNotAskTheSheetAgain(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	config := emulator.Config(redis)
	config.NoConfirm = true
	expect(t, "unconfirmed", reconcile(t, config).Unconfirmed, 22)
}

func TestEnvGivesWhatTheConfigDoesNot(t *testing.T) {
	redis := parts.StartRedis(t)
	t.Setenv("REDIS_URL", redis.URL)
	t.Setenv("TIMEZONE", "UTC")
	reconcile(t, lockrec.Config{Env: true, Rows: []lockrec.Row{row("MK-1", "MR(93)", hoursAgo(1))}})
	expect(t, "keys", redis.Ask("DBSIZE"), "1")
}

func TestNumbersReachTheLibrary(t *testing.T) {
	redis := parts.StartRedis(t)
	config := rowsConfig(redis, row("MK-1", "MR(93)", "21-01-2026 14:30:00"))
	config.NowUnixMs = time.Date(2026, 1, 21, 14, 30, 2, 0, time.UTC).UnixMilli()
	config.MaxAgeMs = 2000
	expect(t, "at the edge", reconcile(t, config).Reconciled, 1)
	config.MaxAgeMs = 1999
	expect(t, "beyond it", reconcile(t, config).SkippedStale, 1)
	refused := func(name string, change func(*lockrec.Config)) {
		config := rowsConfig(redis, row("MK-1", "MR(93)", hoursAgo(1)), row("MK-2", "MR(93)", hoursAgo(1)))
		change(&config)
		_, err := lockrec.Reconcile(ctx, config)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	refused("deadline_ms", func(c *lockrec.Config) { c.DeadlineMs = -1 })
	refused("safety_ttl_ms", func(c *lockrec.Config) { c.SafetyTTLMs = 99 })
	refused("fleet_ttl_ms", func(c *lockrec.Config) { c.FleetTTLMs = -1 })
	refused("fleet_ttl_ms", func(c *lockrec.Config) { c.FleetTTLMs = 86400001 })
	refused("wait_replicas", func(c *lockrec.Config) { c.WaitReplicas = 101 })
	refused("body_bytes_max", func(c *lockrec.Config) { c.BodyBytesMax = -1 })
	refused("rows_max", func(c *lockrec.Config) { c.RowsMax = -1 })
}

func TestLinesReachSlogAtItsLevels(t *testing.T) {
	redis := parts.StartRedis(t)
	lines := func(level slog.Level) string {
		var output bytes.Buffer
		config := rowsConfig(redis, row("MK-1", "nobody", hoursAgo(1)))
		config.Logger = slog.New(slog.NewTextHandler(&output, &slog.HandlerOptions{Level: level}))
		reconcile(t, config)
		return output.String()
	}
	expect(t, "warning", strings.Contains(lines(slog.LevelWarn), "level=WARN"), true)
	expect(t, "no info", strings.Contains(lines(slog.LevelWarn), "level=INFO"), false)
	expect(t, "info", strings.Contains(lines(slog.LevelDebug), "level=INFO"), true)
	expect(t, "nothing", lines(slog.LevelError+1), "")
}

func TestResultIsJSONByTheHeadersNames(t *testing.T) {
	redis := parts.StartRedis(t)
	text, err := json.Marshal(reconcile(t, rowsConfig(redis, row("MK-1", "MR(93)", hoursAgo(1)))))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"status": 0.0, "status_name": "LOCKREC_OK", "phase": "commit", "cause_domain": "none",
		"reconciled": 1.0, "skipped": 0.0, "retryable": false} {
		expect(t, name, fields[name], want)
	}
}

func TestFiftyGoroutinesAtOnceShareTheWork(t *testing.T) {
	redis := parts.StartRedis(t)
	var rows []lockrec.Row
	for i := range make([]struct{}, 100) {
		rows = append(rows, row(fmt.Sprintf("MK-%d", i), "MR(93)", hoursAgo(1)))
	}
	results := make([]lockrec.Result, 50)
	var all sync.WaitGroup
	for i := range results {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			reported := 0
			config := rowsConfig(redis, rows...)
			config.OnRow = func(lockrec.RowReport) { reported++ }
			result, err := lockrec.Reconcile(ctx, config)
			if err != nil || reported != len(rows) {
				t.Errorf("%v, %d rows reported", err, reported)
			}
			results[i] = result
		}(i)
	}
	all.Wait()
	made := int64(0)
	for _, result := range results {
		made += result.Reconciled
		expect(t, "every row", result.Reconciled+result.AlreadyLocked+result.Adopted, 100)
	}
	expect(t, "keys", redis.Ask("DBSIZE"), "100")
	expect(t, "each lock is made once", made, 100)
}
