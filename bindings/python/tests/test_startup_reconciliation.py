"""The plan's five scenarios, on real parts."""

import asyncio
import time
import unittest

import fastapi
from parts import Repository, WithRedis, hours_ago, spool

import lockrec
import lockrec.fastapi


class StartupReconciliation(WithRedis):
    def reconcile(self, repository, **more):
        return asyncio.run(lockrec.reconcile_from_sheets(repository, redis_url=self.redis.url, time_zone="UTC", **more))

    def test_reconciliation_creates_locks_for_occupied_spools(self):
        result = self.reconcile(Repository([spool("SP-1", "MR(93)", hours_ago(1)), spool("SP-2", "NR(94)", hours_ago(5)),
                                            spool("SP-3", "DISPONIBLE", None), spool("SP-4", None, None)]))
        self.assertEqual((result["reconciled"], result["skipped"]), (2, 0))
        self.assertTrue(self.redis.ask("GET", "spool_lock:SP-1").startswith("93:"))
        self.assertEqual((self.ttl("SP-1"), self.ttl("SP-2"), self.ttl("SP-3")), ("-1", "-1", "-2"))

    def test_reconciliation_skips_locks_older_than_24_hours(self):
        result = self.reconcile(Repository([spool("SP-1", "MR(93)", hours_ago(25)), spool("SP-2", "MR(93)", hours_ago(23))]))
        self.assertEqual((result["reconciled"], result["skipped"], result.skipped_stale), (1, 1, 1))
        self.assertEqual(self.ttl("SP-1"), "-2")

    def test_reconciliation_skips_existing_locks(self):
        self.redis.ask("SET", "spool_lock:SP-1", "93:there:before")
        result = self.reconcile(Repository([spool("SP-1", "MR(93)", hours_ago(1))]))
        self.assertEqual((result["reconciled"], result.already_locked), (0, 1))
        self.assertEqual(self.redis.ask("GET", "spool_lock:SP-1"), "93:there:before")

    def test_reconciliation_times_out_on_a_slow_sheet(self):
        begin = time.monotonic()
        with self.assertRaises(lockrec.DeadlineError) as caught:
            self.reconcile(Repository([], delay_s=5), timeout=0.5)
        self.assertLess(time.monotonic() - begin, 1.5)
        self.assertTrue(caught.exception.retryable)
        self.assertEqual(caught.exception.result.phase, "sheet")

    def test_reconciliation_failure_does_not_block_startup(self):
        app = fastapi.FastAPI()
        for repository in (Repository(RuntimeError("quota")), Repository([spool("SP-1", "MR(93)", hours_ago(1))])):
            with self.assertLogs("lockrec", "WARNING") as logs:
                asyncio.run(lockrec.fastapi.startup(app, sheets_repository=repository, time_zone="UTC", timeout=0.4,
                                                    redis_url="redis://127.0.0.1:1"))
            self.assertIn("Redis reconciliation failed", "\n".join(logs.output))
        self.assertEqual(app.state.lockrec.unprocessed, 1)
        self.assertIn("Occupied spools without a known lock: 1.", logs.output[-1])


if __name__ == "__main__":
    unittest.main()
