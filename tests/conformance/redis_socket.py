"""Redis's protocol over a UNIX socket, as much of it as setting up and looking at a test's keys takes."""

import socket


class RedisError(Exception):
    """What Redis refused."""


class RedisSocket:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.stream = self.socket.makefile("rb")

    def ask(self, *words):
        return self.ask_all([words])[0]

    def ask_all(self, commands):
        """The replies; the first refusal is raised when all of them have been read."""
        for words in commands:
            parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
            self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
        replies = [self.reply() for _ in commands]
        for reply, words in zip(replies, commands):
            if isinstance(reply, RedisError):
                raise RedisError(f"{' '.join(map(str, words))}: {reply}")
        return replies

    def reply(self):
        line = self.stream.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            return RedisError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.stream.read(int(rest) + 2)[:-2].decode("utf-8", "surrogateescape")
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        raise ConnectionError(f"redis-server answered {line!r}")

    def close(self):
        self.stream.close()
        self.socket.close()
