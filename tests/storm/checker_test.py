#!/usr/bin/env python3
"""The storm's judges, each seen to find what it is there for: clients that call themselves lockrec break the rules."""

import collections
import time
import types
import unittest
import uuid

import support  # noqa: F401
import children
import verdict
from key_space import PREFIX, KeySpace, Run
from redis_world import RedisWorld
from resp import Connection
from shared_sheet import History
from workers import Worker

OWNER, TAG, FREE_TAG, TTL_MS = 93, "MK-1", "MK-2", 10000
KEY, FREE_KEY = PREFIX + TAG, PREFIX + FREE_TAG
PERSIST = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('persist', KEYS[1]) end"
NX_PX = "every SET is NX PX safety_ttl_ms"
NEEDED = "only the commands that lockrec needs"
OWN_DELETED = "only a run's own claim is deleted"
PERMANENT_DELETED = "no permanent lock is deleted"
PERSISTED = "what is persisted is the run's claim, or a half-made lock that it has read"


def value_of(owner=OWNER):
    return f"{owner}:{uuid.uuid4()}:21-01-2026 14:30:00"


class CheckerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.key_space = KeySpace(History([]))
        cls.world = RedisWorld(cls.key_space)
        cls.addClassCleanup(cls.world.close)

    def setUp(self):
        self.world.empty()
        self.world.catch_up()
        self.sheet = self.key_space.sheet = History([TAG, FREE_TAG])
        self.sheet.begin_spell(TAG, OWNER).until = time.time()
        self.key_space.violations.clear()
        self.key_space.checks.clear()
        self.storm = types.SimpleNamespace(
            world=self.world, sheet=self.sheet, key_space=self.key_space, runs=[], to_settle=[], safety_ttls_ms=(100,),
            counts=collections.Counter(), remained=collections.Counter(), check=self.check)
        self.run_, self.lockrec = self.come_in()
        self.worker = self.connect("worker-1")

    def check(self, rule, holds, key, text, **more):
        with self.key_space.mutex:
            self.key_space.check(rule, holds, key, text, **more)

    def connect(self, name):
        connection = self.world.connect(name)
        self.addCleanup(connection.close)
        return connection

    def come_in(self, **more):
        """A run, and a connection of its own through a door."""
        door = self.world.door()
        self.addCleanup(door.close)
        door.guest = run = Run("rogue", time.time(), TTL_MS, **more)
        connection = Connection(door.port, "lockrec")
        self.addCleanup(connection.close)
        self.storm.runs.append(run)
        return run, connection

    def claim(self, connection, key=KEY, owner=OWNER):
        value = value_of(owner)
        self.assertEqual(connection.ask("SET", key, value, "NX", "PX", TTL_MS), "OK")
        return value

    def broken(self):
        self.world.catch_up()
        return [violation.rule for violation in self.key_space.violations]

    def finds(self, *rules):
        self.assertEqual(sorted(set(self.broken())), sorted(rules))

    def judge_row(self, tag=TAG):
        self.world.catch_up()
        verdict.judge_row(self.storm, tag, self.world.keys().get(PREFIX + tag))

    def test_honest_claim_commit_and_adoption_break_nothing(self):
        value = self.claim(self.lockrec)
        _, other = self.come_in()
        self.assertEqual(other.ask("MGET", FREE_KEY, KEY), [None, value])
        other.ask("EVAL", PERSIST, 1, KEY, value)
        self.lockrec.ask("EVAL", PERSIST, 1, KEY, value)
        self.finds()
        verdict.judge_commits(self.storm)
        self.judge_row()
        verdict.judge_model(self.storm, self.world.keys())
        self.finds()
        self.assertGreater(sum(self.key_space.checks.values()), 10)

    def test_honest_withdrawal_breaks_nothing(self):
        self.claim(self.lockrec)
        for words in (("WATCH", KEY), ("MGET", KEY), ("MULTI",), ("DEL", KEY), ("EXEC",)):
            self.lockrec.ask(*words)
        self.finds()

    def test_plain_set_over_a_workers_lock(self):
        self.worker.ask("SET", KEY, value_of(), "NX")
        self.lockrec.ask("SET", KEY, value_of())
        self.finds(NX_PX, "no lock is overwritten")

    def test_set_in_a_script_over_a_workers_lock(self):
        self.worker.ask("SET", KEY, value_of(), "NX")
        self.lockrec.ask("EVAL", "redis.call('set', KEYS[1], ARGV[1], 'PX', 500)", 1, KEY, value_of())
        self.finds(NX_PX, "no lock is overwritten")

    def test_claim_with_another_life(self):
        self.lockrec.ask("SET", KEY, value_of(), "NX", "PX", 2 * TTL_MS)
        self.finds(NX_PX)

    def test_claim_without_its_parts(self):
        self.lockrec.ask("SET", KEY, f"{OWNER}:x", "NX", "PX", TTL_MS)
        self.finds("a claim's value is owner:uuid4:date")

    def test_claim_for_nobody(self):
        self.claim(self.lockrec, FREE_KEY)
        self.finds("a claim is for whom the sheet names")

    def test_delete_of_a_workers_lock(self):
        self.worker.ask("SET", KEY, value_of(), "NX", "PX", 5000)
        self.lockrec.ask("DEL", KEY)
        self.finds(OWN_DELETED)

    def test_delete_of_a_workers_lock_by_one_who_only_says_to_be_lockrec(self):
        self.worker.ask("SET", KEY, value_of(), "NX")
        self.connect("lockrec").ask("DEL", KEY)
        self.finds(OWN_DELETED, PERMANENT_DELETED)

    def test_delete_of_another_runs_claim(self):
        self.claim(self.come_in()[1])
        self.lockrec.ask("DEL", KEY)
        self.finds(OWN_DELETED)

    def test_delete_of_ones_claim_that_another_run_made_permanent(self):
        value = self.claim(self.lockrec)
        other = self.come_in()[1]
        other.ask("GET", KEY)
        other.ask("EVAL", PERSIST, 1, KEY, value)
        self.lockrec.ask("DEL", KEY)
        self.finds(PERMANENT_DELETED)

    def test_persist_of_what_was_only_compared(self):
        self.worker.ask("SET", KEY, value_of(), "NX", "PX", 5000)
        for words in (("WATCH", KEY), ("MGET", KEY), ("PERSIST", KEY)):
            self.lockrec.ask(*words)
        self.finds(PERSISTED)

    def test_persist_in_a_script_of_what_was_not_read_before(self):
        value = value_of()
        self.worker.ask("SET", KEY, value, "NX", "PX", 5000)
        self.lockrec.ask("EVAL", PERSIST, 1, KEY, value)
        self.finds(PERSISTED)

    def test_commit_of_a_claim_that_was_made_once_more_after_the_confirm_read(self):
        value = self.claim(self.lockrec)
        other_run, other = self.come_in()
        other.ask("GET", KEY)
        self.sheet.begin_spell(TAG, None).until = time.time()
        time.sleep(0.01)
        self.worker.ask("DEL", KEY)
        self.lockrec.ask("SET", KEY, value, "NX", "PX", TTL_MS)
        other.ask("EVAL", PERSIST, 1, KEY, value)
        self.world.catch_up()
        verdict.judge_commits(self.storm)
        self.finds("a confirmed commit's owner was named after the claim")
        self.assertEqual(len(other_run.commits), 1)

    def test_persist_of_what_was_read_too_early(self):
        former = self.claim(self.lockrec)
        other = self.come_in()[1]
        other.ask("GET", KEY)
        self.worker.ask("DEL", KEY)
        self.worker.ask("SET", KEY, value_of(), "NX", "PX", 5000)
        self.assertNotEqual(former, self.worker.ask("GET", KEY))
        other.ask("PERSIST", KEY)
        self.finds(PERSISTED)

    def test_persist_of_anothers_half_made_lock(self):
        self.worker.ask("SET", KEY, value_of(7), "NX", "PX", 5000)
        self.lockrec.ask("GET", KEY)
        self.lockrec.ask("PERSIST", KEY)
        self.finds("what is persisted names whom the sheet names")

    def test_persist_of_a_lock_that_is_to_live_longer(self):
        self.worker.ask("SET", KEY, value_of(), "NX", "PX", 10 * TTL_MS)
        self.lockrec.ask("GET", KEY)
        self.lockrec.ask("PERSIST", KEY)
        self.finds("what is persisted lives no longer than safety_ttl_ms")

    def test_other_commands(self):
        for words in (("FLUSHALL",), ("EXPIRE", KEY, 1), ("GETDEL", KEY), ("RENAME", KEY, FREE_KEY), ("UNLINK", KEY),
                      ("EVAL", "redis.call('expire', KEYS[1], 1)", 1, KEY), ("SETEX", KEY, 5, "x"), ("KEYS", "*")):
            with self.subTest(words=words):
                self.key_space.violations.clear()
                self.worker.ask("SET", KEY, value_of())
                self.lockrec.ask(*words)
                self.assertIn(NEEDED, self.broken())

    def test_dry_run_that_writes(self):
        self.claim(self.come_in(is_dry=True)[1])
        self.finds("a dry run writes nothing")

    def test_permanent_lock_that_expires(self):
        self.worker.ask("SET", KEY, value_of(), "NX")
        self.world.catch_up()
        self.key_space.on_event("expired", KEY)
        self.finds("only what has a life expires")

    def test_commit_on_an_old_confirm_read(self):
        self.sheet.begin_spell(TAG, None).until = time.time()
        time.sleep(0.01)
        value = self.claim(self.lockrec)
        self.lockrec.ask("EVAL", PERSIST, 1, KEY, value)
        self.world.catch_up()
        self.key_space.violations.clear()  # the claim itself was late already
        verdict.judge_commits(self.storm)
        self.finds("a confirmed commit's owner was named after the claim")

    def test_same_commit_of_an_unconfirmed_run_is_none_of_the_rules(self):
        self.test_commit_on_an_old_confirm_read()
        self.key_space.violations.clear()
        self.run_.said_unconfirmed = True
        verdict.judge_commits(self.storm)
        self.finds()
        self.judge_row()
        self.finds()
        self.assertEqual(self.storm.remained, {"a lock on a free row (confirm failed)": 1})

    def test_lock_that_remains_on_a_free_row(self):
        value = self.claim(self.lockrec)
        self.lockrec.ask("EVAL", PERSIST, 1, KEY, value)
        self.sheet.begin_spell(TAG, None).until = time.time()
        self.judge_row()
        self.finds("a free row has no lock")

    def test_occupied_row_without_a_lock(self):
        self.judge_row()
        self.finds("an occupied row has its owner's permanent lock")

    def test_occupied_row_with_a_half_made_lock(self):
        self.claim(self.lockrec)
        self.judge_row()
        self.finds("an occupied row has its owner's permanent lock")

    def test_claim_that_does_not_end(self):
        self.claim(self.lockrec)
        verdict.wait_for_half_made(self.storm)
        self.finds("no claim outlives the safety life")

    def test_report_of_a_lock_that_nobody_saw(self):
        self.storm.to_settle.append((self.run_, [KEY], self.world.generation))
        verdict.judge_told(self.storm)
        self.finds("what a run says that it made was seen")

    def test_model_that_is_wrong(self):
        self.worker.ask("SET", KEY, value_of(), "NX")
        self.world.catch_up()
        self.key_space.locks.clear()
        verdict.judge_model(self.storm, self.world.keys())
        self.finds("the model is what Redis holds")

    def hire(self):
        worker = Worker(OWNER, self.world, self.sheet, 1, self.check)
        self.addCleanup(worker.leave)
        worker.ask("PING")
        return worker

    def test_worker_whose_lock_is_gone(self):
        worker = self.hire()
        self.assertTrue(worker.lock(TAG))
        worker.look_after(TAG)
        self.finds()
        self.connect("foreman").ask("DEL", KEY)
        worker.look_after(TAG)
        self.finds("a worker's lock stays until it is given back")

    def test_restart_is_nobodys_fault(self):
        worker = self.hire()
        self.assertTrue(worker.lock(TAG))
        self.world.restart_empty()
        worker.look_after(TAG)
        self.finds()


def tearDownModule():
    children.end_all()


if __name__ == "__main__":
    unittest.main()
