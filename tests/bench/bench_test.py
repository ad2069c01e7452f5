#!/usr/bin/env python3
"""The bench runs without its peers, checks what was done, and writes what it says that it writes."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = os.environ.get("LOCKREC_BINARY_DIR", "")
sys.path[:0] = [str(HERE), str(HERE.parent / "support"), str(HERE.parent / "conformance")]

import cases  # noqa: E402
import locks  # noqa: E402


class FakeRedis:
    """Answers every question with these keys."""

    def __init__(self, *found):
        self.client, self.found = self, [part for one in found for part in one]

    def ask(self, *_):
        return self.found


class BenchTest(unittest.TestCase):
    def test_cases_without_peers(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, str(HERE / "bench.py"), BUILD, folder, "--rounds", "2", "--without", *cases.PEERS,
                 "--only", "(redis|locked)/2000-of-2000/loopback|startup/22-of-1869/(loopback|40ms)"],
                capture_output=True, text=True, check=False)
            results = json.loads((pathlib.Path(folder) / "results.json").read_text(encoding="utf-8"))
            self.assertTrue((pathlib.Path(folder) / "index.html").stat().st_size > 1000, done.stderr)
            self.assertTrue((pathlib.Path(folder) / "start-up.svg").exists())
        measured = {case["id"]: case["participants"] for case in results["cases"]}
        self.assertEqual(sorted(measured["redis/2000-of-2000/loopback"]), ["lockrec", "lockrec-rows", "pipe"])
        far = measured["startup/22-of-1869/40ms"]["lockrec"]["median"]
        self.assertGreater(far["seconds"], results["unavoidable_seconds"])
        self.assertEqual((far["google_reads"], far["google_requests"]), (3, 4))
        self.assertLess(measured["startup/22-of-1869/loopback"]["lockrec"]["median"]["seconds"], far["seconds"])
        self.assertIn("40 ms: time, of what can't be avoided", done.stdout)

    def test_wrong_locks_are_found(self):
        uuid = "0f4d7c1e-8d0a-4b9a-9c3a-1b2c3d4e5f60"
        right = ("spool_lock:A", -1, f"93:{uuid}:13-05-2026 11:33:48")
        wanted = {"A": ("93", "13-05-2026 11:33:48")}
        self.assertIsNone(locks.wrong(FakeRedis(right), wanted, 1, 1))
        for key, life_ms, value in (("spool_lock:B", -1, right[2]), (right[0], 9000, right[2]),
                                    (right[0], -1, right[2].replace("93:", "94:")), (right[0], -1, right[2] + "0"),
                                    (right[0], -1, right[2].replace("-4b9a", "-1b9a"))):
            self.assertIsNotNone(locks.wrong(FakeRedis((key, life_ms, value)), wanted, 1, 1), (key, life_ms, value))
        self.assertIn("0 locks", locks.wrong(FakeRedis(), wanted, 1, 1))
        self.assertIn("2 are wanted", locks.wrong(FakeRedis(right), {**wanted, "B": ("1", "x")}, 2, 2))
        self.assertIn("said to be made", locks.wrong(FakeRedis(right), wanted, 0, 1))


if __name__ == "__main__":
    unittest.main()
