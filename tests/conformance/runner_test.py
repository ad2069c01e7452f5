"""The runner must fail where it should: a wrong expectation, a driver that is missing, drops a vector, or differs."""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = os.environ["LOCKREC_BINARY_DIR"]
DRIVER = f"{BUILD}/lockrec_conformance_driver"

# A driver that passes everything on to the C driver, and may do something to the answer first.
BETWEEN = """
import json, subprocess, sys
driver = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
for number, line in enumerate(sys.stdin):
    driver.stdin.write(line); driver.stdin.flush()
    answer = json.loads(driver.stdout.readline())
    {}
    print(json.dumps(answer), flush=True)
driver.stdin.close()
driver.wait()
"""


class RunnerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lockrec-runner-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.vectors = json.loads((HERE / "vectors" / "rule_5_no_date.json").read_text())
        (self.folder / "vectors").mkdir()

    def run_with(self, *arguments, between=None):
        (self.folder / "vectors" / "some.json").write_text(json.dumps(self.vectors))
        command = [sys.executable, "-B", str(HERE / "run.py"), BUILD, "--vectors", str(self.folder / "vectors"),
                   "--tables", "0", "--overhead", "0", "--patience", "2", "--drivers", "c", *arguments]
        if between is not None:
            script = self.folder / "between.py"
            script.write_text(BETWEEN.format(between))
            command += ["--drivers", "c,other",
                        "--driver", "other=" + shlex.join([sys.executable, str(script), DRIVER])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def assert_fails(self, done, *words):
        status, output = done
        self.assertEqual(status, 1, output)
        for word in words:
            self.assertIn(word, output)

    def test_untouched_vectors_pass(self):
        status, output = self.run_with(between="pass")
        self.assertEqual(status, 0, output)
        self.assertIn("4 passed, 0 failed", output)  # two vectors, two drivers that end well

    def test_wrong_count_fails(self):
        self.vectors["vectors"][0]["expect"]["counts"]["reconciled"] += 1
        self.assert_fails(self.run_with(), "reconciled: expected 3, got 2", "2 passed, 1 failed")

    def test_wrong_status_fails(self):
        self.vectors["vectors"][0]["expect"]["status"] = "PARTIAL"
        self.assert_fails(self.run_with(), "status_name: expected 'LOCKREC_PARTIAL'")

    def test_wrong_row_fails(self):
        self.vectors["vectors"][0]["expect"]["rows"][0][4] = "none"
        self.assert_fails(self.run_with(), "row report 1")

    def test_wrong_key_fails(self):
        expect = self.vectors["vectors"][0]["expect"]
        expect["keys"]["spool_lock:A"] = expect["keys"]["spool_lock:A"].replace("12:00", "12:01")
        del expect["keys"]["spool_lock:B"]
        self.assert_fails(self.run_with(), "key 'spool_lock:A'", "key 'spool_lock:B': expected none")

    def test_wrong_life_fails(self):
        self.vectors["vectors"][0]["expect"]["keys"]["spool_lock:A"] = {"value": "93:*:22-01-2026 12:00:00", "life_ms": [1, 9]}
        self.assert_fails(self.run_with(), "key 'spool_lock:A'")

    def test_missing_driver_fails(self):
        self.assert_fails(self.run_with("--drivers", "c,rust"), "rust: no driver")

    def test_missing_program_fails(self):
        self.assert_fails(self.run_with("--drivers", "c,go", "--driver", "go=/nonexistent/driver"), "go: no driver")

    def test_crashing_driver_fails(self):
        self.assert_fails(self.run_with(between="sys.exit(3)"), "other: the driver has ended with status 3")

    def test_dropped_vector_fails(self):
        self.assert_fails(self.run_with(between="if number == 1: continue"), "other: no answer within")

    def test_answer_too_many_fails(self):
        self.assert_fails(self.run_with(between="if number == 1: print('{}')"), "other")

    def test_status_at_the_end_fails(self):
        self.assert_fails(self.run_with(between="import atexit, os; atexit.register(lambda: os._exit(4))"), "exit status 4")

    def test_hosts_that_differ_in_a_message_fail(self):
        self.assert_fails(self.run_with(between="answer['result']['message'] += '.'"), "c and other differ", "2 failed")

    def test_hosts_that_differ_in_retryable_fail(self):
        self.assert_fails(self.run_with(between="answer['result']['retryable'] = None"), "c and other differ")

    def test_random_table_that_fails_is_shrunk(self):
        spoilt = "answer['result']['conflicting'] += any(row[4] == 'other_type' for row in answer['rows'])"
        done = self.run_with("--tables", "1", "--seed", "5", "--bisect", between=spoilt)
        self.assert_fails(done, "seed 5", "shrunk to 1 rows")

    def test_slow_host_fails(self):
        done = self.run_with("--overhead", "5", between="answer['wall_us'] = answer.get('wall_us', 0) + 5000")
        self.assert_fails(done, "FAIL  overhead", "µs over C")

    def test_gap_in_vectors_is_told(self):
        sys.path.insert(0, str(HERE))
        import vectors
        found = vectors.load(HERE / "vectors")
        header = HERE.parents[1] / "include" / "lockrec" / "lockrec.h"
        self.assertEqual(list(vectors.gaps(found, header)), [])
        without = [vector for vector in found if vector["expect"].get("status") != "PARTIAL"]
        self.assertIn("no vector expects the status PARTIAL", list(vectors.gaps(without, header)))


if __name__ == "__main__":
    unittest.main()
