"""The synchronous call: settings, results, errors, logging, Ctrl-C."""

import dataclasses
import datetime
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import types
import unittest

from parts import ROOT, ZONE, WithSheet, hours_ago

import lockrec
from lockrec import _abi, errors


class Call(WithSheet):
    def test_sheet_is_restored_and_counts_are_fields_and_items(self):
        result = lockrec.reconcile(**self.settings())
        self.assertEqual((result.reconciled, result["reconciled"], result["skipped"]), (22, 22, 0))
        self.assertEqual((result.status_name, result.phase, result.retryable), ("LOCKREC_OK", "commit", False))
        self.assertEqual(self.redis.ask("DBSIZE"), "22")
        with self.assertRaises(dataclasses.FrozenInstanceError):
            result.reconciled = 3
        with self.assertRaises(KeyError):
            result["nonsense"]

    def test_rows_are_tuples_mappings_or_objects(self):
        date = datetime.datetime.now(datetime.timezone.utc)
        rows = [("A", "MR(93)", hours_ago(1)), {"tag": "B", "occupied_by": "MR(93)"},
                types.SimpleNamespace(tag="C", occupied_by="NR(94)", occupied_at=date), (346.5, "NR(94)", date.date())]
        result = lockrec.reconcile(rows=rows, time_zone="UTC", redis_url=self.redis.url, keep_rows=True)
        self.assertEqual([row.outcome for row in result.rows], ["reconciled"] * 4)
        self.assertEqual(result.rows[3].tag, "346.5")
        self.assertTrue(self.redis.ask("GET", "spool_lock:C").endswith(date.strftime(":%d-%m-%Y %H:%M:%S")))

    def test_dry_run_writes_nothing(self):
        self.assertEqual(lockrec.reconcile(**self.settings(dry_run=True)).reconciled, 22)
        self.assertEqual(self.redis.ask("DBSIZE"), "0")

    def test_settings_of_the_wrong_kind_are_refused_by_name(self):
        cases = [({"deadline_ms": "5"}, TypeError), ({"worksheet": 5}, TypeError), ({"worksheet": "a\0b"}, ValueError),
                 ({"nonsense": 1}, TypeError), ({"dry_run": 1}, TypeError), ({"timeout": 0}, ValueError),
                 ({"timeout": float("nan")}, ValueError), ({"timeout": 5, "deadline_ms": 5000}, TypeError),
                 ({"rows": [("a", "b")]}, ValueError), ({"max_age_ms": 2**70}, ValueError), ({"flags": 1}, TypeError)]
        for settings, error in cases:
            with self.subTest(settings=settings), self.assertRaises(error) as caught:
                lockrec.reconcile(**settings)
            self.assertRegex(str(caught.exception), f"{next(iter(settings))}|row 1")

    def test_failure_is_a_typed_error_with_the_result(self):
        with self.assertRaises(lockrec.SheetNotFoundError) as caught:
            lockrec.reconcile(**self.settings(worksheet="Nowhere"))
        self.assertIn("Nowhere", str(caught.exception))
        self.assertEqual((caught.exception.status_name, caught.exception.retryable), ("LOCKREC_E_SHEET_NOT_FOUND", False))
        with self.assertRaises(lockrec.RedisError) as caught:
            lockrec.reconcile(**self.settings(redis_url="redis://127.0.0.1:1", timeout=datetime.timedelta(seconds=0.5)))
        self.assertEqual((caught.exception.result.unprocessed, caught.exception.retryable), (22, True))

    def test_every_status_below_zero_has_its_own_class(self):
        negative = [status for status in _abi.Status if status < 0]
        self.assertEqual(len({errors.BY_STATUS[status] for status in negative}), len(negative))

    def test_lines_reach_logging_at_their_levels_and_no_others_are_made(self):
        with self.assertLogs("lockrec", logging.INFO) as logs:
            lockrec.reconcile(rows=[("A", "-", None)], time_zone=ZONE, redis_url=self.redis.url)
        self.assertIn("WARNING", {record.levelname for record in logs.records})
        self.assertIn("INFO", {record.levelname for record in logs.records})
        self.assertNotIn("DEBUG", {record.levelname for record in logs.records})

    def test_no_thread_is_left(self):
        before = threading.enumerate()
        lockrec.reconcile(rows=[], time_zone=ZONE, redis_url=self.redis.url)
        self.assertEqual(threading.enumerate(), before)

    def test_ctrl_c_ends_the_call_at_once(self):
        self.emulator.do("fault", where="metadata", kind="stall", times=0)
        timer = threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        begin = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            lockrec.reconcile(**self.settings())
        self.assertLess(time.monotonic() - begin, 1.5)
        timer.join()
        self.assertNotIn("lockrec", [thread.name for thread in threading.enumerate()])


class Import(unittest.TestCase):
    def run_python(self, code, **environment):
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python"), **environment})

    def test_missing_library_is_named(self):
        done = self.run_python("import lockrec", LOCKREC_LIBRARY="/nowhere/liblockrec.so.1")
        self.assertIn("/nowhere/liblockrec.so.1", done.stderr)

    def test_other_library_is_refused(self):
        done = self.run_python("import lockrec", LOCKREC_LIBRARY="libc.so.6")
        self.assertIn("is not lockrec", done.stderr)

    def test_moved_field_is_refused(self):
        code = ("import ctypes\nfrom lockrec import _abi, _library\n"
                "class CResult(ctypes.Structure):\n    name = 'lockrec_result'\n"
                "    _fields_ = [('struct_size', ctypes.c_uint32), ('phase', ctypes.c_int32), ('status', ctypes.c_int32)]\n"
                "_abi.STRUCTS = (CResult,)\n"
                "try:\n    _library.check_layouts(_library.LIBRARY, 'x')\n"
                "except _library.LibraryError as error:\n    print(error)\n")
        self.assertIn("lockrec_result.phase lies elsewhere", self.run_python(code).stdout)

    def test_generated_layouts_are_those_of_the_header(self):
        done = subprocess.run([sys.executable, str(ROOT / "bindings" / "python" / "generate_abi.py"), "--check"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
