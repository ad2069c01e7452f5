// No copy of a secret stays in C's memory.

package tests

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"lockrec.invalid/lockrec"
)

const (
	regionBytesMax = 256 << 20 // longer ones are reserved addresses, such as the race detector's
	goHeapBytesMax = 4 << 30
)

// inGoHeap knows where Go's heap is by an object in it: it lies in one piece.
func inGoHeap(address int64, object []byte) bool {
	distance := address - int64(uintptr(unsafe.Pointer(&object[0])))
	return -goHeapBytesMax < distance && distance < goHeapBytesMax
}

// copiesOutsideGo looks through what is writable and no file's.
func copiesOutsideGo(t *testing.T, secret []byte) []string {
	t.Helper()
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	defer maps.Close()
	memory, err := os.Open("/proc/self/mem")
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	found := []string{}
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var start, end, inode int64
		var rights, offset, device string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s %s %s %d", &start, &end, &rights, &offset, &device, &inode); err != nil ||
			!strings.HasPrefix(rights, "rw") || inode != 0 || inGoHeap(start, secret) || end-start > regionBytesMax {
			continue
		}
		region := make([]byte, end-start)
		if n, _ := memory.ReadAt(region, start); bytes.Contains(region[:n], secret) {
			found = append(found, lines.Text())
		}
	}
	return found
}

func TestSecretsAreOverwrittenBeforeTheyAreFreed(t *testing.T) {
	secret := []byte(fmt.Sprintf("swordfish-%d-%s", os.Getpid(), strings.Repeat("x", 20)))
	config := lockrec.Config{Rows: []lockrec.Row{row("MK-1", "MR(93)", hoursAgo(1))}, TimeZone: "UTC", DeadlineMs: 200,
		RedisURL: "unix:///nonexistent/redis.sock", RedisUsername: "someone", RedisPassword: string(secret)}
	during := 0
	config.OnRow = func(lockrec.RowReport) { during = len(copiesOutsideGo(t, secret)) }
	if _, err := lockrec.Reconcile(ctx, config); err == nil {
		t.Fatal("there is no such Redis")
	}
	if during == 0 {
		t.Error("the search finds nothing while C borrows the secret")
	}
	if found := copiesOutsideGo(t, secret); len(found) > 0 {
		t.Errorf("still there: %v", found)
	}
}
