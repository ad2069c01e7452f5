package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What was in use when the clock started.
type clock struct {
	start     time.Time
	cpu       time.Duration
	memoryKiB int64
}

func startClock() (*clock, error) {
	// What reading the job left behind is not the work's: neither to be collected nor to be used again.
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // VmHWM starts again from VmRSS
		return nil, err
	}
	memory, err := statusKiB("VmRSS:")
	if err != nil {
		return nil, err
	}
	return &clock{cpu: cpuTime(), memoryKiB: memory, start: time.Now()}, nil
}

func (c *clock) seconds() float64 { return time.Since(c.start).Seconds() }

func (c *clock) stop() (*result, error) {
	seconds, cpu := c.seconds(), cpuTime()-c.cpu
	peak, err := statusKiB("VmHWM:")
	return &result{Seconds: seconds, CPUSeconds: cpu.Seconds(), PeakKiB: peak - c.memoryKiB}, err
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func statusKiB(name string) (int64, error) {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == name {
			return strconv.ParseInt(fields[1], 10, 64)
		}
	}
	return 0, fmt.Errorf("no %s in /proc/self/status", name)
}
