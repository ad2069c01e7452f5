// Nothing of the C header is missing or named otherwise here.

package tests

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lockrec.invalid/lockrec"
	"lockrec.invalid/lockrec/tests/parts"
)

func header(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts.Root(t), "include", "lockrec", "lockrec.h"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func body(t *testing.T, start string) string {
	t.Helper()
	_, behind, found := strings.Cut(header(t), start+" {")
	inside, _, ended := strings.Cut(behind, "\n}")
	if !found || !ended {
		t.Fatalf("the header has no %s", start)
	}
	return inside
}

// constants maps the names of an enum, without their prefix, to their numbers.
func constants(t *testing.T, enum, prefix string) map[string]int32 {
	t.Helper()
	found := map[string]int32{}
	for _, match := range regexp.MustCompile(`LOCKREC_(\w+) = (-?\d+)`).FindAllStringSubmatch(body(t, "enum "+enum), -1) {
		number, err := strconv.Atoi(match[2])
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimPrefix(match[1], prefix)] = int32(number)
	}
	if len(found) < 4 {
		t.Fatalf("enum %s: only %v", enum, found)
	}
	return found
}

func TestWordsAreThoseOfTheHeader(t *testing.T) {
	words := func(enum, prefix string, word func(int32) fmt.Stringer) {
		for name, number := range constants(t, enum, prefix) {
			expect(t, enum, word(number).String(), strings.ToLower(name))
		}
		expect(t, enum, word(999).String(), "unknown 999")
	}
	words("lockrec_phase", "PHASE_", func(n int32) fmt.Stringer { return lockrec.Phase(n) })
	words("lockrec_cause", "CAUSE_", func(n int32) fmt.Stringer { return lockrec.Cause(n) })
	words("lockrec_outcome", "ROW_", func(n int32) fmt.Stringer { return lockrec.Outcome(n) })
	words("lockrec_reason", "REASON_", func(n int32) fmt.Stringer { return lockrec.Reason(n) })
}

func TestEveryNegativeStatusHasAnErrorOfItsOwn(t *testing.T) {
	kinds := map[error]string{}
	for name, number := range constants(t, "lockrec_status", "") {
		status := lockrec.Status(number)
		expect(t, "name", status.String(), "LOCKREC_"+name)
		if number >= 0 {
			continue
		}
		kind := (&lockrec.Error{Status: status}).Unwrap()[0]
		if other, taken := kinds[kind]; taken {
			t.Errorf("%s and %s are both %v", name, other, kind)
		}
		kinds[kind] = name
	}
	expect(t, "an unknown one", errors.Is(&lockrec.Error{Status: -999}, lockrec.ErrInternal), true)
}

func TestResultHasTheFieldsOfTheHeader(t *testing.T) {
	want := []string{}
	for _, match := range regexp.MustCompile(`(?m)^  \w+ (\w+)(?:\[\d+\])?;`).FindAllStringSubmatch(
		body(t, "typedef struct lockrec_result"), -1) {
		if match[1] != "struct_size" {
			want = append(want, match[1])
		}
	}
	got := []string{}
	fields := reflect.TypeOf(lockrec.Result{})
	for i := 0; i < fields.NumField(); i++ {
		got = append(got, fields.Field(i).Tag.Get("json"))
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
