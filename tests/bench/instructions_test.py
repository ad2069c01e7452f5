"""No row costs more than 10 % more instructions than was recorded."""

import json
import os
import pathlib
import unittest

import instructions

BUILD = pathlib.Path(os.environ["LOCKREC_BINARY_DIR"])
SANITIZE = os.environ.get("LOCKREC_SANITIZE", "")
MARGIN = 0.10
ANEW = "tests/bench/instructions.py --record BUILD records anew"


def change(what, now, recorded):
    """What happened to the figure, in a sentence, and whether it grew too much."""
    share = now / recorded - 1
    said = (f"{what}: {now:,.0f} instructions a row, {abs(share):.1%} {'more' if share > 0 else 'less'} than recorded "
            f"({recorded:,.0f})")
    if share > MARGIN:
        return f"{said}; where that is meant, {ANEW}", True
    return f"{said}; worth recording: {ANEW}" if share < -MARGIN else said, False


def other_versions(now, recorded):
    """What is not as it was when the figures were recorded; the empty text where all of it is."""
    return ", ".join(f"{name} {now.get(name, 'none')} instead of {recorded.get(name, 'none')}"
                     for name in sorted({*now, *recorded}) if now.get(name) != recorded.get(name))


@unittest.skipIf(SANITIZE, "a sanitizer's instructions are not the library's, and valgrind can't run them")
class InstructionsTest(unittest.TestCase):
    def test_no_row_costs_more_than_recorded(self):
        record = json.loads(instructions.RECORD.read_text(encoding="utf-8"))
        recorded, now = record["instructions_per_row"], instructions.per_row(BUILD)
        self.assertEqual(recorded.keys(), now.keys(), ANEW)
        changes = [change(what, now[what], recorded[what]) for what in now]
        for said, _ in changes:
            print(f"measured: {said}")
        other = other_versions(instructions.versions(BUILD), record["versions"])
        if other:
            self.skipTest(f"recorded with other versions: {other}")
        grown = [said for said, has_grown in changes if has_grown]
        self.assertFalse(grown, "\n".join(["", *grown]))


class ComparisonTest(unittest.TestCase):
    def test_growth_beyond_the_margin_is_told_with_both_figures(self):
        said, has_grown = change("all missing", 1234, 1100)
        self.assertTrue(has_grown)
        for part in ("all missing: 1,234 instructions a row, 12.2% more than recorded (1,100)", "--record"):
            self.assertIn(part, said)

    def test_growth_within_the_margin_passes(self):
        said, has_grown = change("all missing", 1200, 1100)
        self.assertFalse(has_grown)
        self.assertNotIn("--record", said)

    def test_a_fall_is_worth_recording(self):
        said, has_grown = change("all missing", 900, 1100)
        self.assertFalse(has_grown)
        self.assertIn("18.2% less than recorded (1,100); worth recording", said)

    def test_other_versions_are_named(self):
        self.assertEqual(other_versions({"glibc": "2.36", "hiredis": "0.14"}, {"glibc": "2.36", "hiredis": "0.14"}), "")
        self.assertEqual(other_versions({"glibc": "2.39"}, {"glibc": "2.36", "libcsv": "3.0.2"}),
                         "glibc 2.39 instead of 2.36, libcsv none instead of 3.0.2")


if __name__ == "__main__":
    unittest.main()
