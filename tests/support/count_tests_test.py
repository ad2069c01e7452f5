#!/usr/bin/env python3
"""The closing line of ./dev test must not hide a failure."""
import contextlib
import io
import os
import tempfile
import unittest
from unittest import mock
from xml.sax.saxutils import escape

import count_tests
from count_tests import Counts

PASSED_GROUP = """[==========] Running 2 test(s).
[ RUN      ] a
[       OK ] a
[ RUN      ] b
[       OK ] b
[==========] 2 test(s) run.
[  PASSED  ] 2 test(s).
"""
MIXED_GROUP = """[==========] mixed: Running 3 test(s).
[ RUN      ] c
[       OK ] c
[ RUN      ] d
[  ERROR   ] --- 0x1 != 0x2
[  FAILED  ] d
[ RUN      ] e
[  SKIPPED ] e
[==========] mixed: 3 test(s) run.
[  PASSED  ] 1 test(s).
[  SKIPPED ] mixed: 1 test(s), listed below:
[  SKIPPED ] e
[  FAILED  ] mixed: 1 test(s), listed below:
[  FAILED  ] d
"""
CUT_GROUP = """[==========] Running 3 test(s).
[ RUN      ] f
[       OK ] f
[ RUN      ] g
[  FAILED  ] g
[ RUN      ] h
"""


def case(text="", status="run", inner=""):
    return f'<testcase name="x" status="{status}">{inner}<system-out>{escape(text)}</system-out></testcase>'


class CountTests(unittest.TestCase):
    def count(self, *cases):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tests.xml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"<testsuite>{''.join(cases)}</testsuite>")
            return count_tests.count(path)

    def test_closing_line_of_another_runner_counts(self):
        text = "ok: vet\n3 passed, 0 failed\n--- more\n41 passed, 2 failed, 1 skipped\n"
        self.assertEqual(self.count(case(text, "fail")), Counts(41, 2, 1))
        self.assertEqual(self.count(case("41 passed, 0 failed\n")), Counts(41, 0, 0))

    def test_cmocka_groups_are_summed(self):
        self.assertEqual(self.count(case(PASSED_GROUP + MIXED_GROUP, "fail")), Counts(3, 1, 1))

    def test_crash_counts_as_one_failure_beside_what_was_finished(self):
        self.assertEqual(self.count(case(CUT_GROUP, "fail")), Counts(1, 2, 0))
        self.assertEqual(self.count(case(PASSED_GROUP + CUT_GROUP, "fail")), Counts(3, 2, 0))

    def test_bad_exit_status_beats_a_clean_summary(self):
        self.assertEqual(self.count(case(PASSED_GROUP, "fail")), Counts(2, 1, 0))

    def test_unittest_summaries(self):
        self.assertEqual(self.count(case("Ran 5 tests in 0.1s\n\nOK (skipped=2)\n")), Counts(3, 0, 2))
        self.assertEqual(
            self.count(case("Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=1)\n", "fail")), Counts(1, 3, 1)
        )
        self.assertEqual(self.count(case("Ran 1 test in 0.1s\n\nOK\n")), Counts(1, 0, 0))

    def test_program_without_a_summary_is_one_test(self):
        self.assertEqual(self.count(case(), case("", "fail")), Counts(1, 1, 0))

    def test_program_that_could_not_start_is_a_failure(self):
        unable = case("", "notrun", '<skipped message="Unable to find executable"/>')
        self.assertEqual(self.count(unable), Counts(0, 1, 0))

    def test_skips_are_counted(self):
        skip = case("", "notrun", '<skipped message="SKIP_RETURN_CODE=77"/>')
        self.assertEqual(self.count(skip, case("Disabled", "disabled")), Counts(0, 0, 2))

    def test_no_results_are_a_failure(self):
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(count_tests.count("/nonexistent/tests.xml"), Counts(0, 1, 0))
        self.assertEqual(self.count(), Counts(0, 1, 0))

    def test_line_and_exit_status(self):
        for counts, status in ((Counts(7, 0, 1), 0), (Counts(7, 2, 0), 1)):
            output = io.StringIO()
            with (
                mock.patch.object(count_tests, "count", return_value=counts),
                mock.patch("sys.argv", ["count_tests", "x"]),
                contextlib.redirect_stdout(output),
            ):
                self.assertEqual(count_tests.main(), status)
            self.assertEqual(
                output.getvalue(), f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped\n"
            )


if __name__ == "__main__":
    unittest.main()
