// The best that one would write in Go instead of lockrec: a participant of the benchmark (../../README.md).
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"
)

type job struct {
	Part            string `json:"part"`
	SpreadsheetID   string `json:"spreadsheet_id"`
	Worksheet       string `json:"worksheet"`
	SheetsEndpoint  string `json:"sheets_endpoint"`
	CredentialsFile string `json:"credentials_file"`
	CAFile          string `json:"ca_file"`
	RedisHost       string `json:"redis_host"`
	RedisPort       int    `json:"redis_port"`
	KeyPrefix       string `json:"key_prefix"`
	TimeZone        string `json:"time_zone"`
	MaxAgeMs        int64  `json:"max_age_ms"`
	RowsFile        string `json:"rows_file"`
}

type result struct {
	Seconds      float64 `json:"seconds"`
	SheetSeconds float64 `json:"sheet_seconds"`
	RedisSeconds float64 `json:"redis_seconds"`
	CPUSeconds   float64 `json:"cpu_seconds"`
	PeakKiB      int64   `json:"peak_kib"`
	Locks        int     `json:"locks"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "go peer:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("one argument: the job's path")
	}
	var j job
	if err := readJSON(os.Args[1], &j); err != nil {
		return err
	}
	var rows []row
	if j.Part == "redis" {
		if err := readJSON(j.RowsFile, &rows); err != nil {
			return err
		}
	}
	uuid.EnableRandPool()
	done, err := measured(&j, rows)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(done)
}

func measured(j *job, rows []row) (*result, error) {
	ctx := context.Background()
	clock, err := startClock()
	if err != nil {
		return nil, err
	}
	if j.Part != "redis" {
		if rows, err = readSheet(ctx, j); err != nil {
			return nil, err
		}
	}
	sheetSeconds := clock.seconds()
	occupied, err := occupiedRows(rows, j, time.Now())
	if err != nil {
		return nil, err
	}
	made, err := makeLocks(ctx, j, occupied)
	if err != nil {
		return nil, err
	}
	done, err := clock.stop()
	if err != nil {
		return nil, err
	}
	done.SheetSeconds, done.RedisSeconds, done.Locks = sheetSeconds, done.Seconds-sheetSeconds, made
	return done, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
