"""What the command's tests share: the binary, a private redis-server, a sheet as a file."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))
import children  # noqa: E402

COMMAND = os.environ["LOCKREC_COMMAND"]
NOW = "1769000400000"  # 2026-01-21 10:00 in Santiago
OF_THE_HOST = ("GOOGLE_SHEET_ID", "GOOGLE_APPLICATION_CREDENTIALS_JSON", "GOOGLE_APPLICATION_CREDENTIALS", "REDIS_URL",
               "HOJA_OPERACIONES_NOMBRE", "TIMEZONE", "NO_COLOR")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in OF_THE_HOST}


def acl_line():
    """The words of ACL_LINE in acl.h."""
    header = (SUPPORT / "acl.h").read_text()
    common, more = (re.search(pattern, header).group(1) for pattern in
                    (r'#define ACL_COMMON "(.*)"', r'#define ACL_LINE ACL_COMMON "(.*)"'))
    return (common + more).split()


FIELDS = ["status", "phase", "cause_domain", "cause_code", "elapsed_ms", "sheet_ms", "redis_ms", "rows_total",
          "rows_free", "skipped_invalid", "skipped_stale", "already_locked", "conflicting", "adopted", "reconciled",
          "withdrawn", "failed", "unprocessed", "unconfirmed", "message", "status_name", "skipped"]

SHEET = '''TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion
SP-1,MR(93),21-01-2026 09:30:00
SP-2,DISPONIBLE,
SP-3,JP(7),21-01-2026 08:00:00
SP-4,somebody,21-01-2026 08:00:00
SP-5,JP(7),01-01-2026 08:00:00
"Ñ ""5""",AB(5),21-01-2026 09:00:00
'''


def lockrec(*arguments, env=None, timeout=60, **options):
    return subprocess.run([COMMAND, *map(str, arguments)], text=True, capture_output=True, timeout=timeout,
                          env={**ENVIRONMENT, **(env or {})}, **options)


class Redis:
    def __init__(self, *arguments):
        self.folder = tempfile.TemporaryDirectory(prefix="lockrec-cli-")
        self.socket = pathlib.Path(self.folder.name) / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.process = children.start(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no",
             "--dir", self.folder.name, *arguments], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while not self.socket.exists():
            if time.monotonic() > end:
                raise RuntimeError("redis-server did not start")
            time.sleep(0.02)

    def ask(self, *command):
        done = subprocess.run(["redis-cli", "-s", str(self.socket), *command], capture_output=True, text=True)
        return done.stdout.strip()

    def close(self):
        self.process.kill()
        self.process.wait()
        children.STARTED.remove(self.process)
        self.folder.cleanup()


class WithRedis(unittest.TestCase):
    """A Redis for the class, empty for every test, and a sheet in a file."""

    @classmethod
    def setUpClass(cls):
        cls.redis = Redis()
        cls.addClassCleanup(cls.redis.close)
        folder = tempfile.TemporaryDirectory(prefix="lockrec-cli-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.sheet = cls.file("sheet.csv", SHEET)

    @classmethod
    def file(cls, name, text):
        path = cls.folder / name
        path.write_text(text)
        return path

    def setUp(self):
        self.redis.ask("ACL", "SETUSER", "default", "on", "nopass", "~*", "&*", "+@all")
        self.redis.ask("FLUSHALL")

    def of_file(self, command="reconcile", *more):
        return [command, "--source-file", self.sheet, "--time-zone", "America/Santiago", "--now-unix-ms", NOW,
                "--redis-url", self.redis.url, *more]

    def as_json(self, *arguments, status=0, **options):
        done = lockrec(*arguments, "--json", **options)
        self.assertEqual(done.returncode, status, done)
        self.assertEqual(done.stdout.count("\n"), 1, "one line")
        return json.loads(done.stdout), done.stderr
