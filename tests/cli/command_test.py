"""What lockrec reconcile prints, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import time
import unittest

from support import COMMAND, ENVIRONMENT, FIELDS, WithRedis, lockrec
from emulator_process import Emulator


class Json(WithRedis):
    def test_object_has_the_fields_of_the_result_in_order(self):
        result, error = self.as_json(*self.of_file())
        self.assertEqual(list(result), FIELDS)
        self.assertEqual((result["status"], result["status_name"], result["phase"]), (0, "LOCKREC_OK", "commit"))
        self.assertEqual((result["rows_total"], result["rows_free"], result["reconciled"], result["skipped_invalid"],
                          result["skipped_stale"], result["skipped"], result["unconfirmed"]), (6, 1, 3, 1, 1, 2, 3))
        self.assertIn("lockrec: warning: row 5 (SP-4", error)
        self.assertEqual(self.redis.ask("TTL", "spool_lock:SP-1"), "-1")

    def test_rows_are_all_but_free_ones(self):
        self.redis.ask("SET", "spool_lock:SP-3", "8:x:y")
        result, _ = self.as_json(*self.of_file(), "--rows")
        self.assertEqual(list(result), FIELDS + ["rows"])
        self.assertEqual([list(row.values()) for row in result["rows"]], [
            [2, "SP-1", "MR(93)", "reconciled", "not_confirmed"],
            [4, "SP-3", "JP(7)", "conflicting", "other_owner"],
            [5, "SP-4", "somebody", "skipped_invalid", "owner_invalid"],
            [6, "SP-5", "JP(7)", "skipped_stale", "too_old"],
            [7, 'Ñ "5"', "AB(5)", "reconciled", "not_confirmed"]])
        self.assertEqual(list(result["rows"][0]), ["row", "tag", "owner", "outcome", "reason"])

    def test_text_is_valid_whatever_cells_hold(self):
        cells = ["a\tb", "\u0085next", "\x1b[31mred", "back\\slash", "\U0001F600", "quote\"", "\x7f"]
        values = [["TAG_SPOOL", *cells], ["Ocupado_Por"] + ["MR(93)"] * 7, ["Fecha_Ocupacion"] + ["21-01-2026"] * 7]
        sheet = self.file("odd.json", json.dumps({"range": "Operaciones!A1:C8", "majorDimension": "COLUMNS",
                                                  "values": values}))
        arguments = [sheet if each == self.sheet else each for each in self.of_file("reconcile", "--rows", "--dry-run")]
        done = lockrec(*arguments, "--json")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(len(json.loads(done.stdout)["rows"]), 7)
        for forbidden in ("\x1b", "\x7f", "\u0085", "\t"):
            self.assertNotIn(forbidden, done.stdout)
        human = lockrec(*arguments)
        self.assertNotIn("\x1b", human.stdout)
        self.assertIn("\U0001F600", human.stdout)

    def test_dry_run_counts_and_writes_nothing(self):
        result, _ = self.as_json(*self.of_file(), "--dry-run")
        self.assertEqual((result["reconciled"], self.redis.ask("DBSIZE")), (3, "0"))


class Human(WithRedis):
    def test_summary_aligns_counts_and_says_what_is_next(self):
        done = lockrec(*self.of_file())
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^lockrec: 3 locks restored \(\d+ ms\)\n")
        self.assertRegex(done.stdout, r"(?m)^  rows +6$")
        self.assertRegex(done.stdout, r"(?m)^  reconciled +3   were missing")
        self.assertIn("can't be read: --rows names them", done.stdout)
        self.assertNotIn("withdrawn", done.stdout)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertNotIn("\r", done.stderr)
        again = lockrec(*self.of_file())
        self.assertIn("nothing to restore: 3 locks were there", again.stdout)

    def test_rows_are_a_table(self):
        lines = lockrec(*self.of_file(), "--rows").stdout.splitlines()
        self.assertEqual(lines[0].split(), ["row", "tag", "owner", "outcome", "reason"])
        column = lines[0].index("outcome")
        self.assertEqual({line[column - 2:column] for line in lines[:6]}, {"  "})
        self.assertEqual(lines[5][column:].split(), ["reconciled", "not_confirmed"])

    def test_log_level_chooses_the_lines_on_stderr(self):
        self.assertEqual(lockrec(*self.of_file(), "--log-level", "error").stderr, "")
        self.assertIn("lockrec: info: redis: ", lockrec(*self.of_file(), "--log-level", "info").stderr)

    def test_output_that_can_not_be_written_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([COMMAND, *map(str, self.of_file())], stdout=full, stderr=subprocess.PIPE,
                                  env=ENVIRONMENT, timeout=60)
        self.assertEqual(done.returncode, 6)


class ExitStatus(WithRedis):
    def test_partial_is_1(self):
        self.redis.ask("ACL", "SETUSER", "default", "resetkeys", "~spool_lock:SP-1")
        result, _ = self.as_json(*self.of_file(), status=1)
        self.assertEqual((result["status_name"], result["failed"], result["reconciled"]), ("LOCKREC_PARTIAL", 2, 1))

    def test_sheet_is_4_and_redis_is_5(self):
        result, _ = self.as_json("reconcile", "--source-file", self.folder / "nowhere.csv", "--time-zone", "UTC", status=4)
        self.assertEqual(result["status_name"], "LOCKREC_E_SHEET_NOT_FOUND")
        arguments = [each if each != self.redis.url else f"unix://{self.folder}/nowhere" for each in
                     self.of_file("reconcile", "--deadline-ms", 300)]
        result, error = self.as_json(*arguments, status=5)
        self.assertEqual((result["status_name"], result["unprocessed"]), ("LOCKREC_E_REDIS_CONNECT", 3))
        self.assertIn("lockrec: error: ", error)
        done = lockrec(*arguments)
        self.assertIn("did not finish", done.stdout)
        self.assertIn("what to do next", done.stdout)

    def silent_redis(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        return f"redis://127.0.0.1:{listener.getsockname()[1]}"

    def test_deadline_is_3(self):
        started = time.monotonic()
        result, _ = self.as_json(*[each if each != self.redis.url else self.silent_redis() for each in self.of_file()],
                                 "--deadline-ms", 300, status=3)
        self.assertEqual((result["status_name"], result["phase"]), ("LOCKREC_E_DEADLINE", "connect"))
        self.assertLess(time.monotonic() - started, 2)

    def test_closed_descriptors_do_not_become_sockets(self):
        arguments = [each if each != self.redis.url else self.silent_redis() for each in self.of_file()]
        process = subprocess.Popen(["sh", "-c", 'exec "$@" 0<&- 2>&-', "sh", COMMAND, *map(str, arguments), "--deadline-ms",
                                    "1500"], stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        time.sleep(0.7)
        self.assertEqual([os.readlink(f"/proc/{process.pid}/fd/{number}") for number in (0, 2)], ["/dev/null"] * 2)
        self.assertEqual(process.wait(timeout=30), 3)

    def interrupted(self, *signals, ignored=False):
        arguments = [each if each != self.redis.url else self.silent_redis() for each in self.of_file()]
        start = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"] if ignored else []
        process = subprocess.Popen([*start, COMMAND, *map(str, arguments), "--json", "--deadline-ms", "3000"], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
        time.sleep(0.5)
        for number in signals:
            process.send_signal(number)
        started = time.monotonic()
        out, _ = process.communicate(timeout=30)
        return process.returncode, out, time.monotonic() - started

    def test_cancelled_is_130_on_ctrl_c_and_on_sigterm(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            status, out, seconds = self.interrupted(number)
            self.assertEqual((status, json.loads(out)["status_name"]), (130, "LOCKREC_E_CANCELLED"))
            self.assertLess(seconds, 1)

    def test_ignored_ctrl_c_stays_ignored(self):
        status, _, _ = self.interrupted(signal.SIGINT, ignored=True)
        self.assertEqual(status, 3)

    def test_second_ctrl_c_ends_the_process(self):
        reader, writer = socket.socketpair()
        self.addCleanup(reader.close)
        self.addCleanup(writer.close)
        # A log that nobody reads blocks the run inside its own callback: only the second signal helps.
        writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
        rows = "".join(f"SP-{row},nobody,\n" for row in range(100))
        sheet = self.file("noisy.csv", "TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\n" + rows)
        process = subprocess.Popen([COMMAND, "reconcile", "--source-file", sheet, "--time-zone", "UTC", "--redis-url",
                                    self.redis.url], stdout=subprocess.DEVNULL, stderr=writer, env=ENVIRONMENT)
        self.addCleanup(process.kill)
        time.sleep(0.5)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=10), -signal.SIGINT)


class Google(WithRedis):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = Emulator("--rows", "100", "--occupied", "5")
        cls.addClassCleanup(cls.emulator.close)

    def of_google(self, *more):
        return ["reconcile", "--spreadsheet-id", self.emulator.spreadsheet_id, "--ca-file", self.emulator.ca_file,
                "--sheets-endpoint", self.emulator.url, "--redis-url", self.redis.url, *more]

    def test_key_file_and_token_file_restore_and_confirm(self):
        result, error = self.as_json(*self.of_google("--credentials-file", self.emulator.credentials_file))
        self.assertEqual((result["reconciled"], result["unconfirmed"], error), (5, 0, ""))
        token = self.file("token", self.emulator.access_token + "\n")
        result, _ = self.as_json(*self.of_google("--access-token-file", token, "--token-endpoint", self.emulator.token_url))
        self.assertEqual(result["already_locked"], 5)

    def test_no_confirm_reaches_the_library(self):
        result, _ = self.as_json(*self.of_google("--credentials-file", self.emulator.credentials_file, "--no-confirm"))
        self.assertEqual((result["reconciled"], result["unconfirmed"]), (5, 5))


if __name__ == "__main__":
    unittest.main()
