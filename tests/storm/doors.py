"""The reconcilers' ways to Redis: a relay each, which knows whose connection is whose and springs traps on them.

A trap waits for the nth command of a name in what the client sends, and does something before it is passed on, when
half of it has been, or after it: call a function (kill the client), cut the connection, hold it up for a while, do
something else in between.
"""

import dataclasses
import select
import socket
import struct
import threading
import time
from typing import Callable, Optional

LINGER_NOT = struct.pack("ii", 1, 0)  # close with RST


@dataclasses.dataclass
class Trap:
    command: bytes
    nth: int
    when: str  # before, half, after
    act: str  # call, cut, hold, do: call and go on; late: cut for the client, yet what it sent arrives hold_s later
    call: Optional[Callable[[], None]] = None
    hold_s: float = 0.0
    sprung: bool = False

    def find(self, data):
        """Where the command's word begins in data, once it is the nth; None before."""
        word = b"$%d\r\n%s\r\n" % (len(self.command), self.command)
        start = 0
        while not self.sprung and (start := data.find(word, start)) >= 0:
            self.nth -= 1
            if self.nth == 0:
                self.sprung = True
                return start
            start += len(word)
        return None


class Door:
    """One listening port; who comes through it is whoever is its guest then."""

    def __init__(self, world):
        self.world = world
        self.guest = None
        self.trap = None
        self.served = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.port = self.listener.getsockname()[1]
        self.accepting = threading.Thread(target=self.accept, name="door", daemon=True)
        self.accepting.start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.served = [thread for thread in self.served if thread.is_alive()]
            self.served.append(threading.Thread(target=self.serve, args=(client,), name="door", daemon=True))
            self.served[-1].start()

    def serve(self, client):
        server = self.world.open_for(self.guest)
        if server is None:
            reset(client)
            return
        try:
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.pump(client, server)
        except OSError:
            pass
        reset(client)
        reset(server)

    def pump(self, client, server):
        while True:
            ready, _, _ = select.select([client, server], [], [])
            for end in ready:
                data = end.recv(65536)
                if not data:
                    return
                if end is server:
                    client.sendall(data)
                elif not self.pass_on(data, client, server):
                    return

    def pass_on(self, data, client, server):
        trap = self.trap
        at = trap.find(data) if trap else None
        if at is None:
            server.sendall(data)
            return True
        cut = {"before": data.rfind(b"*", 0, at), "half": at + len(trap.command), "after": len(data)}[trap.when]
        server.sendall(data[:cut])
        if trap.act == "hold":
            time.sleep(trap.hold_s)
        elif trap.act == "do":
            trap.call()
        elif trap.act == "late":
            reset(client)
            time.sleep(trap.hold_s)
            server.sendall(data[cut:])
            time.sleep(0.05)
            return False
        else:
            if trap.act == "call":
                trap.call()
            return False
        server.sendall(data[cut:])
        return True

    def close(self):
        """Once what was held up has arrived: a dead client's commands too."""
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self.listener.close()
        for thread in (self.accepting, *self.served):
            thread.join(timeout=10)


def reset(end):
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    except OSError:
        pass
    end.close()
