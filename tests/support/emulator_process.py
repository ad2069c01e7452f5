"""Starts the Sheets emulator for a Python test, and talks to it."""

import http.client
import json
import pathlib
import ssl
import subprocess
import tempfile
import time
import urllib.parse

PROGRAM = pathlib.Path(__file__).resolve().parent / "sheets-emulator"
KEY_FILE = pathlib.Path(tempfile.gettempdir()) / "lockrec-test-account-key.pem"  # made once: RSA keys are slow to make


class Emulator:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([str(PROGRAM), "--key-file", str(KEY_FILE), *arguments], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the emulator did not start")
        for name, value in json.loads(line).items():
            setattr(self, name, value)

    def try_do(self, op, **command):
        self.process.stdin.write(json.dumps({"op": op, **command}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def do(self, op, **command):
        answer = self.try_do(op, **command)
        if not answer["ok"]:
            raise RuntimeError(answer["error"])
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


def connect(emulator, timeout=10):
    return http.client.HTTPSConnection("localhost", emulator.port, timeout=timeout,
                                       context=ssl.create_default_context(cafile=emulator.ca_file))


def get(emulator, path, query=(), token="", timeout=10, **headers):
    """The reply and its whole body."""
    headers.setdefault("Authorization", f"Bearer {token or emulator.access_token}")
    target = urllib.parse.quote(f"/v4/spreadsheets/{path}", safe="/:'!") + "?" + urllib.parse.urlencode(list(query))
    connection = connect(emulator, timeout)
    try:
        connection.request("GET", target, headers={name: value for name, value in headers.items() if value})
        reply = connection.getresponse()
        return reply, reply.read()
    finally:
        connection.close()


def post_form(emulator, path, form):
    connection = connect(emulator)
    try:
        connection.request("POST", path, urllib.parse.urlencode(form))
        reply = connection.getresponse()
        return reply, reply.read()
    finally:
        connection.close()


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()
