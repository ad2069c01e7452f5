"""The example service under uvicorn, as an operator would run it."""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

from parts import ROOT, WithSheet, children

EXAMPLE = pathlib.Path(__file__).resolve().parents[1] / "examples" / "fastapi_app"
LATE_S = 6.0  # what importing FastAPI and starting uvicorn may take here


class Service:
    """uvicorn on a port that the system picks, until it serves."""

    def __init__(self, environment, *arguments):
        self.begin = time.monotonic()
        self.process = children.start(
            [sys.executable, "-m", "uvicorn", "app:app", "--port", "0", "--app-dir", str(EXAMPLE), *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python"), **environment})
        self.lines = []
        self.port = None
        self.wanted = 2 if "--workers" in arguments else 1
        started = 0
        while started < self.wanted or self.port is None:
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError("uvicorn ended: " + "".join(self.lines))
            self.lines.append(line)
            found = re.search(r"running on http://127.0.0.1:(\d+)", line)
            self.port = int(found.group(1)) if found else self.port
            started += "Application startup complete" in line
        self.serving_s = time.monotonic() - self.begin

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as reply:
            return reply.read().decode()

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stderr.close()
        children.STARTED.remove(self.process)


class Example(WithSheet):
    def serve(self, *arguments, **more):
        environment = {"GOOGLE_SHEET_ID": self.emulator.spreadsheet_id, "REDIS_URL": self.redis.url,
                       "GOOGLE_APPLICATION_CREDENTIALS": self.emulator.credentials_file, "TIMEZONE": "America/Santiago",
                       "SHEETS_ENDPOINT": self.emulator.url, "SHEETS_CA_FILE": self.emulator.ca_file, **more}
        service = Service(environment, *arguments)
        self.addCleanup(service.close)
        return service

    def test_locks_are_there_before_the_first_request(self):
        service = self.serve()
        keys = self.redis.ask("KEYS", "spool_lock:*").split()
        self.assertEqual(len(keys), 22)
        answer = json.loads(service.get("/spools/" + keys[0].split(":", 1)[1]))
        self.assertEqual(str(answer["worker_id"]), self.redis.ask("GET", keys[0]).split(":")[0])
        self.assertEqual(json.loads(service.get("/lockrec"))["reconciled"], 22)
        self.assertIn('lockrec_rows{outcome="reconciled"} 22', service.get("/lockrec/metrics"))
        self.assertIn("sheet columns: valid", "".join(service.lines))

    def test_hanging_sheet_does_not_keep_it_from_serving(self):
        self.emulator.do("fault", where="values", kind="stall", times=0)
        service = self.serve(LOCKREC_TIMEOUT_S="1")
        self.assertLess(service.serving_s, 1 + LATE_S)
        lines = "".join(service.lines)
        self.assertIn("Redis reconciliation timed out after 1s. Locks will be created on-demand.", lines)
        self.assertEqual(json.loads(service.get("/lockrec"))["status_name"], "LOCKREC_E_DEADLINE")

    def test_dead_redis_does_not_keep_it_from_serving(self):
        service = self.serve(LOCKREC_TIMEOUT_S="1", REDIS_URL="redis://127.0.0.1:1/0")
        self.assertLess(service.serving_s, 1 + LATE_S)
        self.assertIn("Occupied spools without a known lock: 22.", "".join(service.lines))
        with self.assertRaises(urllib.error.HTTPError) as caught:
            service.get("/spools/x")
        self.assertEqual(caught.exception.code, 503)
        caught.exception.close()

    def test_two_workers_at_once_do_no_harm(self):
        self.serve("--workers", "2")
        keys = self.redis.ask("KEYS", "spool_lock:*").split()
        self.assertEqual(len(keys), 22)
        self.assertEqual({self.redis.ask("TTL", key) for key in keys}, {"-1"})


if __name__ == "__main__":
    unittest.main()
