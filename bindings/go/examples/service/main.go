// A workshop's service: its locks are there before the first request, and it starts whatever happens.
//
// GOOGLE_SHEET_ID=… GOOGLE_APPLICATION_CREDENTIALS=… REDIS_URL=… ADDR=127.0.0.1:8080 go run .
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"lockrec.invalid/lockrec"
)

func main() {
	if err := run(); err != nil {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	options, err := redis.ParseURL(setting("REDIS_URL", "redis://127.0.0.1:6379/0"))
	if err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	locks := redis.NewClient(options)
	defer locks.Close()
	timeout, err := time.ParseDuration(setting("LOCKREC_TIMEOUT", "10s"))
	if err != nil {
		return fmt.Errorf("LOCKREC_TIMEOUT: %w", err)
	}

	result := restoreLocks(ctx, timeout)

	listener, err := net.Listen("tcp", setting("ADDR", "127.0.0.1:8080"))
	if err != nil {
		return err
	}
	server := &http.Server{Handler: routes(locks, result), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { server.Close() })
	slog.Info("serving", "address", listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// restoreLocks never fails: without it, locks are made on demand.
func restoreLocks(ctx context.Context, timeout time.Duration) lockrec.Result {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	result, err := lockrec.Reconcile(ctx, lockrec.Config{
		Env:            true,
		Logger:         slog.Default(),
		SheetsEndpoint: os.Getenv("SHEETS_ENDPOINT"), // this and the next are for tests; a real service leaves them out
		CAFile:         os.Getenv("SHEETS_CA_FILE"),
	})
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		slog.Warn("Redis reconciliation timed out after "+timeout.String()+". Locks will be created on-demand.",
			"error", err, "without_lock", withoutLock(result))
	case err != nil:
		slog.Warn("Redis reconciliation failed", "error", err, "status", result.StatusName(),
			"retryable", result.Retryable(), "without_lock", withoutLock(result))
	default:
		slog.Info("Redis reconciliation complete", "created", result.Reconciled+result.Adopted, "skipped", result.Skipped(),
			"already_there", result.AlreadyLocked, "conflicting", result.Conflicting, "elapsed_ms", result.ElapsedMs)
	}
	return result
}

// withoutLock is unknown where no rows were read.
func withoutLock(result lockrec.Result) any {
	if result.RowsTotal == 0 {
		return "unknown"
	}
	return result.WithoutLock()
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
