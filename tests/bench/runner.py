"""Runs the participants of a case in turns, each a fresh process, and looks at what they did."""

import json
import pathlib
import resource
import statistics
import subprocess
import time

import locks
from recorder import record

TIMEOUT_S = 600


def median_of(runs):
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def children_cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command, **options):
    start, cpu = time.perf_counter(), children_cpu_seconds()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=TIMEOUT_S, check=False, **options)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(f"bench: {command[0]} ended with {done.returncode}\n{done.stdout}")
    return done.stdout, seconds, children_cpu_seconds() - cpu


class Runner:
    def __init__(self, servers, participants, folder, rounds):
        self.servers, self.participants, self.folder, self.rounds = servers, participants, folder, rounds
        before = servers.redis.counts()
        self.asking = {key: value - before[key] for key, value in servers.redis.counts().items()}
        starts = [timed(["redis-cli", "--version"])[1] for _ in range(7)]
        self.cli_start_seconds = statistics.median(starts)

    def run_case(self, case, sheet, google):
        """The case as it stands in the results."""
        redis = self.servers.redis
        job = {"part": "startup" if case.is_start_up else "redis", "redis_host": "127.0.0.1",
               "redis_port": self.servers.redis_port(case.redis_ms), "key_prefix": locks.PREFIX,
               "time_zone": "America/Santiago", "max_age_ms": 86400000, "rows_file": str(sheet.rows_file),
               **google.job()}
        redis.client.ask("FLUSHALL")
        if case.is_locked:
            self.run_participant("lockrec", job)
        stream = self.record_stream(job) if "pipe" in case.names else None
        for name in set(case.names) - {"pipe"}:  # the emulator makes the cells' texts at the first read of a kind
            self.run_participant(name, job)
        runs = {name: [] for name in case.names}
        for number in range(self.rounds):
            turn = number % len(case.names)
            for name in case.names[turn:] + case.names[:turn]:
                if not case.is_locked:
                    redis.client.ask("FLUSHALL")
                runs[name].append(self.run_once(name, job, stream, google))
                made = 0 if case.is_locked else case.missing
                wrong = locks.wrong(redis, sheet.wanted, made, runs[name][-1].pop("locks", None))
                if wrong:
                    raise SystemExit(f"bench: {name} in {case.id}: {wrong}")
        return {"id": case.id, "part": case.part, "rows": case.rows, "missing": case.missing, "network": case.network,
                "participants": {name: {"runs": taken, "median": median_of(taken)} for name, taken in runs.items()},
                "left_out": case.left_out}

    def run_once(self, name, job, stream, google):
        google.emulator.do("reset")
        before = self.servers.redis.counts()
        if name == "pipe":
            run = self.run_pipe(job, stream)
        else:
            run = self.run_participant(name, job)
        for key, value in self.servers.redis.counts().items():
            run[key] = value - before[key] - self.asking[key]
        if job["part"] == "startup":
            run.update(google.counts())
        return run

    def run_participant(self, name, job):
        path = self.folder / "job.json"
        # What a start-up waits for once its rows are there: only the library itself can have its connection by then.
        if name == "lockrec" and job["part"] == "redis" and "spreadsheet_id" in job:
            job = {**job, "part": "locks"}
        if name == "lockrec-unconfirmed":
            job = {**job, "no_confirm": True}
        path.write_text(json.dumps(job), encoding="utf-8")
        return json.loads(timed([*self.participants[name]["command"], str(path)])[0])

    def run_pipe(self, job, stream):
        """The time that any redis-cli takes to start is not counted, as it is not for the others."""
        with open(stream, "rb") as commands:
            out, seconds, cpu_seconds = timed(["redis-cli", "-p", str(job["redis_port"]), "--pipe"], stdin=commands)
        if "errors: 0" not in out:
            raise SystemExit(f"bench: redis-cli --pipe: {out}")
        seconds -= self.cli_start_seconds
        return {"seconds": seconds, "redis_seconds": seconds, "cpu_seconds": cpu_seconds}

    def record_stream(self, job):
        path = pathlib.Path(self.folder) / "stream"
        with record(self.servers.redis.port, path) as port:
            self.run_participant("lockrec-rows", {**job, "redis_port": port})
        return path
