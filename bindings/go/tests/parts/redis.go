// A private redis-server.

package parts

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Redis is a private redis-server on a UNIX socket.
type Redis struct {
	URL    string
	Server *Child
	socket string
}

// StartRedis returns when it answers.
func StartRedis(t testing.TB) *Redis {
	t.Helper()
	folder, err := os.MkdirTemp("", "lockrec-go-") // t.TempDir's names are too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	socket := filepath.Join(folder, "redis.sock")
	redis := &Redis{URL: "unix://" + socket, socket: socket}
	redis.Restart(t)
	return redis
}

// Restart starts it after it was killed; it has nothing then.
func (r *Redis) Restart(t testing.TB) {
	t.Helper()
	_ = os.Remove(r.socket)
	r.Server = Start(t, exec.Command("redis-server", "--port", "0", "--unixsocket", r.socket, "--save", ""))
	for end := time.Now().Add(10 * time.Second); r.Ask("PING") != "PONG"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("redis-server did not start")
		}
	}
}

// Ask runs one command.
func (r *Redis) Ask(command ...string) string {
	output, err := exec.Command("redis-cli", append([]string{"-s", r.socket}, command...)...).Output()
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(output))
}
