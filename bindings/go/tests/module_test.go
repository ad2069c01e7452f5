// The module works outside the project's folder, and the quick start does what the README says.

package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lockrec.invalid/lockrec/tests/parts"
)

func run(t *testing.T, folder string, environment []string, command ...string) string {
	t.Helper()
	process := exec.Command(command[0], command[1:]...)
	process.Dir = folder
	process.Env = append(os.Environ(), environment...)
	output, err := process.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, output)
	}
	return string(output)
}

func quickstart(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts.Root(t), "bindings", "go", "examples", "quickstart", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// consumer builds the quick start in an empty folder, on a copy of the module, as its users would.
func consumer(t *testing.T, vendored bool) string {
	t.Helper()
	folder := t.TempDir()
	module := filepath.Join(t.TempDir(), "lockrec")
	run(t, folder, nil, "cp", "-r", filepath.Join(parts.Root(t), "bindings", "go"), module)
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte(quickstart(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, folder, nil, "go", "mod", "init", "workshop.invalid/service")
	run(t, folder, nil, "go", "mod", "edit", "-require=lockrec.invalid/lockrec@v0.0.0", "-replace=lockrec.invalid/lockrec="+module)
	mode := "-mod=readonly"
	if vendored {
		run(t, folder, nil, "go", "mod", "vendor")
		if err := os.RemoveAll(module); err != nil {
			t.Fatal(err)
		}
		mode = "-mod=vendor"
	}
	run(t, folder, nil, "go", "build", mode, "-o", "service", ".")
	return filepath.Join(folder, "service")
}

func sheetSettings(redis *parts.Redis, emulator *parts.Emulator) []string {
	return []string{"GOOGLE_SHEET_ID=" + emulator.SpreadsheetID, "GOOGLE_APPLICATION_CREDENTIALS=" + emulator.CredentialsFile,
		"REDIS_URL=" + redis.URL, "SHEETS_ENDPOINT=" + emulator.URL, "SHEETS_CA_FILE=" + emulator.CAFile}
}

func TestModuleIsUsableThroughAReplace(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	output := run(t, t.TempDir(), sheetSettings(redis, emulator), consumer(t, false))
	expect(t, output, strings.Contains(output, "restored=22"), true)
	expect(t, "keys", redis.Ask("DBSIZE"), "22")
}

func TestModuleIsUsableFromAVendorFolder(t *testing.T) {
	redis, emulator := parts.StartRedis(t), parts.StartEmulator(t)
	output := run(t, t.TempDir(), sheetSettings(redis, emulator), consumer(t, true))
	expect(t, output, strings.Contains(output, "restored=22"), true)
}

func TestReadmeShowsTheQuickStart(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(parts.Root(t), "bindings", "go", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, main, _ := strings.Cut(quickstart(t), "func main() {")
	if len(main) < 100 || !strings.Contains(string(text), "func main() {"+main) {
		t.Error("README.md shows another quick start than examples/quickstart/main.go")
	}
}

// A library of another age: the same functions, and an ABI that is older than the header.
const oldLibrary = `
#include <lockrec/lockrec.h>
int32_t lockrec_reconcile(const lockrec_config_t *config, lockrec_result_t *result) {
  (void)config, (void)result;
  __builtin_trap();
}
const char *lockrec_status_name(int32_t status) { return status ? "LOCKREC_OLD" : "LOCKREC_OK"; }
int32_t lockrec_status_is_retryable(int32_t status) { return status; }
const char *lockrec_version(void) { return "0.0.9"; }
uint32_t lockrec_abi_version(void) { return 0; }
`

func TestOlderLibraryIsRefusedByASentenceWithBothVersions(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "old.c"), []byte(oldLibrary), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, folder, nil, "cc", "-shared", "-fPIC", "-I"+filepath.Join(parts.Root(t), "include"), "-Wl,-soname,liblockrec.so.1",
		"-Wl,--version-script="+filepath.Join(parts.Root(t), "src", "api", "lockrec.map"), "-o", "liblockrec.so.1", "old.c")
	output := run(t, folder, []string{"LD_LIBRARY_PATH=" + folder}, consumer(t, false))
	want := "liblockrec 0.0.9 (ABI 0) was loaded, but this program was built with lockrec 0.2.0 (ABI 2): " +
		"install that version or a newer one"
	expect(t, output, strings.Contains(output, want), true)
}
