"""Redis's protocol over TCP, as much of it as the storm speaks."""

import socket


class RedisError(Exception):
    """What Redis refused."""


def encoded(words):
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


class Connection:
    """Every failure is an OSError, after which this connection is of no more use."""

    def __init__(self, port, name, timeout=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")
        try:
            self.ask("CLIENT", "SETNAME", name)
        except BaseException:
            self.close()
            raise

    def ask(self, *words):
        self.socket.sendall(encoded(words))
        reply = self.read()
        if isinstance(reply, RedisError):
            raise reply
        return reply

    def read(self):
        line = self.stream.readline()
        kind, rest = line[:1], line[1:-2]
        if kind in b"+-" and line:
            text = rest.decode("utf-8", "surrogateescape")
            return text if kind == b"+" else RedisError(text)
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.stream.read(int(rest) + 2)[:-2].decode("utf-8", "surrogateescape")
        if kind in (b"*", b">"):
            return [self.read() for _ in range(int(rest))]
        if kind == b"%":
            return [self.read() for _ in range(2 * int(rest))]
        if kind == b"_":
            return None
        raise ConnectionError(f"Redis said {line!r}")

    def close(self):
        self.stream.close()
        self.socket.close()
