"""Real parts for the binding's tests: a private redis-server and the Sheets emulator."""

import datetime
import pathlib
import subprocess
import sys
import tempfile
import time
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "bindings" / "python"), str(ROOT / "tests" / "support")]

import children  # noqa: E402
from emulator_process import Emulator  # noqa: E402

ZONE = "America/Santiago"


class Redis:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="lockrec-py-")
        self.socket = pathlib.Path(self.folder.name) / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.process = children.start(["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "",
                                       "--dir", self.folder.name], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while not (self.socket.exists() and self.ask("PING") == "PONG"):
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
    @classmethod
    def setUpClass(cls):
        cls.redis = Redis()
        cls.addClassCleanup(cls.redis.close)

    def setUp(self):
        self.redis.ask("FLUSHALL")

    def ttl(self, tag):
        return self.redis.ask("TTL", f"spool_lock:{tag}")


class WithSheet(WithRedis):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = Emulator("--rows", "200", "--occupied", "22")
        cls.addClassCleanup(cls.emulator.close)

    def setUp(self):
        super().setUp()
        self.emulator.do("reset")

    def settings(self, **more):
        return {"spreadsheet_id": self.emulator.spreadsheet_id, "credentials_file": self.emulator.credentials_file,
                "sheets_endpoint": self.emulator.url, "token_endpoint": self.emulator.token_url,
                "ca_file": self.emulator.ca_file, "redis_url": self.redis.url, **more}


def hours_ago(hours):
    """As the application writes it, in UTC."""
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=hours)
    return then.strftime("%d-%m-%Y %H:%M:%S")


def spool(tag, owner, date):
    return types.SimpleNamespace(tag_spool=tag, ocupado_por=owner, fecha_ocupacion=date)


class Repository:
    """What the plan's sheets_repository looks like."""

    def __init__(self, spools, delay_s=0.0):
        self.spools, self.delay_s = spools, delay_s

    def get_all_spools(self):
        time.sleep(self.delay_s)
        if isinstance(self.spools, Exception):
            raise self.spools
        return self.spools
