"""Accepts connections, each with a thread of its own."""

import socket
import threading

from .web import Connection


class Server:
    """Listens on both loopbacks, since localhost may mean either."""

    def __init__(self, state, edit, port, secure):
        self.state, self.edit, self.secure = state, edit, secure
        self.listeners = [self._listen(socket.AF_INET, "127.0.0.1", port)]
        self.port = self.listeners[0].getsockname()[1]
        try:
            self.listeners.append(self._listen(socket.AF_INET6, "::1", self.port))
        except OSError:
            pass  # no IPv6 here, or that port is taken there
        for listener in self.listeners:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    @staticmethod
    def _listen(family, host, port):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
        return listener

    def _accept(self, listener):
        while True:
            raw, _ = listener.accept()
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.state.count("connections")
            threading.Thread(target=self._handle, args=(raw,), daemon=True).start()

    def _handle(self, raw):
        with self.state.lock:
            self.state.open_connections += 1
        try:
            Connection(self.state, raw, self.edit).run(self.secure)
        finally:
            with self.state.lock:
                self.state.open_connections -= 1
