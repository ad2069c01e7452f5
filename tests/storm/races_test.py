#!/usr/bin/env python3
"""Races that the storm has found, each made to happen at once: a door does something between two commands of a run."""

import json
import pathlib
import subprocess
import unittest

import support
import children
from doors import Trap
from key_space import PREFIX, KeySpace
from redis_world import RedisWorld
from shared_sheet import History

KEY = PREFIX + "SP-1"
SHEET = "TAG_SPOOL,Ocupado_Por,Fecha_Ocupacion\r\nSP-1,MR(93),21-01-2026 14:30:00\r\n"
NOW_UNIX_MS = "1769020200000"  # 21-01-2026 15:30:00 in Santiago


class RacesTest(unittest.TestCase):
    def setUp(self):
        self.world = RedisWorld(KeySpace(History([])))
        self.addCleanup(self.world.close)
        self.sheet = pathlib.Path(self.world.folder.name) / "sheet.csv"
        self.sheet.write_text(SHEET)
        self.peer = self.world.connect("peer")
        self.addCleanup(self.peer.close)

    def outcome(self, trap):
        """What became of the one row."""
        door = self.world.door()
        self.addCleanup(door.close)
        door.trap = trap
        done = subprocess.run(
            [support.default_command(), "reconcile", "--json", "--rows", "--source-file", str(self.sheet), "--time-zone",
             "America/Santiago", "--now-unix-ms", NOW_UNIX_MS, "--redis-url", f"redis://127.0.0.1:{door.port}"],
            capture_output=True, text=True, check=False)
        self.assertTrue(trap.sprung, done.stderr)
        return json.loads(done.stdout)["rows"][0]["outcome"]

    def before_the_value_is_read_again(self, *words):
        self.peer.ask("SET", KEY, "93:peer:d", "PX", 5000)
        return self.outcome(Trap(b"MGET", 2, "before", "do", call=lambda: self.peer.ask(*words)))

    def test_lock_that_lives_longer_and_took_a_half_made_ones_place_is_left_alone(self):
        outcome = self.before_the_value_is_read_again("SET", KEY, "93:leased:d", "PX", 3600000)
        self.assertEqual(outcome, "already_locked")
        self.assertGreater(self.peer.ask("PTTL", KEY), 3000000)

    def test_permanent_lock_that_took_a_half_made_ones_place_is_no_adoption(self):
        self.assertEqual(self.before_the_value_is_read_again("SET", KEY, "93:application:d"), "already_locked")
        self.assertEqual(self.peer.ask("GET", KEY), "93:application:d")

    def test_half_made_lock_that_took_anothers_place_is_adopted(self):
        outcome = self.before_the_value_is_read_again("SET", KEY, "93:another:d", "PX", 5000)
        self.assertEqual((outcome, self.peer.ask("PTTL", KEY)), ("adopted", -1))

    def test_lock_that_is_gone_by_then_is_made(self):
        self.assertEqual(self.before_the_value_is_read_again("DEL", KEY), "reconciled")
        self.assertEqual(self.peer.ask("PTTL", KEY), -1)


def tearDownModule():
    children.end_all()


if __name__ == "__main__":
    unittest.main()
