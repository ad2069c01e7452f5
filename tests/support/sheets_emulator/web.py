"""HTTP/1.1 over TLS, a thread a connection: requests in, replies out, and what a fault makes of them."""

import email.utils
import gzip
import http
import sys
import time
import urllib.parse

from . import faults
from .routes import Reply, answer, classify

_HEAD_MAX = 65536
_CHUNK = 65536


class Gone(Exception):
    """Nothing more can be done with this connection."""


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body = method, headers, body
        path, _, query = target.partition("?")
        self.raw_path, self.path = path, urllib.parse.unquote(path)
        self.query = urllib.parse.parse_qs(query, keep_blank_values=True)


class Connection:
    def __init__(self, state, raw, edit):
        self.state, self.sock, self.edit = state, raw, edit
        self.buffer = b""

    def run(self, secure):
        try:
            fault, _ = self.state.due("connect")
            if fault:
                time.sleep(fault.get("delay_ms", 0) / 1000)
                if faults.at_connect(fault, self.sock):
                    return
            if secure:
                self.sock = self.state.tls_context().wrap_socket(self.sock, server_side=True)
            self.state.count("handshakes")
            while self._serve_one():
                pass
        except (OSError, Gone):
            pass
        except ValueError as error:
            print(f"sheets-emulator: {error}", file=sys.stderr, flush=True)
        finally:
            self.sock.close()

    def _receive(self):
        data = self.sock.recv(65536)
        if not data:
            raise Gone
        self.state.count("bytes_in", len(data))
        self.buffer += data

    def _send(self, data):
        self.sock.sendall(data)
        self.state.count("bytes_out", len(data))

    def _read_request(self):
        while b"\r\n\r\n" not in self.buffer:
            if len(self.buffer) > _HEAD_MAX:
                raise Gone
            self._receive()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        fields = (line.partition(":") for line in lines[1:])
        headers = {name.strip().lower(): value.strip() for name, _, value in fields}
        if headers.get("expect", "").lower() == "100-continue":
            self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = int(headers.get("content-length", 0))
        while len(self.buffer) < length:
            self._receive()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Request(method, target, headers, body)

    def _serve_one(self):
        request = self._read_request()
        kind = classify(request)
        entry = {"time": time.time(), "kind": kind, "method": request.method, "path": request.path,
                 "query": request.query, "user_agent": request.headers.get("user-agent", ""), "status": 0}
        with self.state.lock:
            self.state.counts[kind] += 1
            self.state.requests.append(entry)
        if kind == "token":
            form = urllib.parse.parse_qs(request.body.decode("latin-1"))
            self.state.tokens.last["assertion"] = form.get("assertion", [""])[0]
        fault, edits = self.state.due(kind)
        for edit in edits:
            if edit.get("when", "before") == "before":
                self.edit(edit["edits"])
        delay = self.state.config["delay_ms"]
        time.sleep((delay.get(kind, delay.get("any", 0)) + (fault or {}).get("delay_ms", 0)) / 1000)
        going_on = self._answer(request, kind, fault, entry)
        for edit in edits:
            if edit.get("when") == "after":
                self.edit(edit["edits"])
        return going_on and request.headers.get("connection", "").lower() != "close"

    def _answer(self, request, kind, fault, entry):
        """True where the connection may be used again."""
        what = fault["kind"] if fault else None
        if what == "stall":
            faults.silence(self.sock)
            return False
        if what == "reset":
            faults.reset(self.sock)
            return False
        if what == "big":
            return self._send_big(fault, entry)
        other = faults.other_reply(fault, request) if fault else None
        reply = Reply(*other) if other else answer(self.state, request, kind, (fault or {}).get("lag_ms"))
        entry["status"] = reply.code
        with self.state.lock:
            self.state.statuses[str(reply.code)] += 1
        if what in ("cut", "trickle"):
            return self._send_badly(fault, reply)
        self._send(self._whole(reply, request, "close" if what == "close" else None))
        return what not in ("close", "drop")

    def _head(self, reply, extra):
        date = email.utils.formatdate(self.state.now(), usegmt=True)
        headers = {"Date": date, "Server": "ESF", "Vary": "Origin, X-Origin, Referer", "Cache-Control": "private",
                   "X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN", "X-XSS-Protection": "0",
                   **reply.headers, **extra}
        reason = _reason(reply.code)
        lines = [f"HTTP/1.1 {reply.code} {reason}"] + [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _whole(self, reply, request, connection=None):
        body, extra = reply.body, {"Transfer-Encoding": "chunked"}
        agent, accepted = request.headers.get("user-agent", ""), request.headers.get("accept-encoding", "")
        if self.state.config["gzip"] and "gzip" in accepted and "gzip" in agent:
            body, extra["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        if connection:
            extra["Connection"] = connection
        if request.method == "HEAD":
            return self._head(reply, {"Content-Length": str(len(body))})
        parts = [self._head(reply, extra)]
        for start in range(0, len(body), _CHUNK):
            block = body[start:start + _CHUNK]
            parts += [b"%x\r\n" % len(block), block, b"\r\n"]
        return b"".join(parts) + b"0\r\n\r\n"

    def _send_badly(self, fault, reply):
        head = self._head(reply, {"Content-Length": str(len(reply.body))})
        if fault["kind"] == "cut":
            self._send(head + reply.body[:len(reply.body) // 2])
            return False
        if fault.get("part") == "body":
            self._send(head)
            head = b""
        faults.trickle(self.sock, head + reply.body, fault.get("interval_ms", 1000))
        return True

    def _send_big(self, fault, entry):
        entry["status"] = 200
        reply = Reply(200, {"Content-Type": "application/json; charset=UTF-8"}, b"")
        self._send(self._head(reply, {"Transfer-Encoding": "chunked"}))
        for block in faults.big_body(fault):
            self._send(b"%x\r\n" % len(block) + block + b"\r\n")
        self._send(b"0\r\n\r\n")
        return True


def _reason(code):
    try:
        return http.HTTPStatus(code).phrase
    except ValueError:
        return "Unknown"
