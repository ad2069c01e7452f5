#!/usr/bin/env python3
"""Counts single test cases in what ctest wrote with --output-junit, and says so in one line.

A program that crashed, ran out of time or was never started counts as one failed test beside those that it finished.
"""
import re
import sys
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple


class Counts(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Counts(*(mine + theirs for mine, theirs in zip(self, other)))


def total(pattern, text):
    return sum(int(number) for number in re.findall(pattern, text, re.MULTILINE))


def names(mark, text):
    return len(set(re.findall(rf"^\[{mark}\] (\w+)$", text, re.MULTILINE)))


def count_cmocka(text):
    """Sums every group that a program ran; where one has no summary, single lines are counted."""
    started = total(r"^\[={10}\] (?:.*: )?Running (\d+) test\(s\)", text)
    ended = total(r"^\[={10}\] (?:.*: )?(\d+) test\(s\) run", text)
    if not started:
        return None
    if started == ended:
        return Counts(
            total(r"^\[  PASSED  \] (\d+) test\(s\)", text),
            total(r"^\[  FAILED  \] (?:.*: )?(\d+) test\(s\), listed below", text),
            total(r"^\[  SKIPPED \] (?:.*: )?(\d+) test\(s\), listed below", text),
        )
    unfinished = Counts(failed=1)
    return Counts(names("       OK ", text), names("  FAILED  ", text), names("  SKIPPED ", text)) + unfinished


def count_unittest(text):
    ran = total(r"^Ran (\d+) tests? in ", text)
    if not ran:
        return None
    summary = "\n".join(re.findall(r"^(?:OK|FAILED)(?: \(.*\))?$", text, re.MULTILINE))
    failed = total(r"(?:failures|errors|unexpected successes)=(\d+)", summary)
    skipped = total(r"skipped=(\d+)", summary)
    return Counts(max(ran - failed - skipped, 0), failed, skipped)


def count_plain(text):
    """The closing line of a runner of its own: the last line that counts."""
    lines = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", text, re.MULTILINE)
    return Counts(*(int(number or 0) for number in lines[-1])) if lines else None


def count_case(case):
    """One program. Its own counts are believed, but never against its exit status."""
    skipped = case.find("skipped")
    # ctest writes <skipped> for SKIP_RETURN_CODE, and also for a program that it could not start.
    if case.get("status") == "disabled" or (skipped is not None and "SKIP" in skipped.get("message", "")):
        return Counts(skipped=1)
    text = case.findtext("system-out") or ""
    counted = count_cmocka(text) or count_plain(text) or count_unittest(text) or Counts()
    if case.get("status") != "run":
        return counted if counted.failed else counted + Counts(failed=1)
    if re.search(r"^Ran 0 tests", text, re.MULTILINE):
        return Counts(skipped=1)
    return counted if sum(counted) else Counts(passed=1)


def count(path):
    try:
        cases = ElementTree.parse(path).getroot().findall("testcase")
    except (OSError, ElementTree.ParseError) as problem:
        print(f"no test results: {problem}", file=sys.stderr)
        return Counts(failed=1)
    counts = sum(map(count_case, cases), Counts())
    return counts if cases else Counts(failed=1)


def main():
    counts = count(sys.argv[1])
    print(f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped")
    return 1 if counts.failed else 0


if __name__ == "__main__":
    sys.exit(main())
