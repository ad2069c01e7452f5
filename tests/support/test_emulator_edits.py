"""Checks the Sheets emulator's edits, counts and its end. Runs on the system's python3."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from emulator_process import KEY_FILE, PROGRAM, Emulator, get, wait_for  # noqa: E402


class Edits(unittest.TestCase):
    def setUp(self):
        self.emulator = Emulator("--rows", "100", "--occupied", "5")
        self.addCleanup(self.emulator.close)
        self.id = self.emulator.spreadsheet_id

    def cells(self, *ranges):
        _, body = get(self.emulator, f"{self.id}/values:batchGet", [("ranges", each) for each in ranges])
        return [each.get("values", []) for each in json.loads(body)["valueRanges"]]

    def test_set_by_tag_header_and_letters(self):
        tag = self.cells("G3")[0][0][0]
        self.emulator.do("set", tag=tag, column="Ocupado_Por", value="NR(94)")
        self.emulator.do("set", row=3, column="BP", value={"date_time": "13-05-2026 11:33:48"})
        self.assertEqual(self.cells("BO3:BP3"), [[["NR(94)", "13-05-2026 11:33:48"]]])
        self.assertEqual(self.emulator.do("get", row=3, column="Ocupado_Por")["value"], "NR(94)")
        self.emulator.do("set", row=3, column="BO", value=None)
        self.assertEqual(self.cells("BO3"), [[]])

    def test_columns_and_rows_come_and_go(self):
        before = self.cells("G1:G20", "BO1:BO20")
        self.emulator.do("insert_column", before="BO", header="MatSys2", fill="-")
        self.assertEqual(self.cells("BO1:BO3", "BP1:BP20"), [[["MatSys2"], ["-"], ["-"]], before[1]])
        self.emulator.do("delete_column", column="MatSys2")
        self.emulator.do("delete_rows", row=2, count=2)
        self.assertEqual(self.cells("G2:G18")[0], before[0][3:])
        self.emulator.do("insert_rows", row=2, count=2)
        self.assertEqual(self.cells("G4:G20")[0], before[0][3:])
        self.emulator.do("append_rows", rows=[{"TAG_SPOOL": "NEW-1", "Ocupado_Por": "MR(93)"}, ["x"]])
        row = self.cells("G1:G")[0].index(["NEW-1"]) + 1
        self.assertEqual(self.cells(f"BO{row}", f"A{row + 1}"), [[["MR(93)"]], [["x"]]])

    def test_edit_on_comes_right_before_or_right_after_the_reply(self):
        edit = {"op": "set", "row": 2, "column": "BO", "value": "first"}
        self.emulator.do("edit_on", where="confirm", nth=2, edits=[edit])
        self.emulator.do("edit_on", where="confirm", nth=2, when="after", edits=[{**edit, "value": "second"}])
        self.emulator.do("set", row=2, column="BO", value="none")
        answers = [self.cells("G2", "BO2")[1]]
        answers.append(self.cells("G2", "BO2")[1])
        self.assertTrue(wait_for(lambda: self.emulator.do("get", row=2, column="BO")["value"] == "second"))
        answers.append(self.cells("G2", "BO2")[1])
        self.assertEqual(answers, [[["none"]], [["first"]], [["second"]]])

    def test_lag_shows_the_past(self):
        self.emulator.do("set", row=2, column="BO", value="old")
        time.sleep(0.3)
        self.emulator.do("set", row=2, column="BO", value="new")
        self.emulator.do("fault", where="values", kind="lag", lag_ms=250)
        self.assertEqual([self.cells("BO2"), self.cells("BO2")], [[[["old"]]], [[["new"]]]])

    def test_commands_that_cannot_be_done_say_why(self):
        for command in ({"op": "nope"}, {"op": "set", "row": 2, "column": "Nada", "value": 1}, {"op": "set", "row": 2},
                        {"op": "fault", "kind": "nope"}, {"op": "fault", "kind": "stall", "where": "moon"},
                        {"op": "config", "nope": 1}, {"op": "edit_on", "edits": [{"op": "fault"}]},
                        {"op": "load", "file": "/nowhere"}):
            answer = self.emulator.try_do(**command)
            self.assertFalse(answer["ok"], command)
            self.assertTrue(answer["error"])
        self.emulator.do("ping")

    def test_stats_count_by_kind(self):
        self.cells("G1")
        self.cells("G1", "BO1")
        get(self.emulator, self.id)
        stats = self.emulator.do("stats")
        self.assertEqual([stats[kind] for kind in ("values", "confirm", "metadata", "token")], [1, 1, 1, 0])
        self.assertEqual((stats["statuses"], stats["requests"][1]["query"]), ({"200": 3}, {"ranges": ["G1", "BO1"]}))
        self.assertGreater(stats["bytes_out"], stats["bytes_in"])


class Life(unittest.TestCase):
    def test_it_ends_with_its_stdin_and_takes_its_folder_along(self):
        emulator = Emulator("--rows", "10")
        emulator.close()
        self.assertEqual((emulator.process.returncode, os.path.exists(emulator.state_dir)), (0, False))

    def test_it_ends_with_a_parent_that_was_killed(self):
        program = ("import subprocess, sys, time\n"
                   "held = subprocess.Popen(sys.argv[2:], stdin=int(sys.argv[1]))\n"
                   "print(held.pid, file=sys.stderr, flush=True)\ntime.sleep(60)\n")
        reader, writer = os.pipe()
        command = [sys.executable, "-c", program, str(reader), PROGRAM, "--rows", "10", "--key-file", KEY_FILE]
        parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  pass_fds=[reader])
        # Its stdin is a pipe that stays open here, so only the parent's death can end it.
        child = int(parent.stderr.readline())
        os.close(reader)
        parent.stdout.readline()
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        self.assertTrue(wait_for(lambda: not os.path.exists(f"/proc/{child}") or
                                  ") Z " in pathlib.Path(f"/proc/{child}/stat").read_text()))
        os.close(writer)
        parent.stdout.close()
        parent.stderr.close()

    def test_a_sheet_can_be_written_and_loaded_again(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "sheet.json")
            subprocess.run([PROGRAM, "--rows", "30", "--occupied", "3", "--now", "1778686428", "--write-sheet", path],
                           check=True)
            emulator = Emulator("--sheet", path, "--state-dir", folder, "--tls-dir", folder)
            self.addCleanup(emulator.close)
            _, body = get(emulator, f"{emulator.spreadsheet_id}/values/BO1:BP", [("majorDimension", "COLUMNS")])
            owners, dates = json.loads(body)["values"]
            self.assertEqual(sum("(" in owner for owner in owners), 3)
            self.assertRegex(next(date for owner, date in zip(owners, dates) if "(" in owner), r"^1[23]-05-2026 ")


if __name__ == "__main__":
    unittest.main()
