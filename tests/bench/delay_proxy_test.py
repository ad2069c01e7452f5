"""The network in between: as late as it is told to be, and otherwise as if it weren't there."""
import hashlib
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = str(pathlib.Path(os.environ["LOCKREC_BINARY_DIR"]) / "delay_proxy")
ROUND_TRIP_US = 4000
ROUND_TRIP = ROUND_TRIP_US / 1e6
SLACK = 0.0005  # what the fastest of TRIES may take more; sanitizers and a busy machine take their share
TRIES = 60
MIB = 1 << 20


def echo(connection):
    while data := connection.recv(256 << 10):
        connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)


class Server:
    """Serves each connection in a thread of its own."""

    def __init__(self, serve, address=("127.0.0.1", 0), family=socket.AF_INET):
        self.listening = socket.socket(family)
        self.listening.bind(address)
        self.listening.listen()
        self.address = self.listening.getsockname()
        self.serve = serve
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_one, args=(connection,), daemon=True).start()

    def serve_one(self, connection):
        with connection:
            self.serve(connection)

    def close(self):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


class Proxy:
    def __init__(self, to, round_trip_us=ROUND_TRIP_US):
        self.process = subprocess.Popen(
            [PROGRAM, "--round-trip-us", str(round_trip_us), "--to", to],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.port = json.loads(self.process.stdout.readline())["port"]

    def connect(self, host="127.0.0.1"):
        connection = socket.create_connection((host, self.port), timeout=20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def say(self, line):
        self.process.stdin.write(line + "\n")

    def stats(self):
        self.say("stats")
        return json.loads(self.process.stdout.readline())

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=10)


def exact(connection, size):
    parts = []
    while size > 0:
        data = connection.recv(min(size, MIB))
        if not data:
            raise EOFError
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


class DelayProxyTest(unittest.TestCase):
    def through(self, serve, round_trip_us=ROUND_TRIP_US):
        server = Server(serve)
        self.addCleanup(server.close)
        proxy = Proxy(f"127.0.0.1:{server.address[1]}", round_trip_us)
        self.addCleanup(proxy.close)
        return proxy

    def assert_takes(self, seconds, takes):
        self.assertGreaterEqual(min(takes), seconds)
        self.assertLessEqual(min(takes), seconds + SLACK)

    def test_an_echo_takes_one_round_trip_and_with_the_connection_two(self):
        proxy = self.through(echo)
        firsts, others = [], []
        for _ in range(TRIES):
            start = time.monotonic()
            with proxy.connect() as connection:
                for takes in (firsts, others):
                    connection.sendall(b"x")
                    exact(connection, 1)
                    takes.append(time.monotonic() - start)
                    start = time.monotonic()
        self.assert_takes(2 * ROUND_TRIP, firsts)
        self.assert_takes(ROUND_TRIP, others)

    def test_who_speaks_late_has_connected_meanwhile(self):
        proxy = self.through(echo)
        takes = []
        for _ in range(TRIES):
            with proxy.connect() as connection:
                time.sleep(1.5 * ROUND_TRIP)
                start = time.monotonic()
                connection.sendall(b"x")
                exact(connection, 1)
                takes.append(time.monotonic() - start)
        self.assert_takes(ROUND_TRIP, takes)

    def test_much_arrives_intact_both_ways(self):
        proxy = self.through(echo)
        data = os.urandom(20 * MIB)
        with proxy.connect() as connection:
            start = time.monotonic()
            threading.Thread(target=lambda: (connection.sendall(data), connection.shutdown(socket.SHUT_WR))).start()
            received = exact(connection, len(data))
            self.assertLess(time.monotonic() - start, 5)
            self.assertEqual(connection.recv(1), b"")
        self.assertEqual(hashlib.sha256(received).digest(), hashlib.sha256(data).digest())

    def test_small_pieces_keep_their_order_and_their_delay(self):
        proxy = self.through(echo)
        sent_at = []

        def send(connection):
            for number in range(2000):
                sent_at.append(time.monotonic())
                connection.sendall(struct.pack("!I", number))
                if number % 7 == 0:
                    time.sleep(0.0001)

        with proxy.connect() as connection:
            threading.Thread(target=send, args=(connection,)).start()
            for number in range(2000):
                self.assertEqual(struct.unpack("!I", exact(connection, 4))[0], number)
                self.assertGreaterEqual(time.monotonic() - sent_at[number], ROUND_TRIP)

    def test_half_a_connection_stays_when_the_other_half_is_closed(self):
        def answer_after_the_end(connection):
            size = 0
            while data := connection.recv(MIB):
                size += len(data)
            connection.sendall(str(size).encode())

        proxy = self.through(answer_after_the_end)
        with proxy.connect() as connection:
            connection.sendall(b"x" * 100_000)
            start = time.monotonic()
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(exact(connection, 6), b"100000")
            self.assertGreaterEqual(time.monotonic() - start, ROUND_TRIP)
            self.assertEqual(connection.recv(1), b"")

    def test_a_reset_is_a_reset_on_the_other_side_and_comes_as_late(self):
        def reset(connection):
            connection.recv(1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        proxy = self.through(reset)
        with proxy.connect() as connection:
            start = time.monotonic()
            connection.sendall(b"x")
            with self.assertRaises(ConnectionResetError):
                connection.recv(1)
            self.assertGreaterEqual(time.monotonic() - start, ROUND_TRIP)

    def test_where_nobody_listens_the_client_is_reset(self):
        for to in ("127.0.0.1:1", "unix:/nonexistent/socket"):
            with self.subTest(to=to):
                proxy = Proxy(to)
                self.addCleanup(proxy.close)
                with proxy.connect() as connection, self.assertRaises(ConnectionResetError):
                    connection.recv(1)

    def test_what_nobody_reads_holds_the_sender_up_and_costs_nothing(self):
        read_on = threading.Event()

        def read_late(connection):
            read_on.wait()
            connection.sendall(hashlib.sha256(exact(connection, 160 * MIB)).digest())

        proxy = self.through(read_late)
        data = os.urandom(MIB) * 160
        with proxy.connect() as connection:
            sender = threading.Thread(target=connection.sendall, args=(data,))
            sender.start()
            self.addCleanup(read_on.set)
            deadline = time.monotonic() + 20
            while proxy.stats()["client_bytes"] < 64 * MIB and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(0.2)
            used = proxy.cpu_seconds()
            held = proxy.stats()["client_bytes"]
            time.sleep(0.5)
            self.assertEqual(proxy.stats()["client_bytes"], held)
            self.assertLess(held, 100 * MIB)
            self.assertTrue(sender.is_alive())
            self.assertLess(proxy.cpu_seconds() - used, 0.1)
            read_on.set()
            self.assertEqual(exact(connection, 32), hashlib.sha256(data).digest())

    def test_it_counts_since_the_last_reset(self):
        proxy = self.through(lambda connection: connection.sendall(connection.recv(10) * 3))
        for _ in range(2):
            for _ in range(2):
                with proxy.connect() as connection:
                    connection.sendall(b"12345")
                    exact(connection, 15)
            self.assertEqual(proxy.stats(), {"connections": 2, "client_bytes": 10, "server_bytes": 30})
            proxy.say("reset")
            self.assertEqual(proxy.stats(), {"connections": 0, "client_bytes": 0, "server_bytes": 0})

    def test_unix_sockets_and_both_loopbacks(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(echo, f"{folder}/socket", socket.AF_UNIX)
            self.addCleanup(server.close)
            proxy = Proxy(f"unix:{folder}/socket")
            self.addCleanup(proxy.close)
            hosts = ["127.0.0.1"]
            if pathlib.Path("/proc/net/if_inet6").exists():
                hosts += ["::1"]
            for host in hosts:
                with proxy.connect(host) as connection:
                    connection.sendall(b"x")
                    self.assertEqual(exact(connection, 1), b"x")

    def test_it_ends_with_its_input_at_a_signal_and_with_its_parent(self):
        proxy = Proxy("127.0.0.1:1")
        proxy.process.stdin.close()
        self.assertEqual(proxy.process.wait(timeout=10), 0)
        proxy.process.stdout.close()
        proxy = Proxy("127.0.0.1:1")
        proxy.process.terminate()
        self.assertEqual(proxy.process.wait(timeout=10), -signal.SIGTERM)
        proxy.close()
        start = f"import subprocess; subprocess.run({[PROGRAM, '--round-trip-us', '1', '--to', '127.0.0.1:1']!r})"
        with subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
            self.assertIn(b"port", parent.stdout.readline())
            parent.kill()
            self.assertEqual(parent.stdout.read(), b"")  # once nobody holds the other end


if __name__ == "__main__":
    unittest.main()
