// Restores the locks, then goes on whatever happened.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"lockrec.invalid/lockrec"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	result, err := lockrec.Reconcile(ctx, lockrec.Config{
		Env:    true, // GOOGLE_SHEET_ID, GOOGLE_APPLICATION_CREDENTIALS and REDIS_URL say where
		Logger: slog.Default(), SheetsEndpoint: os.Getenv("SHEETS_ENDPOINT"), CAFile: os.Getenv("SHEETS_CA_FILE"),
	})
	if err != nil {
		slog.Warn("locks were not restored", "error", err)
	}
	slog.Info("locks", "restored", result.Reconciled, "already there", result.AlreadyLocked, "skipped", result.Skipped())
}
