"""A Redis that restarts empty, and what a storm needs to know of it.

Another world (a Cluster, Sentinels) offers the same: start, restart_empty, freeze, connect, door, redis_config, keys,
generation, catch_up, close; and it feeds one KeySpace with what an Observer on each of its servers sees.
"""

import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time

import support  # noqa: F401  puts tests/support in the path
import children
from doors import Door
from key_space import PREFIX
from observer import Observer
from resp import Connection

PASSWORD = "storm"
PERMISSIONS = "~spool_lock:* +get +mget +set +pttl +persist +del +select +client|setname"
USERS = {"scripts": PERMISSIONS + " +eval", "no-scripts": PERMISSIONS + " +watch +unwatch +multi +exec"}


class RedisWorld:
    def __init__(self, key_space):
        self.key_space = key_space
        self.folder = tempfile.TemporaryDirectory(prefix="lockrec-storm-")
        self.path = pathlib.Path(self.folder.name)
        self.password_file = self.path / "password"
        self.password_file.write_text(PASSWORD)
        users = "".join(f"user {name} on >{PASSWORD} {rules}\n" for name, rules in USERS.items())
        (self.path / "redis.conf").write_text(users)
        self.generation = 0  # how often everything was lost
        self.is_open = threading.Event()
        self.process = self.port = self.observer = self.admin = None
        self.start()

    def start(self):
        """Call it from a thread that lives as long as the server shall."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = children.start(
            ["redis-server", str(self.path / "redis.conf"), "--port", str(self.port), "--bind", "127.0.0.1",
             "--save", "", "--dir", self.folder.name], stdout=subprocess.DEVNULL)
        self.admin = self.wait_until_it_answers()
        # Nobody is let in before somebody looks.
        self.observer = Observer(self.port, self.key_space)
        self.admin.ask("CLIENT", "SETNAME", "foreman")  # said again, for the observer
        self.is_open.set()

    def wait_until_it_answers(self):
        end = time.monotonic() + 20
        while True:
            try:
                return Connection(self.port, "foreman")
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.005)

    def restart_empty(self, down_s=0.0):
        self.is_open.clear()
        self.generation += 1
        self.end_server()
        self.key_space.on_restart()
        time.sleep(down_s)
        self.start()

    def end_server(self):
        self.process.kill()
        self.process.wait()
        children.STARTED.remove(self.process)
        self.observer.close()
        self.admin.close()

    def empty(self):
        """Everything is lost, and nobody notices."""
        self.generation += 1
        self.admin.ask("FLUSHALL")

    def freeze(self, seconds):
        """It is there, and says nothing."""
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def connect(self, name):
        """A worker's connection; OSError while there is no server."""
        if not self.is_open.is_set():
            raise ConnectionError("Redis is down")
        return Connection(self.port, name, timeout=5)

    def open_for(self, guest):
        """A socket to the server for what comes through a door; None while there is no server."""
        if not self.is_open.is_set():
            return None
        try:
            server = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        except OSError:
            return None
        server.settimeout(None)
        self.key_space.introduce("%s:%d" % server.getsockname(), guest)
        return server

    def door(self):
        return Door(self)

    def redis_config(self, door, user=None):
        """The fields of a reconciler's config that lead through this door."""
        config = {"redis_url": f"redis://127.0.0.1:{door.port}"}
        if user:
            config |= {"redis_username": user, "redis_password_file": str(self.password_file)}
        return config

    def keys(self):
        """Every lock with its value and its life in ms, -1: permanent."""
        found = {}
        for key in self.admin.ask("KEYS", PREFIX + "*"):
            value, life = self.admin.ask("GET", key), self.admin.ask("PTTL", key)
            if value is not None:
                found[key] = (value, life)
        return found

    def catch_up(self):
        self.observer.catch_up(self.admin)

    def close(self):
        self.is_open.clear()
        self.end_server()
        self.folder.cleanup()
