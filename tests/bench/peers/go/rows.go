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

func locksOf(rows []row, j *job, now time.Time) ([]lock, error) {
	zone, err := time.LoadLocation(j.TimeZone)
	if err != nil {
		return nil, err
	}
	oldest := now.Add(-time.Duration(j.MaxAgeMs) * time.Millisecond)
	var locks []lock
	for i := range rows {
		tag, owner, date := rows[i][0], rows[i][1], rows[i][2]
		if tag == "" || owner == "" || owner == freeOwner {
			continue
		}
		number, ok := ownerNumber(owner)
		if !ok {
			continue
		}
		occupied, err := parseDate(date, zone)
		if err != nil || occupied.Before(oldest) {
			continue
		}
		id, err := uuid.NewRandom()
		if err != nil {
			return nil, err
		}
		locks = append(locks, lock{j.KeyPrefix + tag, number + ":" + id.String() + ":" + date})
	}
	return locks, nil
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
