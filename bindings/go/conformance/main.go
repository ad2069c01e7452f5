// The conformance driver: answers each configuration on stdin by what Reconcile says; see tests/conformance/README.md.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"lockrec.invalid/lockrec"
)

type question struct {
	Config        map[string]json.RawMessage `json:"config"`
	Measure       bool                       `json:"measure"`
	CancelAfterMs *int64                     `json:"cancel_after_ms"`
}

func main() {
	if err := answerAll(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "conformance driver:", err)
		os.Exit(1)
	}
}

func answerAll(questions io.Reader, answers io.Writer) error {
	lines := bufio.NewReaderSize(questions, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := answerOne(line, answers); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func answerOne(line []byte, answers io.Writer) error {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return err
	}
	config, err := configFrom(asked.Config)
	if err != nil {
		return err
	}
	rows := []any{}
	if !asked.Measure {
		config.OnRow = func(row lockrec.RowReport) {
			rows = append(rows, []any{row.RowNumber, row.Tag, row.Owner, row.Outcome, row.Reason})
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if asked.CancelAfterMs != nil {
		defer time.AfterFunc(time.Duration(*asked.CancelAfterMs)*time.Millisecond, cancel).Stop()
	}
	start := time.Now()
	result, err := lockrec.Reconcile(ctx, config)
	wall := time.Since(start)
	answer := map[string]any{"rows": rows}
	if asked.Measure {
		answer["wall_us"] = wall.Microseconds()
	}
	var failure *lockrec.Error
	switch {
	case errors.Is(err, context.Canceled):
		return write(answers, map[string]any{"cancelled": true})
	case errors.As(err, &failure):
		result = failure.Result
	case err != nil:
		return err
	}
	answer["status"] = result.Status
	if answer["result"], err = fieldsOf(result); err != nil {
		return err
	}
	return write(answers, answer)
}

// fieldsOf leaves out what no two runs have in common.
func fieldsOf(result lockrec.Result) (map[string]any, error) {
	text, err := json.Marshal(result)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		return nil, err
	}
	for _, name := range []string{"elapsed_ms", "sheet_ms", "redis_ms"} {
		delete(fields, name)
	}
	return fields, nil
}

// write sorts the keys: encoding/json does so for maps.
func write(answers io.Writer, answer map[string]any) error {
	encoder := json.NewEncoder(answers)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(answer)
}
