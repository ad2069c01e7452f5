"""The processes under test: the lockrec command in loops, each run with a fate of its own."""

import json
import random
import subprocess
import threading
import time

from doors import Trap
from key_space import PREFIX, Run

UNCONFIRMED = "made permanent unconfirmed"
STATUSES = {"LOCKREC_OK", "LOCKREC_PARTIAL", "LOCKREC_SKIPPED", "LOCKREC_E_DEADLINE", "LOCKREC_E_SHEET_UNAVAILABLE",
            "LOCKREC_E_REDIS_CONNECT"}
COMMITS = (b"EVAL", b"WATCH", b"EXEC", b"PERSIST")
TRAPPED = COMMITS + (b"SET", b"SET", b"GET", b"PTTL", b"MGET")
OVERRUN_MAX_MS = 2000  # a machine that is this busy hides nothing else either


def arguments(config):
    for name, value in config.items():
        yield "--" + name.replace("_", "-")
        if value is not True:
            yield str(value)


class Reconciler(threading.Thread):
    """A slot: one process at a time, through one door."""

    def __init__(self, number, storm):
        super().__init__(name=f"reconciler-{number}", daemon=True)
        self.storm, self.number = storm, number
        self.dice = random.Random(f"{storm.seed}/{storm.counts['verdicts']}/{self.name}")
        self.door = storm.world.door()
        self.failure = None

    def run(self):
        try:
            while (round_number := self.storm.next_round()) is not None:
                self.one_round(round_number)
                time.sleep(self.dice.uniform(0, 0.02))
        except Exception as failure:  # told by the storm
            self.failure = failure
            raise

    def one_round(self, round_number):
        dice = self.dice
        settings = {"deadline_ms": dice.choice((400, 1000, 2000, 5000)), "safety_ttl_ms": dice.choice(
            self.storm.safety_ttls_ms)}
        if dice.random() < 0.05:
            settings["dry_run"] = True
        elif dice.random() < 0.06:
            settings["no_confirm"] = True
        user = dice.choice((None, "scripts", "no-scripts"))
        kill_after_s, trap = self.fate()
        self.call(f"run {round_number}", settings, user, trap, kill_after_s)

    def fate(self):
        """(killed after so long, trap): two of five are killed, half of them at a command of their own."""
        dice = self.dice
        chance = dice.random()
        if chance < 0.2:
            return dice.uniform(0, dice.choice((0.04, 0.04, 0.3))), None
        when = dice.choice(("before", "half", "after"))
        if chance < 0.4:
            command = dice.choice(COMMITS[:3] if dice.random() < 0.7 else TRAPPED)
            return None, Trap(command, dice.choice((1, 1, 2, 3)), when, "call")
        if chance < 0.5:
            return None, Trap(dice.choice(TRAPPED), dice.choice((1, 2, 5)), when, "cut")
        if chance < 0.65:
            hold_s = dice.uniform(0.05, 0.4) if dice.random() < 0.5 else dice.uniform(0.3, 1.2)
            act = "late" if self.storm.has_late_packets and dice.random() < 0.5 else "hold"
            return None, Trap(dice.choice(TRAPPED), dice.choice((1, 1, 2)), when, act, hold_s=hold_s)
        return None, None

    def call(self, name, settings, user=None, trap=None, kill_after_s=None):
        """The run, and what its --json said; None where it was killed."""
        run = Run(name, time.time(), settings["safety_ttl_ms"], settings.get("dry_run", False),
                  not settings.get("no_confirm", False))
        config = {"json": True, "rows": True, **self.storm.sheet.config(), **settings,
                  **self.storm.world.redis_config(self.door, user), **self.storm.extra_config(self.dice)}
        generation = self.storm.world.generation
        self.door.guest, self.door.trap = run, trap
        process = subprocess.Popen([self.storm.command, "reconcile", *arguments(config)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if trap:
            trap.call = process.kill
        out, err = self.wait_for(process, kill_after_s)
        run.ended = time.time()
        run.said_unconfirmed = UNCONFIRMED in err
        told = None
        if process.returncode != -9:
            is_well = process.returncode >= 0 and "Sanitizer" not in err
            self.storm.check("a run ends by itself or by SIGKILL", is_well, "",
                             f"{run}: {process.returncode}: {err}")
            told = json.loads(out)
            self.judge(run, told, settings["deadline_ms"], generation)
        self.storm.count(run, told, trap if trap and trap.sprung else None)
        return run, told

    def wait_for(self, process, kill_after_s):
        try:
            return process.communicate(timeout=kill_after_s if kill_after_s is not None else 60)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.communicate()

    def judge(self, run, told, deadline_ms, generation):
        check, world = self.storm.check, self.storm.world
        status = told["status_name"]
        check("a run's status is one that a storm explains", status in STATUSES, "",
              f"{run}: {status}: {told['message']}")
        counts = ("rows_free", "skipped_invalid", "skipped_stale", "already_locked", "conflicting", "adopted",
                  "reconciled", "withdrawn", "failed", "unprocessed")
        check("the counts sum up", told["rows_total"] == sum(told[name] for name in counts), "", f"{run}: {told}")
        overrun_ms = told["elapsed_ms"] - deadline_ms
        self.storm.note_overrun(overrun_ms, f"{run}, {status}, {told['phase']}, deadline {deadline_ms} ms, "
                                f"sheet {told['sheet_ms']} ms, Redis {told['redis_ms']} ms: {told['message']}")
        check("no run outlives its deadline", overrun_ms < OVERRUN_MAX_MS, "", f"{run}: {overrun_ms} ms")
        made = [PREFIX + row["tag"] for row in told["rows"] if row["outcome"] in ("reconciled", "adopted")]
        if made and not run.is_dry:
            self.storm.settle(run, made, generation)
        if run.is_dry:
            check("a dry run writes nothing", not run.commits, "", f"{run}")
        elif world.generation == generation and not run.said_unconfirmed:
            check("a confirmed run says so", told["unconfirmed"] == 0 or not run.confirms, "", f"{run}: {told}")
