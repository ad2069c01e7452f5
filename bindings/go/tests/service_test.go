// The example service, started as its users would: with a sheet, with one that hangs, without Redis.

package tests

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lockrec.invalid/lockrec/tests/parts"
)

type service struct {
	t       *testing.T
	address string
	log     string // what it wrote before it served
	took    time.Duration
}

func buildService(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "service")
	run(t, filepath.Join(parts.Root(t), "bindings", "go", "examples", "service"), nil, "go", "build", "-o", program, ".")
	return program
}

var serving = regexp.MustCompile(`msg=serving address=(\S+)|serving address=(\S+)`)

func startService(t *testing.T, program string, settings ...string) *service {
	t.Helper()
	command := exec.Command(program)
	command.Env = append(append(os.Environ(), "ADDR=127.0.0.1:0"), settings...)
	output, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	parts.Start(t, command)
	started := &service{t: t}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if match := serving.FindStringSubmatch(lines.Text()); match != nil {
			started.address = match[1] + match[2]
			started.took = time.Since(start)
			go func() { _, _ = io.Copy(io.Discard, output) }()
			return started
		}
		started.log += lines.Text() + "\n"
	}
	t.Fatalf("the service did not start:\n%s", started.log)
	return nil
}

func (s *service) get(path string, status int) map[string]any {
	s.t.Helper()
	reply, err := http.Get("http://" + s.address + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer reply.Body.Close()
	expect(s.t, path, reply.StatusCode, status)
	var fields map[string]any
	if err := json.NewDecoder(reply.Body).Decode(&fields); err != nil {
		s.t.Fatal(err)
	}
	return fields
}

func TestServiceHasItsLocksBeforeTheFirstRequest(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	started := startService(t, buildService(t), sheetSettings(redis, emulator)...)
	expect(t, "locks", redis.Ask("DBSIZE"), "22")
	expect(t, "health", started.get("/healthz", 200)["status"], any("ok"))
	result := started.get("/lockrec", 200)
	expect(t, "status", result["status_name"], any("LOCKREC_OK"))
	expect(t, "reconciled", result["reconciled"], any(22.0))
	tag := strings.TrimPrefix(strings.Split(redis.Ask("KEYS", "spool_lock:*"), "\n")[0], "spool_lock:")
	worker, ok := started.get("/spools/"+tag, 200)["worker_id"].(float64)
	expect(t, "a worker", ok && worker > 0, true)
	expect(t, "nobody", started.get("/spools/NO-SUCH", 200)["worker_id"], nil)
	expect(t, started.log, strings.Contains(started.log, "Redis reconciliation complete created=22"), true)
}

func TestServiceStartsWhileTheSheetHangs(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	emulator.Hang(t)
	started := startService(t, buildService(t), append(sheetSettings(redis, emulator), "LOCKREC_TIMEOUT=1s")...)
	if started.took > 2*time.Second {
		t.Errorf("it took %v", started.took)
	}
	expect(t, "health", started.get("/healthz", 200)["status"], any("ok"))
	expect(t, "status", started.get("/lockrec", 200)["status_name"], any("LOCKREC_E_DEADLINE"))
	expect(t, "nobody", started.get("/spools/MK-1", 200)["worker_id"], nil)
	said := "Redis reconciliation timed out after 1s. Locks will be created on-demand."
	expect(t, started.log, strings.Contains(started.log, said), true)
}

func TestServiceStartsWithoutRedisAndServesWhenItIsBack(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	redis.Server.Kill()
	started := startService(t, buildService(t), append(sheetSettings(redis, emulator), "LOCKREC_TIMEOUT=1s")...)
	if started.took > 2*time.Second {
		t.Errorf("it took %v", started.took)
	}
	expect(t, "health", started.get("/healthz", 200)["status"], any("ok"))
	expect(t, "status", started.get("/lockrec", 200)["status_name"], any("LOCKREC_E_REDIS_CONNECT"))
	expect(t, "without lock", started.get("/lockrec", 200)["unprocessed"], any(22.0))
	started.get("/spools/MK-1", 503)
	redis.Restart(t)
	expect(t, "nobody", started.get("/spools/MK-1", 200)["worker_id"], nil)
}
