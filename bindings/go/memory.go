// The configuration's copy in C's memory.

package lockrec

/*
#include "bridge.h"
#include <stdlib.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// block is C's memory with every text and row that a call lends: one allocation, one wipe.
type block struct {
	memory unsafe.Pointer
	length int
	used   int
}

// text is a value of Config and the C field that borrows it.
type text struct {
	name  string
	field **C.char
	value *string // nil = not given
}

var errNoMemory = errors.New("out of memory for the configuration")

// given is a text for which "" means the default.
func given(value *string) *string {
	if *value == "" {
		return nil
	}
	return value
}

func (c *call) fields(config *Config) []text {
	raw := &c.raw.config
	return []text{
		{"SpreadsheetID", &raw.spreadsheet_id, given(&config.SpreadsheetID)},
		{"SourceFile", &raw.source_file, given(&config.SourceFile)},
		{"Worksheet", &raw.worksheet, given(&config.Worksheet)},
		{"TagColumn", &raw.tag_column, given(&config.TagColumn)},
		{"OccupiedByColumn", &raw.occupied_by_column, given(&config.OccupiedByColumn)},
		{"OccupiedAtColumn", &raw.occupied_at_column, given(&config.OccupiedAtColumn)},
		{"FreeValue", &raw.free_value, config.FreeValue},
		{"TimeZone", &raw.time_zone, given(&config.TimeZone)},
		{"CredentialsJSON", &raw.credentials_json, given(&config.CredentialsJSON)},
		{"CredentialsFile", &raw.credentials_file, given(&config.CredentialsFile)},
		{"AccessToken", &raw.access_token, given(&config.AccessToken)},
		{"SheetsEndpoint", &raw.sheets_endpoint, given(&config.SheetsEndpoint)},
		{"TokenEndpoint", &raw.token_endpoint, given(&config.TokenEndpoint)},
		{"CAFile", &raw.ca_file, given(&config.CAFile)},
		{"RedisURL", &raw.redis_url, given(&config.RedisURL)},
		{"RedisUsername", &raw.redis_username, given(&config.RedisUsername)},
		{"RedisPassword", &raw.redis_password, given(&config.RedisPassword)},
		{"RedisCAFile", &raw.redis_ca_file, given(&config.RedisCAFile)},
		{"RedisCertFile", &raw.redis_cert_file, given(&config.RedisCertFile)},
		{"RedisKeyFile", &raw.redis_key_file, given(&config.RedisKeyFile)},
		{"SentinelUsername", &raw.sentinel_username, given(&config.SentinelUsername)},
		{"SentinelPassword", &raw.sentinel_password, given(&config.SentinelPassword)},
		{"KeyPrefix", &raw.key_prefix, config.KeyPrefix},
	}
}

// lend copies the configuration to C's memory. C would see a text that holds a NUL cut short there.
func (c *call) lend(config *Config) (Status, error) {
	c.raw = (*C.lockrec_go_call)(C.calloc(1, C.sizeof_lockrec_go_call))
	if c.raw == nil {
		return StatusNoMemory, errNoMemory
	}
	texts := c.fields(config)
	length := len(config.Rows) * C.sizeof_lockrec_row_t
	for _, text := range texts {
		if text.value != nil {
			if strings.IndexByte(*text.value, 0) >= 0 {
				return StatusConfig, fmt.Errorf("%s holds a NUL character", text.name)
			}
			length += len(*text.value) + 1
		}
	}
	for i := range config.Rows {
		row := &config.Rows[i]
		if name := cellWithNUL(row); name != "" {
			return StatusConfig, fmt.Errorf("Rows[%d].%s holds a NUL character", i, name)
		}
		length += len(row.Tag) + len(row.OccupiedBy) + len(row.OccupiedAt) + 3
	}
	if length > 0 {
		if c.lent.memory = C.calloc(1, C.size_t(length)); c.lent.memory == nil {
			return StatusNoMemory, errNoMemory
		}
		c.lent.length = length
	}
	c.lendRows(config.Rows)
	for _, text := range texts {
		if text.value != nil {
			*text.field = c.lent.put(*text.value)
		}
	}
	c.lendNumbers(config)
	return StatusOK, nil
}

// lendRows comes first: the rows need the alignment of the block's start.
func (c *call) lendRows(rows []Row) {
	if rows == nil {
		return
	}
	c.raw.config.flags |= C.LOCKREC_ROWS
	if len(rows) == 0 {
		return
	}
	cells := unsafe.Slice((*C.lockrec_row_t)(c.lent.memory), len(rows))
	c.lent.used = len(rows) * C.sizeof_lockrec_row_t
	for i := range rows {
		cells[i].tag = c.lent.put(rows[i].Tag)
		cells[i].occupied_by = c.lent.put(rows[i].OccupiedBy)
		cells[i].occupied_at = c.lent.put(rows[i].OccupiedAt)
	}
	c.raw.config.rows = &cells[0]
	c.raw.config.row_count = C.uint64_t(len(rows))
}

func (c *call) lendNumbers(config *Config) {
	raw := &c.raw.config
	raw.deadline_ms = C.int64_t(config.DeadlineMs)
	raw.max_age_ms = C.int64_t(config.MaxAgeMs)
	raw.safety_ttl_ms = C.int64_t(config.SafetyTTLMs)
	raw.fleet_ttl_ms = C.int64_t(config.FleetTTLMs)
	raw.wait_replicas = C.int64_t(config.WaitReplicas)
	raw.now_unix_ms = C.int64_t(config.NowUnixMs)
	raw.rows_max = C.int64_t(config.RowsMax)
	raw.body_bytes_max = C.int64_t(config.BodyBytesMax)
	if config.DryRun {
		raw.flags |= C.LOCKREC_DRY_RUN
	}
	if config.NoConfirm {
		raw.flags |= C.LOCKREC_NO_CONFIRM
	}
	if config.Env {
		raw.flags |= C.LOCKREC_ENV
	}
	if config.OnRow != nil {
		c.raw.wants_rows = 1
	}
	if level := wantedLevel(c.ctx, config.Logger); level != C.LOCKREC_LOG_DEFAULT {
		c.raw.wants_log = 1
		raw.log_level = level
	}
}

func cellWithNUL(row *Row) string {
	for _, cell := range []struct{ name, value string }{
		{"Tag", row.Tag}, {"OccupiedBy", row.OccupiedBy}, {"OccupiedAt", row.OccupiedAt},
	} {
		if strings.IndexByte(cell.value, 0) >= 0 {
			return cell.name
		}
	}
	return ""
}

// put copies a text behind the last one; the block is zero, so that a NUL follows.
func (b *block) put(value string) *C.char {
	memory := unsafe.Slice((*byte)(b.memory), b.length)
	start := b.used
	copy(memory[start:], value)
	b.used += len(value) + 1
	return (*C.char)(unsafe.Pointer(&memory[start]))
}
