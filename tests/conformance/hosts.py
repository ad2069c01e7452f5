"""The drivers: one process for each host, asked one line at a time."""

import json
import pathlib
import queue
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import children  # noqa: E402

HOSTS = ("c", "python", "go", "node")
START_S = 300  # a driver may have to be built first


class Absent(Exception):
    """A driver that is not there, has ended, or gave no answer in time."""


def command_of(host, build_dir):
    if host == "c":
        return [str(build_dir / "lockrec_conformance_driver")]
    return [str(ROOT / "bindings" / host / "conformance" / "run"), str(build_dir)]


class Driver:
    """Answers are read by a thread, so that a driver that says nothing is found out."""

    def __init__(self, host, command):
        self.host = host
        self.lines = queue.Queue()
        try:
            self.process = children.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise Absent(f"{host}: no driver: {error}") from error
        threading.Thread(target=self.read, daemon=True).start()
        try:
            self.ask({"config": {}}, START_S)  # built and ready before a vector's locks begin to age
        except Absent:
            self.close()
            raise

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def ask(self, asked, seconds):
        """The parsed answer."""
        try:
            self.process.stdin.write(json.dumps(asked).encode() + b"\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=seconds)
        except OSError as error:
            raise Absent(f"{self.host}: the driver has ended ({error})") from error
        except queue.Empty:
            raise Absent(f"{self.host}: no answer within {seconds} s") from None
        if line is None:
            raise Absent(f"{self.host}: the driver has ended with status {self.process.wait()}")
        try:
            return json.loads(line.decode("utf-8"))
        except ValueError as error:
            raise Absent(f"{self.host}: answered what is not one line of JSON: {line[:200]!r} ({error})") from error

    def close(self):
        """The number of lines too many that the driver wrote, and its exit status."""
        try:
            self.process.stdin.close()
            status = self.process.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            status = self.process.wait()
        rest = 0
        while True:
            try:
                line = self.lines.get(timeout=2)
            except queue.Empty:
                break
            if line is None:
                break
            rest += 1
        children.STARTED.remove(self.process)
        return rest, status
