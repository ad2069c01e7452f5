"""The asynchronous call: the event loop never stops, and a cancelled task leaves nothing."""

import asyncio
import datetime
import os
import subprocess
import sys
import threading
import time
import unittest

from parts import ROOT, Repository, WithSheet, hours_ago, spool

import lockrec


async def heartbeats_during(awaitable):
    """The longest pause between two beats of the loop while awaitable was under way, in seconds."""
    longest, last, task = 0.0, time.monotonic(), asyncio.ensure_future(awaitable)
    while not task.done():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return longest, task


class Async(WithSheet):
    def test_loop_beats_while_the_sheet_hangs(self):
        self.emulator.do("fault", where="values", kind="stall", times=0)
        longest, task = asyncio.run(heartbeats_during(lockrec.reconcile_async(**self.settings(timeout=1.0))))
        self.assertIsInstance(task.exception(), lockrec.DeadlineError)
        self.assertLess(longest, 0.3)

    def test_result_comes_back(self):
        result = asyncio.run(lockrec.reconcile_async(**self.settings(), keep_rows=True))
        self.assertEqual((result.reconciled, len(result.rows)), (22, 22))

    def test_cancelled_task_ends_at_once_and_leaves_no_thread(self):
        self.emulator.do("fault", where="metadata", kind="stall", times=0)

        async def cancel_it():
            task = asyncio.ensure_future(lockrec.reconcile_async(**self.settings()))
            await asyncio.sleep(0.3)
            begin = time.monotonic()
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            return time.monotonic() - begin

        self.assertLess(asyncio.run(cancel_it()), 0.5)
        self.assertNotIn("lockrec", [thread.name for thread in threading.enumerate()])

    def test_two_calls_at_once_agree(self):
        async def both():
            return await asyncio.gather(*(lockrec.reconcile_async(**self.settings()) for _ in range(2)))

        results = asyncio.run(both())
        for result in results:
            self.assertEqual(result.reconciled + result.already_locked + result.adopted, 22)
        self.assertEqual(self.redis.ask("DBSIZE"), "22")


class FromSheets(WithSheet):
    def reconcile(self, repository, **more):
        return asyncio.run(lockrec.reconcile_from_sheets(repository, redis_url=self.redis.url, time_zone="UTC", **more))

    def test_dates_of_every_kind_are_read(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        serial = (now.replace(tzinfo=None) - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
        result = self.reconcile(Repository([spool("A", "MR(93)", hours_ago(1)), spool("B", "MR(93)", now),
                                            spool("C", "MR(93)", serial), spool("D", "MR(93)", None)]))
        self.assertEqual(result.reconciled, 4)
        for tag in "BC":
            self.assertIn(now.strftime(":%d-%m-%Y %H:%M:"), self.redis.ask("GET", f"spool_lock:{tag}"))

    def test_coroutine_function_runs_on_the_loop(self):
        class Asynchronous:
            async def get_all_spools(self):
                await asyncio.sleep(0.01)
                self.loop = asyncio.get_running_loop()
                return [spool("A", "MR(93)", hours_ago(1))]

        async def main():
            repository = Asynchronous()
            result = await lockrec.reconcile_from_sheets(repository, redis_url=self.redis.url, time_zone="UTC")
            return result.reconciled, repository.loop is asyncio.get_running_loop()

        self.assertEqual(asyncio.run(main()), (1, True))

    def test_what_the_repository_raises_comes_out(self):
        with self.assertRaisesRegex(RuntimeError, "quota"):
            self.reconcile(Repository(RuntimeError("quota")))

    def test_hanging_repository_does_not_keep_the_process(self):
        code = ("import asyncio, time, lockrec\nclass Hangs:\n    def get_all_spools(self):\n        time.sleep(3600)\n"
                "try:\n    asyncio.run(lockrec.reconcile_from_sheets(Hangs(), time_zone='UTC', timeout=0.3))\n"
                "except lockrec.DeadlineError as error:\n    print('late', error.result.elapsed_ms >= 300)\n")
        begin = time.monotonic()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30,
                              env={**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python")})
        self.assertEqual((done.stdout.strip(), done.returncode), ("late True", 0), done.stderr)
        self.assertLess(time.monotonic() - begin, 5)


if __name__ == "__main__":
    unittest.main()
