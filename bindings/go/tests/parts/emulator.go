// The Sheets emulator, and orders to it.

package parts

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"lockrec.invalid/lockrec"
)

// Emulator is a Google Sheets API on the loopback.
type Emulator struct {
	URL             string `json:"url"`
	CAFile          string `json:"ca_file"`
	CredentialsFile string `json:"credentials_file"`
	SpreadsheetID   string `json:"spreadsheet_id"`
	TokenURL        string `json:"token_url"`

	orders  io.Writer
	answers *bufio.Reader
}

// StartEmulator returns when it serves a sheet of 200 rows, 22 of them occupied.
func StartEmulator(t testing.TB) *Emulator {
	t.Helper()
	key := filepath.Join(os.TempDir(), "lockrec-test-account-key.pem") // made once: RSA keys are slow to make
	command := exec.Command(filepath.Join(Root(t), "tests", "support", "sheets-emulator"),
		"--key-file", key, "--rows", "200", "--occupied", "22")
	orders, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	Start(t, command)
	emulator := &Emulator{orders: orders, answers: bufio.NewReader(answers)}
	emulator.read(t, emulator)
	return emulator
}

// Do sends one order, such as a fault; see tests/support/README.md.
func (e *Emulator) Do(t testing.TB, order map[string]any) {
	t.Helper()
	if err := json.NewEncoder(e.orders).Encode(order); err != nil {
		t.Fatal(err)
	}
	var answer struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	if e.read(t, &answer); !answer.OK {
		t.Fatal(answer.Error)
	}
}

// Hang lets every read of values wait for ever.
func (e *Emulator) Hang(t testing.TB) {
	t.Helper()
	e.Do(t, map[string]any{"op": "fault", "where": "values", "times": 0, "kind": "stall"})
}

// Config reads this sheet into that Redis.
func (e *Emulator) Config(redis *Redis) lockrec.Config {
	return lockrec.Config{SpreadsheetID: e.SpreadsheetID, CredentialsFile: e.CredentialsFile, SheetsEndpoint: e.URL,
		TokenEndpoint: e.TokenURL, CAFile: e.CAFile, RedisURL: redis.URL}
}

func (e *Emulator) read(t testing.TB, into any) {
	t.Helper()
	line, err := e.answers.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, into)
	}
	if err != nil {
		t.Fatalf("the emulator: %v", err)
	}
}
