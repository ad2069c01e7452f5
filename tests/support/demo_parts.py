"""What both demos stand on: a private Redis, the Sheets emulator, and a way to talk to the reader."""

import json
import pathlib
import subprocess
import sys
import time

import children

HERE = pathlib.Path(__file__).resolve().parent
BOLD, DIM, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


def say(text=""):
    print(text, flush=True)


def step(number, text):
    say(f"\n{BOLD}{number}. {text}{PLAIN}")


class Redis:
    """A private redis-server in the demo's own folder: on a UNIX socket, and on a port where one is given."""

    def __init__(self, folder, port=0):
        self.socket = folder / "redis.sock"
        self.process = children.start(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no",
             "--dir", str(folder), "--daemonize", "no"], stdout=subprocess.DEVNULL)
        for _ in range(100):
            if self.socket.exists() and self.ask("PING") == "PONG":
                return
            time.sleep(0.05)
        raise SystemExit("demo: redis-server did not start")

    def ask(self, *command):
        done = subprocess.run(["redis-cli", "-s", str(self.socket), *command], capture_output=True, text=True)
        return done.stdout.strip()


class Sheet:
    """The Sheets emulator with a sheet of the production shape."""

    def __init__(self):
        self.process = children.start(
            [sys.executable, str(HERE / "sheets-emulator"), "--rows", "1869", "--occupied", "22"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self.process.stdout.readline())

    def order(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())
