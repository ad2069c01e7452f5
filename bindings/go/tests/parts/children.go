// Package parts starts the real servers that the tests need, and ends them.
package parts

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// Root is the project's folder.
func Root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; folder != "/"; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "include", "lockrec", "lockrec.h")); err == nil {
			return folder
		}
	}
	t.Fatal("the tests run inside the project's folder")
	return ""
}

// Child is a process that ends with the test, also when the test is killed.
type Child struct {
	Command *exec.Cmd
	Ended   chan struct{}
}

// Start runs the command. The kernel's "parent" is the thread that forked, so that one stays until the child has ended.
func Start(t testing.TB, command *exec.Cmd) *Child {
	t.Helper()
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	child := &Child{command, make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer close(child.Ended)
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait()
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(child.Kill)
	return child
}

// Kill returns when the process has gone.
func (c *Child) Kill() {
	_ = c.Command.Process.Kill()
	<-c.Ended
}
