"""What the command prints, as lines, tables or JSON, at its most talkative: never a key, a token or a password."""

import json
import pathlib
import re
import unittest

from support import WithRedis, acl_line, lockrec
from emulator_process import Emulator

PASSWORD = "p4ssw0rd-of-redis"


class CommandSecrets(WithRedis):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = Emulator("--rows", "100", "--occupied", "5")
        cls.addClassCleanup(cls.emulator.close)
        key = json.loads(pathlib.Path(cls.emulator.credentials_file).read_text())["private_key"]
        lines = [line for line in key.splitlines() if not line.startswith("-----")]
        cls.secrets = [PASSWORD, cls.emulator.access_token] + [line[:20] for line in lines if len(line) > 20]

    def setUp(self):
        super().setUp()
        self.emulator.do("reset")
        self.redis.ask("ACL", "SETUSER", "worker", "on", ">" + PASSWORD, *acl_line())

    def arguments(self, command, **changes):
        options = {"spreadsheet-id": self.emulator.spreadsheet_id, "ca-file": self.emulator.ca_file,
                   "sheets-endpoint": self.emulator.url, "credentials-file": self.emulator.credentials_file,
                   "redis-url": self.redis.url, "redis-username": "worker",
                   "redis-password-file": self.file("password", PASSWORD), "deadline-ms": 3000, **changes}
        if command == "reconcile":
            options["log-level"] = "debug"
        return [command, *(word for name, value in options.items() if value is not None
                           for word in ("--" + name, value))]

    def tell(self, *arguments):
        done = lockrec(*arguments)
        told = done.stdout + done.stderr
        self.assertGreater(len(told), 40)
        for secret in self.secrets:
            self.assertNotIn(secret, told)
        self.assertIsNone(re.search(r"eyJ[A-Za-z0-9_-]{20}", told), "a signed assertion")
        return done.returncode

    def test_nothing_is_told_whatever_happens(self):
        wrong = {"redis-password-file": self.file("wrong", "not" + PASSWORD)}
        token = {"credentials-file": None, "access-token-file": self.file("token", self.emulator.access_token)}
        for form in ((), ("--json",), ("--rows",), ("--json", "--rows")):
            with self.subTest(form=form):
                self.redis.ask("FLUSHALL")
                self.assertEqual(self.tell(*self.arguments("reconcile"), *form), 0)
                self.assertEqual(self.tell(*self.arguments("reconcile", **token), *form), 0)
                self.assertEqual(self.tell(*self.arguments("reconcile", **wrong), *form), 5)
                self.emulator.do("fault", where="token", kind="google_error", name="unauthenticated")
                self.assertEqual(self.tell(*self.arguments("reconcile"), *form), 4)
                self.emulator.do("reset")
        self.assertEqual(self.tell(*self.arguments("check")), 0)
        self.assertEqual(self.tell(*self.arguments("check", **wrong)), 5)


if __name__ == "__main__":
    unittest.main()
