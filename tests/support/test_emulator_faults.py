"""Checks that the Sheets emulator's faults happen when and how they are ordered. Runs on the system's python3."""

import http.client
import json
import pathlib
import socket
import ssl
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from emulator_process import Emulator, connect, get, post_form, wait_for  # noqa: E402


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator("--rows", "100", "--occupied", "5")
        cls.addClassCleanup(cls.emulator.close)
        cls.id = cls.emulator.spreadsheet_id

    def setUp(self):
        self.emulator.do("reset")

    def values(self, *ranges, timeout=10):
        reply, body = get(self.emulator, f"{self.id}/values:batchGet",
                          [("ranges", each) for each in ranges or ("G1:G3", "BO1:BO3", "BP1:BP3")], timeout=timeout)
        return reply.status, body

    def fault(self, kind, where="values", **more):
        self.emulator.do("fault", kind=kind, where=where, **more)

    def test_nth_and_times_choose_the_requests(self):
        self.fault("status", code=503, nth=2, times=2, headers={"Retry-After": "1"})
        self.assertEqual([self.values()[0] for _ in range(5)], [200, 503, 503, 200, 200])
        self.fault("google_error", name="quota_429", times=0)
        self.assertEqual([self.values()[0] for _ in range(3)], [429] * 3)

    def test_place_chooses_the_request(self):
        self.fault("status", where="confirm", code=500)
        self.fault("status", where="metadata", code=502)
        self.fault("status", where="token", code=408)
        self.assertEqual(self.values()[0], 200)
        self.assertEqual(self.values("G1:G", "BO1:BO")[0], 500)
        self.assertEqual(get(self.emulator, self.id)[0].status, 502)
        self.assertEqual(post_form(self.emulator, "/token", {})[0].status, 408)
        self.fault("status", where="any", code=501)
        self.assertEqual(get(self.emulator, self.id)[0].status, 501)

    def test_every_named_error_is_a_whole_reply(self):
        for name, code in (("not_shared", 403), ("api_disabled", 403), ("scope", 403), ("rate_403", 403),
                           ("user_rate_403", 403), ("no_api_key", 403), ("quota_429", 429), ("unavailable_503", 503),
                           ("not_found", 404), ("unauthenticated", 401), ("internal_500", 500), ("xlsx", 400)):
            self.fault("google_error", name=name)
            status, body = self.values()
            self.assertEqual((status, json.loads(body)["error"]["code"]), (code, code))
        self.fault("google_error", name="unavailable_503_html")
        self.assertTrue(self.values()[1].startswith(b"<!DOCTYPE html>"))

    def test_bodies(self):
        self.fault("body", base64="eyIA/30=")
        self.assertEqual(self.values(), (200, b'{"\x00\xff}'))
        self.fault("html")
        self.assertIn(b"<html", self.values()[1])
        self.fault("big", bytes=300001, fill="[")
        self.assertEqual(self.values(), (200, b"[" * 300001))

    def test_stall_says_nothing(self):
        self.fault("stall")
        with self.assertRaises(TimeoutError):
            self.values(timeout=0.3)
        self.assertTrue(wait_for(lambda: self.emulator.do("stats")["open_connections"] == 0))

    def test_tls_stall_takes_the_connection_and_never_shakes_hands(self):
        self.fault("tls_stall", where="connect")
        with self.assertRaises(TimeoutError):
            self.values(timeout=0.3)
        self.assertEqual(self.values()[0], 200)

    def test_connect_faults_break_the_handshake(self):
        for kind in ("cut", "reset", "plaintext"):
            self.fault(kind, where="connect")
            with self.subTest(kind), self.assertRaises((ssl.SSLError, ConnectionError)):
                self.values()
        self.fault("trickle", where="connect", interval_ms=50)
        with self.assertRaises(TimeoutError):
            self.values(timeout=0.5)

    def test_trickle_is_slow_but_true(self):
        self.fault("trickle", interval_ms=1, part="body")
        began = time.monotonic()
        status, body = self.values()
        self.assertEqual((status, len(json.loads(body)["valueRanges"])), (200, 3))
        self.assertGreater(time.monotonic() - began, len(body) / 1000)

    def test_cut_and_reset(self):
        self.fault("cut")
        with self.assertRaises((http.client.IncompleteRead, ssl.SSLError)):
            self.values()
        self.fault("reset")
        with self.assertRaises(ConnectionResetError):
            self.values()

    def test_drop_closes_without_saying_so_and_close_says_so(self):
        for kind, said in (("drop", None), ("close", "close")):
            self.fault(kind)
            connection = connect(self.emulator)
            connection.request("GET", f"/v4/spreadsheets/{self.id}/values/G1",
                               headers={"Authorization": f"Bearer {self.emulator.access_token}"})
            reply = connection.getresponse()
            self.assertEqual((reply.status, reply.getheader("Connection")), (200, said))
            reply.read()
            if connection.sock:
                with self.assertRaises((ssl.SSLError, ConnectionError)):
                    for _ in range(3):
                        connection.request("GET", "/x")
                        connection.getresponse().read()
            connection.close()

    def test_delays(self):
        self.fault("delay", delay_ms=300)
        began = time.monotonic()
        self.assertEqual(self.values()[0], 200)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)
        self.emulator.do("config", delay_ms={"values": 200})
        self.addCleanup(self.emulator.do, "config", delay_ms={"values": 0})
        began = time.monotonic()
        self.values()
        self.assertGreaterEqual(time.monotonic() - began, 0.2)

    def test_bad_certificates_are_refused_by_a_client_that_looks(self):
        for kind in ("other_name", "unknown_ca", "expired"):
            self.emulator.do("config", certificate=kind)
            with self.subTest(kind), self.assertRaises(ssl.SSLCertVerificationError):
                self.values()
        self.emulator.do("config", certificate="good")
        self.assertEqual(self.values()[0], 200)

    def test_both_loopbacks_are_served_with_their_names(self):
        for host in ("127.0.0.1", "::1", "localhost"):
            context = ssl.create_default_context(cafile=self.emulator.ca_file)
            with socket.create_connection((host, self.emulator.port), 5) as raw, \
                    context.wrap_socket(raw, server_hostname=host) as secure:
                self.assertIn(secure.version(), ("TLSv1.2", "TLSv1.3"))


if __name__ == "__main__":
    unittest.main()
