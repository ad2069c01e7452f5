"""Every command that a Redis server runs and every effect that it has, in the one order in which they happened.

A connection that speaks RESP3 may be told of key space events and be a MONITOR at once. Redis 7 writes to it, before
the line of a command (or of a script's inner command), the events that this command caused.
"""

import re
import threading
import uuid

from resp import Connection

LINE = re.compile(r"(\d+\.\d+) \[\d+ (\S+)\] (.*)", re.DOTALL)
WORD = re.compile(r'"((?:[^"\\]|\\.)*)"')
ESCAPE = re.compile(rb"\\(x[0-9a-f]{2}|.)", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b"}


def plain(word):
    """A word of MONITOR's as the client sent it."""
    if "\\" not in word:
        return word

    def one(match):
        code = match.group(1)
        return bytes([int(code[1:], 16)]) if len(code) == 3 else ESCAPED.get(code, code)
    return ESCAPE.sub(one, word.encode("latin-1")).decode("utf-8", "surrogateescape")


class Observer:
    """listener.on_event(event, key) and listener.on_command(time, address, words), on a thread of its own."""

    def __init__(self, port, listener):
        self.port, self.listener = port, listener
        self.connection = Connection(port, "observer")
        self.address = "%s:%d" % self.connection.socket.getsockname()
        self.connection.ask("CONFIG", "SET", "notify-keyspace-events", "EA")
        self.connection.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0")
        self.connection.ask("HELLO", "3")
        self.connection.ask("PSUBSCRIBE", "__keyevent@0__:*")
        self.connection.ask("MONITOR")
        self.markers = {}
        self.failure = None
        self.thread = threading.Thread(target=self.run, name="observer", daemon=True)
        self.thread.start()

    def run(self):
        try:
            while (what := self.next()) is not None:
                self.take(what)
        except Exception as failure:  # told by whoever waits for a marker
            self.failure = failure
            raise
        finally:
            for marker in list(self.markers.values()):
                marker.set()

    def next(self):
        try:
            return self.connection.read()
        except (OSError, ValueError):
            return None  # the server ended, or we did

    def take(self, what):
        if isinstance(what, list):
            self.listener.on_event(what[2].split(":", 1)[1], what[3])
            return
        time_text, address, rest = LINE.fullmatch(what).groups()
        words = [plain(word) for word in WORD.findall(rest)]
        if words[0].upper() == "ECHO" and words[1] in self.markers:
            self.markers[words[1]].set()
        elif address != self.address:
            self.listener.on_command(float(time_text), address, words)

    def catch_up(self, admin):
        """Until everything that was done before now has been told; admin is a connection to the same server."""
        marker = str(uuid.uuid4())
        seen = self.markers[marker] = threading.Event()
        admin.ask("ECHO", marker)
        has_come = seen.wait(30)
        del self.markers[marker]
        if not has_come or self.failure:
            raise RuntimeError(f"the observer does not follow: {self.failure}")

    def close(self):
        """Takes what has already been sent first: the server has ended."""
        self.thread.join(timeout=10)
        self.connection.close()
