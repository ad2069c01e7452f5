#!/usr/bin/env python3
"""A storm over locks: processes reconcile and are killed, workers take and finish spools, Redis loses everything, the
sheet lags; and every command that reaches Redis is held against the rules. README.md says what, and how to read it.
"""

import argparse
import collections
import os
import random
import sys
import threading
import time

import support
import children
import verdict
from doors import Trap
from key_space import KeySpace
from reconcilers import Reconciler
from redis_world import RedisWorld
from shared_sheet import SharedSheet
from workers import Worker

COUNTED = ("reconciled", "adopted", "withdrawn", "conflicting", "failed", "unprocessed", "unconfirmed")
SKIES = ("clear", "clear", "lag", "broken confirm", "all")


class Storm:
    def __init__(self, command, seed, spools=24, workers=6, reconcilers=6, world=RedisWorld, extra_config=None,
                 safety_ttls_ms=(300, 500, 1000), has_late_packets=False, unjudged=()):
        self.command, self.seed = command, seed
        self.safety_ttls_ms = safety_ttls_ms
        self.extra_config = extra_config or (lambda dice: {})  # more fields of each run's config
        self.has_late_packets, self.reconciler_count = has_late_packets, reconcilers
        self.dice = random.Random(f"{seed}/sky")
        tags = [f"MK-{1300 + number}-TW-28082-{number:03d}" for number in range(1, spools + 1)]
        self.sheet = SharedSheet(tags, random.Random(f"{seed}/sheet"))
        self.key_space = KeySpace(self.sheet, unjudged)
        self.world = world(self.key_space)
        self.workers = [Worker(number, self.world, self.sheet, seed, self.check) for number in range(1, workers + 1)]
        self.lock = threading.Lock()
        self.rounds_left = self.rounds_begun = 0
        self.counts = collections.Counter()
        self.statuses = collections.Counter()
        self.outcomes = collections.Counter()
        self.remained = collections.Counter()
        self.runs = []
        self.to_settle = []
        self.longest_overrun = (0, "")
        for worker in self.workers:
            worker.start()

    # What the threads tell.

    def check(self, rule, holds, key, text, **more):
        with self.key_space.mutex:
            self.key_space.check(rule, holds, key, text, **more)

    def next_round(self):
        with self.lock:
            if self.rounds_left <= 0:
                return None
            self.rounds_left -= 1
            self.rounds_begun += 1
            return self.rounds_begun

    def settle(self, run, made, generation):
        """What a run says that it made must have been seen; looked at when everything has been told."""
        with self.lock:
            self.to_settle.append((run, made, generation))

    def count(self, run, told, trap):
        with self.lock:
            self.runs.append(run)
            self.counts["rounds"] += 1
            self.counts["kills"] += told is None
            self.counts["kills at a command"] += told is None and trap is not None
            self.counts["cuts"] += trap is not None and trap.act in ("cut", "late")
            self.counts["holds"] += trap is not None and trap.act == "hold"
            if told is not None:
                self.statuses[told["status_name"]] += 1
                for name in () if run.is_dry else COUNTED:
                    self.outcomes[name] += told[name]

    def note_overrun(self, overrun_ms, what):
        with self.lock:
            self.longest_overrun = max(self.longest_overrun, (overrun_ms, what))

    # The weather.

    def blow(self, rounds, sky):
        """One segment: so many rounds under that sky, then calm, and the verdict."""
        self.rounds_left = rounds
        self.set_sky(sky)
        for worker in self.workers:
            worker.may_work.set()
        reconcilers = [Reconciler(number, self) for number in range(self.reconciler_count)]
        for reconciler in reconcilers:
            reconciler.start()
        while any(reconciler.is_alive() for reconciler in reconcilers):
            time.sleep(self.dice.uniform(0.02, 0.25))
            self.gust(sky)
        for reconciler in reconcilers:
            reconciler.door.close()
        self.calm_down()
        if self.dice.random() < 0.5:
            self.lose_everything()  # the one run after the storm makes up for all
            if self.dice.random() < 0.5:
                self.die_between_claim_and_commit()
        self.raise_failures(reconcilers)
        verdict.give(self)

    def set_sky(self, sky):
        with_broken = sky in ("broken confirm", "all")
        self.sheet.do("reset")
        self.sheet.do("config", delay_ms={"values": self.dice.choice((0, 20, 60)),
                                          "confirm": self.dice.choice((0, 20, 100))})
        if with_broken:
            for nth in range(1, 200, 3):
                kind = self.dice.choice(({"kind": "google_error", "name": "unavailable_503"}, {"kind": "reset"},
                                         {"kind": "delay", "delay_ms": 700}))
                self.sheet.do("fault", where="confirm", nth=nth, **kind)

    def gust(self, sky):
        chance = self.dice.random()
        if chance < 0.25:
            self.lose_everything()
        elif chance < 0.55:
            self.counts["emptied"] += 1
            self.world.empty()
        elif chance < 0.65:
            self.counts["freezes"] += 1
            self.world.freeze(self.dice.uniform(0.02, 0.5))
        elif chance < 0.85 and sky in ("lag", "all"):
            self.sheet.set_lag(self.dice.choice((0, 100, 500, 1000, 2000)))

    def lose_everything(self):
        self.counts["restarts"] += 1
        self.world.restart_empty(self.dice.choice((0, 0, 0.1, 0.5)))

    def calm_down(self):
        for worker in self.workers:
            worker.park()
        self.sheet.do("reset")
        self.sheet.do("config", delay_ms={"values": 0, "confirm": 0})
        self.sheet.set_lag(0)
        for worker in self.workers:
            if not worker.is_parked.wait(30):
                raise RuntimeError(f"{worker.name} does not come to an end")

    def die_between_claim_and_commit(self):
        settings = {"deadline_ms": 5000, "safety_ttl_ms": max(self.safety_ttls_ms)}
        self.call_once("run that dies", settings, trap=Trap(b"EVAL", 1, "before", "call"))

    def call_once(self, name, settings, **more):
        reconciler = Reconciler("spare", self)
        try:
            return reconciler.call(name, settings, **more)
        finally:
            reconciler.door.close()

    def raise_failures(self, reconcilers):
        for thread in (*self.workers, *reconcilers):
            if thread.failure:
                raise RuntimeError(f"{thread.name} failed") from thread.failure

    def close(self):
        for worker in self.workers:
            worker.is_over = True
        for worker in self.workers:
            worker.join(timeout=10)
        self.world.close()
        self.sheet.close()

    # What is printed.

    def report(self, seconds):
        counts, checks, workers = self.counts, self.key_space.checks, self.workers
        yield (f"seed {self.seed}: {counts['rounds']} rounds ({counts['rounds'] / seconds:.0f} a second), "
               f"{counts['kills']} kills ({counts['kills at a command']} at a chosen command), "
               f"{counts['restarts']} restarts, {counts['emptied']} times emptied, {counts['freezes']} freezes, "
               f"{counts['cuts']} cuts, {counts['holds']} delayed commands")
        yield (f"{sum(worker.taken for worker in workers)} spools taken, "
               f"{sum(worker.given_back for worker in workers)} given back, "
               f"{sum(worker.refused for worker in workers)} refused, {self.sheet.edits} edits of the sheet, "
               f"{self.key_space.commands} Redis commands seen")
        yield f"runs: {listed(self.statuses)}; locks: {listed(self.outcomes)}"
        yield f"{counts['verdicts']} calms, longest wait for half-made locks {counts['longest wait ms']} ms"
        yield "longest overrun of a deadline {} ms ({})".format(*self.longest_overrun)
        yield f"{sum(checks.values())} checks: {listed(checks)}"
        yield f"remained where the sheet lagged or was not read again: {listed(self.remained) or 'nothing'}"


def listed(counter):
    return ", ".join(f"{name} {number}" for name, number in sorted(counter.items()))


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=None, help="of the dice; threads and clocks keep their own will")
    parser.add_argument("--segment", type=int, default=80, help="rounds between two calms (default %(default)s)")
    parser.add_argument("--sky", choices=sorted(set(SKIES)), help="the same in every segment")
    parser.add_argument("--reconcilers", type=int, default=6)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--late-packets", action="store_true",
                        help="what a cut connection had sent may arrive later")
    parser.add_argument("--command", default=support.default_command(), help="the lockrec to run (default %(default)s)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse(arguments)
    seed = options.seed if options.seed is not None else int.from_bytes(os.urandom(4), "big")
    print(f"storm: seed {seed}, {options.rounds} rounds", flush=True)
    began = time.monotonic()
    storm = Storm(options.command, seed, workers=options.workers, reconcilers=options.reconcilers,
                  has_late_packets=options.late_packets)
    try:
        while storm.counts["rounds"] < options.rounds and not storm.key_space.violations:
            sky = options.sky or SKIES[storm.counts["verdicts"] % len(SKIES)]
            storm.blow(min(options.segment, options.rounds - storm.counts["rounds"]), sky)
    finally:
        storm.close()
        children.end_all()
    for violation in storm.key_space.violations[:10]:
        print(violation)
    for line in storm.report(time.monotonic() - began):
        print("measured: storm: " + line)
    print(f"storm: {len(storm.key_space.violations)} violations; again: --seed {seed}")
    return 1 if storm.key_space.violations else 0


if __name__ == "__main__":
    sys.exit(main())
