"""What lockrec check finds, step by step, and that it writes nothing."""

import json
import unittest

from support import WithRedis, lockrec
from emulator_process import Emulator


class Check(WithRedis):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = Emulator("--rows", "100", "--occupied", "5")
        cls.addClassCleanup(cls.emulator.close)

    def setUp(self):
        super().setUp()
        self.emulator.do("reset")

    def arguments(self, **changes):
        options = {"spreadsheet-id": self.emulator.spreadsheet_id, "ca-file": self.emulator.ca_file,
                   "credentials-file": self.emulator.credentials_file, "sheets-endpoint": self.emulator.url,
                   "redis-url": self.redis.url, "deadline-ms": "1500", **{name.replace("_", "-"): value for name, value in changes.items()}}
        return ["check", *(part for name, value in options.items() if value is not None for part in ("--" + name, value))]

    def check(self, status, *more, **changes):
        """The state of every step, and the text and the remedy of the one that failed."""
        done = lockrec(*self.arguments(**changes), "--json", *more)
        self.assertEqual(done.returncode, status, done)
        steps = json.loads(done.stdout)
        for step in steps:
            self.assertEqual(list(step), ["step", "state", "text", "remedy"])
            self.assertEqual(bool(step["remedy"]), step["state"] == "fail")
        self.assertEqual(self.redis.ask("DBSIZE"), "0")
        failed = [step["text"] + "\n" + "\n".join(step["remedy"]) for step in steps if step["state"] == "fail"]
        return {step["step"]: step["state"] for step in steps if step["state"] != "warn"}, "\n".join(failed)

    def test_all_is_well(self):
        steps, failed = self.check(0)
        self.assertEqual(list(steps), ["credentials", "token", "sheet", "columns", "zone", "redis", "permissions", "run"])
        self.assertEqual((set(steps.values()), failed), ({"ok"}, ""))
        done = lockrec(*self.arguments())
        self.assertRegex(done.stdout, r"(?m)^ok    redis        connected to .*Redis \d")
        self.assertRegex(done.stdout, r"(?m)^ok    run          100 rows: would restore 5 locks, 95 free$")
        self.assertEqual(done.stderr, "")

    def fails_at(self, step, status, *words, **changes):
        steps, failed = self.check(status, **changes)
        self.assertEqual([name for name, state in steps.items() if state == "fail"], [step], failed)
        for word in words:
            self.assertIn(word, failed)
        self.assertEqual(steps["run"], "not_tried")
        return steps

    def test_each_fault_of_the_sheet_is_at_its_step_and_redis_is_tried_all_the_same(self):
        other = self.file("key.json", "{}")
        for step, status, words, changes in (
                ("settings", 2, ["no source", "--spreadsheet-id"], {"spreadsheet_id": None, "credentials_file": None}),
                ("credentials", 2, ["no credential is given", "--credentials-file"], {"credentials_file": None}),
                ("credentials", 2, ["key.json", "service account"], {"credentials_file": other}),
                ("zone", 2, ["Mars/Base", "--time-zone"], {"time_zone": "Mars/Base"}),
                ("token", 4, ["TLS", "--ca-file"], {"ca_file": None}),
                ("sheet", 4, ["Nix", "--worksheet"], {"worksheet": "Nix"}),
                ("columns", 4, ["Nix", "--tag-column"], {"tag_column": "Nix"})):
            with self.subTest(step=step, changes=changes):
                steps = self.fails_at(step, status, *words, **changes)
                self.assertEqual((steps["redis"], steps["permissions"]), ("ok", "ok"))

    def test_three_kinds_of_403_have_three_remedies(self):
        for name, words in (("not_shared", ["Share", "as Viewer"]), ("api_disabled", ["Enable the Google Sheets API"]),
                            ("scope", ["spreadsheets.readonly"])):
            self.emulator.do("reset")
            self.emulator.do("fault", kind="google_error", name=name, where="metadata", times=0)
            self.fails_at("sheet", 4, *words)

    def test_each_fault_of_redis_comes_after_the_sheet(self):
        steps = self.fails_at("redis", 5, "nowhere", "--redis-url", redis_url=f"unix://{self.folder}/nowhere")
        self.assertEqual([steps[name] for name in ("token", "sheet", "columns", "zone", "permissions")],
                         ["ok"] * 4 + ["not_tried"])
        self.fails_at("redis", 5, "--redis-password-file", redis_username="nobody",
                      redis_password_file=self.file("password", "wrong"))
        self.fails_at("redis", 2, "redis_url", redis_url="http://localhost")

    def test_missing_permission_names_the_line_that_grants_it(self):
        self.redis.ask("ACL", "SETUSER", "reader", "on", ">pass", "~spool_lock:*", "+get", "+pttl", "+select",
                       "+client|setname")
        self.fails_at("permissions", 5, "ACL SETUSER reader ~spool_lock:* +get +mget +set +pttl +persist +del +select "
                      "+client|setname +eval", redis_username="reader", redis_password_file=self.file("password", "pass"))

    def test_line_that_grants_has_what_fleet_and_replicas_need(self):
        self.redis.ask("ACL", "SETUSER", "reader", "on", ">pass", "~spool_lock:*", "+get", "+pttl", "+select",
                       "+client|setname")
        self.fails_at("permissions", 5, "ACL SETUSER reader ~spool_lock:* ~lockrec:fleet:* +get +mget +set +pttl +persist "
                      "+del +select +client|setname +eval +wait", redis_username="reader", fleet_ttl_ms="60000",
                      wait_replicas="1", redis_password_file=self.file("password", "pass"))

    def test_both_halves_can_fail(self):
        steps, failed = self.check(4, worksheet="Nix", redis_url=f"unix://{self.folder}/nowhere")
        self.assertEqual((steps["sheet"], steps["redis"]), ("fail", "fail"))
        self.assertIn("Nix", failed)
        self.assertIn("nowhere", failed)

    def test_file_needs_no_credentials(self):
        done = lockrec("check", *self.of_file()[1:], "--json")
        steps = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual([step["step"] for step in steps if step["state"] == "ok"],
                         ["sheet", "columns", "zone", "redis", "permissions", "run"])
        self.assertTrue(any(step["state"] == "warn" and "SP-4" in step["text"] for step in steps))

    def test_flags_of_reconcile_are_taken(self):
        self.assertEqual(lockrec("check", *self.of_file()[1:], "--dry-run", "--no-confirm").returncode, 0)


if __name__ == "__main__":
    unittest.main()
