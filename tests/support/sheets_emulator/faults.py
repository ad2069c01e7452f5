"""What is planned to go wrong, when, and how it is done on the wire."""

import base64
import json
import socket
import struct
import time

from .errors import html_page, named

PLACES = ("token", "metadata", "values", "confirm", "other", "any", "connect")
CONNECT_KINDS = ("tls_stall", "stall", "trickle", "plaintext", "cut", "reset", "delay")
REQUEST_KINDS = ("status", "google_error", "stall", "trickle", "cut", "reset", "html", "big", "body", "delay", "lag",
                 "close", "drop")


class Planned:
    """Counts the requests that it matches; due from the nth on, `times` times (0: for ever)."""

    def __init__(self, where, nth, times, action):
        self.where = [where] if isinstance(where, str) else list(where)
        for place in self.where:
            if place not in PLACES:
                raise ValueError(f"no place {place!r}; there are: {', '.join(PLACES)}")
        self.nth, self.times, self.action = int(nth), int(times), action
        self.seen = 0

    def is_edit(self):
        return "edits" in self.action

    def take(self, kind):
        if kind not in self.where and not ("any" in self.where and kind != "connect"):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times == 0 or self.seen < self.nth + self.times)

    def is_over(self):
        return self.times != 0 and self.seen >= self.nth + self.times - 1


def check(fault):
    """Refuses at once what could not be done later."""
    at_connect = "connect" in fault.get("where", "any")
    kinds = CONNECT_KINDS if at_connect else REQUEST_KINDS
    if fault.get("kind") not in kinds:
        raise ValueError(f"no fault {fault.get('kind')!r} there; there are: {', '.join(kinds)}")
    if fault["kind"] == "google_error":
        named(fault.get("name", ""))
    if fault["kind"] == "status":
        int(fault["code"])


def silence(connection):
    """Takes whatever comes, says nothing, until the other side goes."""
    while connection.recv(65536):
        pass


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def trickle(connection, data, interval_ms):
    for index in range(len(data)):
        connection.sendall(data[index:index + 1])
        time.sleep(interval_ms / 1000)


def at_connect(fault, connection):
    """True: the connection is done with. Runs before any TLS."""
    kind = fault["kind"]
    if kind in ("tls_stall", "stall"):
        silence(connection)
    elif kind == "trickle":
        # The start of a TLS record of 16 KiB: nothing in it can be acted on before it is whole.
        trickle(connection, b"\x16\x03\x03\x40\x00" + bytes(16384), fault.get("interval_ms", 1000))
    elif kind == "plaintext":
        connection.recv(1)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    elif kind == "reset":
        reset(connection)
    elif kind == "delay":
        return False
    return True


def _body_of(fault, request):
    if "base64" in fault:
        return base64.b64decode(fault["base64"])
    body = fault.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    if fault.get("echo"):
        sent = request.body.decode("latin-1")
        text = text.replace("{authorization}", request.headers.get("authorization", "")).replace("{body}", sent)
        text = text.replace("{tail}", sent[-60:])
    return text.encode()


def other_reply(fault, request):
    """(code, headers, body) where the fault is another reply, else None."""
    kind = fault["kind"]
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    if kind == "google_error":
        error = named(fault["name"])
        headers = {"Content-Type": error.content_type(), **error.headers}
        code, body = error.code, error.body().encode()
    elif kind == "html":
        headers["Content-Type"] = "text/html; charset=UTF-8"
        code, body = 200, html_page("Sign in", "Use your account to go on to the network.").encode()
    elif kind == "status":
        code, body = int(fault["code"]), _body_of(fault, request)
    elif kind == "body":
        code, body = 200, _body_of(fault, request)
    else:
        return None
    return code, {**headers, **fault.get("headers", {})}, body


def big_body(fault):
    """In blocks; spaces by default, which a parser reads on and on as the start of a JSON text."""
    left = int(fault.get("bytes", 64 << 20))
    fill = fault.get("fill", " ").encode()
    block = fill * max(1, 65536 // len(fill))
    while left > 0:
        yield block[:left]
        left -= len(block)
