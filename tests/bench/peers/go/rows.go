package main

import (
	"strings"
	"time"

	"github.com/google/uuid"
)

// A row of the sheet: tag, owner, date.
type row [3]string

type lock struct{ key, value string }

const freeOwner = "DISPONIBLE"

// The rows that somebody works on, since not too long.
func occupiedRows(rows []row, j *job, now time.Time) ([]row, error) {
	zone, err := time.LoadLocation(j.TimeZone)
	if err != nil {
		return nil, err
	}
	oldest := now.Add(-time.Duration(j.MaxAgeMs) * time.Millisecond)
	occupied := rows[:0]
	for i := range rows {
		tag, owner, date := rows[i][0], rows[i][1], rows[i][2]
		if tag == "" || owner == "" || owner == freeOwner {
			continue
		}
		if _, ok := ownerNumber(owner); !ok {
			continue
		}
		if at, err := parseDate(date, zone); err == nil && !at.Before(oldest) {
			occupied = append(occupied, rows[i])
		}
	}
	return occupied, nil
}

func lockOf(r *row, j *job) (lock, error) {
	number, _ := ownerNumber(r[1])
	id, err := uuid.NewRandom()
	return lock{j.KeyPrefix + r[0], number + ":" + id.String() + ":" + r[2]}, err
}

// "MR(93)" is owner 93.
func ownerNumber(owner string) (string, bool) {
	_, rest, opened := strings.Cut(owner, "(")
	number, ok := strings.CutSuffix(rest, ")")
	if !opened || !ok || number == "" || strings.Trim(number, "0123456789") != "" {
		return "", false
	}
	return number, true
}

func parseDate(date string, zone *time.Location) (time.Time, error) {
	if len(date) == len("DD-MM-YYYY") {
		return time.ParseInLocation("02-01-2006", date, zone)
	}
	return time.ParseInLocation("02-01-2006 15:04:05", date, zone)
}
