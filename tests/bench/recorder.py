"""What a call sends to Redis, kept to be sent again: a relay for one connection that writes down the client's side."""

import contextlib
import pathlib
import re
import socket
import threading

CHUNK = 1 << 20


def without_handshake(sent):
    """redis-cli says nothing of that kind: the commands begin behind HELLO."""
    words = re.match(rb"\*(\d+)\r\n\$5\r\nHELLO\r\n", sent)
    at = words.end()
    for _ in range(int(words.group(1)) - 1):
        size = re.compile(rb"\$(\d+)\r\n").match(sent, at)
        at = size.end() + int(size.group(1)) + 2
    return sent[at:]


def pump(source, target, kept=None):
    while data := source.recv(CHUNK):
        if kept is not None:
            kept.append(data)
        target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def record(redis_port, path):
    """The port to connect to meanwhile; the commands are in path afterwards."""
    sent = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def relay():
            client, _ = listener.accept()
            with client, socket.create_connection(("127.0.0.1", redis_port)) as server:
                back = threading.Thread(target=pump, args=(server, client))
                back.start()
                pump(client, server, sent)
                back.join()

        thread = threading.Thread(target=relay, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()
    pathlib.Path(path).write_bytes(without_handshake(b"".join(sent)))
