#!/usr/bin/env python3
"""Makes the same calls through every host, and compares what comes back with what is expected and between the hosts."""

import argparse
import json
import pathlib
import random
import shlex
import sys
import time

import hosts
import overhead
import tables
import vectors
from world import World

HERE = pathlib.Path(__file__).resolve().parent
HEADER = hosts.ROOT / "include" / "lockrec" / "lockrec.h"
LATE_S = 2.0
STARTS_MAX = 3


class Runner:
    def __init__(self, options):
        self.options = options
        self.commands = dict(each.split("=", 1) for each in options.driver)
        self.world = World()
        self.drivers, self.starts = {}, {}
        self.hosts = list(options.drivers)
        self.passed = self.failed = 0

    def driver(self, host):
        if host not in self.drivers:
            self.starts[host] = self.starts.get(host, 0) + 1
            given = self.commands.get(host)
            command = shlex.split(given) if given else hosts.command_of(host, self.options.build_dir)
            self.drivers[host] = hosts.Driver(host, command)
        return self.drivers[host]

    def end(self, host):
        return self.drivers.pop(host).close() if host in self.drivers else (0, 0)

    def ask(self, host, vector):
        """The answer and the keys that are there afterwards."""
        driver = self.driver(host)
        asked = self.world.prepare(vector)
        seconds = asked["config"]["deadline_ms"] / 1000 + LATE_S
        try:
            return driver.ask(asked, max(seconds, self.options.patience)), self.world.keys()
        except hosts.Absent:
            self.end(host)
            raise

    def compare(self, vector, judge):
        """Sentences; judge gives those that concern one host's answer alone."""
        problems, answers = [], {}
        for host in self.hosts:
            try:
                answer, keys = self.ask(host, vector)
            except hosts.Absent as absent:
                problems.append(str(absent))
                continue
            answers[host] = {"answer": answer, "keys": vectors.masked(keys)}
            problems += [f"{host}: {problem}" for problem in judge(answer, keys)]
        first = next(iter(answers), None)
        for host, given in answers.items():
            for part in ("answer", "keys"):
                one, other = (json.dumps(each[part], sort_keys=True, ensure_ascii=False) for each in (answers[first], given))
                if one != other:
                    problems.append(f"{first} and {host} differ: {parted(one, other)}")
        return problems

    def give_up_absent(self):
        """What is not there fails once, and is not asked for every vector that is left."""
        for host in [host for host in self.hosts if self.starts.get(host, 0) >= STARTS_MAX and host not in self.drivers]:
            self.hosts.remove(host)
            self.report(f"{host} answers everything", [f"{host}: given up after {STARTS_MAX} starts; what is left goes without it"])

    def report(self, name, problems):
        if not problems:
            self.passed += 1
            print(f"ok    {name}", flush=True)
            return
        self.failed += 1
        print(f"FAIL  {name}", flush=True)
        for problem in problems[:20]:
            print(f"      {problem}", flush=True)
        if len(problems) > 20:
            print(f"      and {len(problems) - 20} more", flush=True)

    def run_vectors(self):
        found = vectors.load(self.options.vectors)
        chosen = [vector for vector in found if self.options.vector in (None, vector["name"])]
        if not chosen and self.options.vector:
            raise ValueError(f"no vector is called {self.options.vector}")
        for vector in chosen:
            self.give_up_absent()
            expect = self.world.filled(vector["expect"])
            self.report(f"{vector['file']}/{vector['name']}",
                        self.compare(vector, lambda answer, keys: vectors.differences(expect, answer, keys)))
        if self.options.vector is None and self.options.vectors == HERE / "vectors":
            self.report("what the vectors cover", list(vectors.gaps(found, HEADER)))

    def run_tables(self):
        for number in range(self.options.tables):
            self.give_up_absent()
            table = tables.Maker(self.options.seed, number).make()
            problems = self.table_problems(table)
            self.report(f"random table {number} of seed {self.options.seed}: {len(table['rows'])} rows, {table['source']}, "
                        f"{table['settings']['time_zone']}", problems)
            if problems and self.options.bisect:
                small = tables.shrunk(table, lambda each: bool(self.table_problems(each)))
                print(f"      shrunk to {len(small['rows'])} rows: {json.dumps(tables.as_vector(small), ensure_ascii=False)}")
                for problem in self.table_problems(small):
                    print(f"      {problem}", flush=True)

    def table_problems(self, table):
        return self.compare(tables.as_vector(table), lambda answer, keys: tables.differences(table, answer, keys))

    def finish(self):
        """A driver that says more than it was asked, or does not end well, has failed too."""
        for host in list(self.drivers):
            rest, status = self.end(host)
            problems = [f"{rest} lines more than questions"] if rest else []
            self.report(f"{host} ends", problems + ([f"exit status {status}"] if status else []))


def parted(one, other):
    """The two texts from shortly before where they part."""
    at = next((index for index, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    return f"…{one[max(0, at - 60):at + 100]} against …{other[max(0, at - 60):at + 100]}"


def options_from(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build_dir", type=lambda text: pathlib.Path(text).resolve(), help="where liblockrec.so.1 is")
    parser.add_argument("--drivers", default=",".join(hosts.HOSTS), help="default: %(default)s")
    parser.add_argument("--driver", action="append", default=[], metavar="HOST=COMMAND", help="another driver for a host")
    parser.add_argument("--vectors", type=pathlib.Path, default=HERE / "vectors", help="a folder of JSON files")
    parser.add_argument("--vector", metavar="NAME", help="this one alone")
    parser.add_argument("--seed", type=int, default=None, help="of the random tables; default: another one each time")
    parser.add_argument("--tables", type=int, default=None, help="how many random tables; default 8, with --vector 0")
    parser.add_argument("--bisect", action="store_true", help="shrink a random table that fails")
    parser.add_argument("--overhead", type=int, default=None, metavar="ROUNDS", help="measured calls; default 200, with --vector 0")
    parser.add_argument("--patience", type=float, default=20, help="seconds that a driver may take for an answer, at least")
    options = parser.parse_args(arguments)
    options.drivers = options.drivers.split(",")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 32)
    alone = options.vector is not None
    options.tables = (0 if alone else 8) if options.tables is None else options.tables
    options.overhead = (0 if alone else 200) if options.overhead is None else options.overhead
    return options


def main():
    options = options_from(sys.argv[1:])
    print(f"drivers {','.join(options.drivers)}, seed {options.seed}", flush=True)
    begin = time.monotonic()
    runner = Runner(options)
    try:
        runner.run_vectors()
        runner.run_tables()
        table = overhead.Table(runner) if options.overhead else None
        if table:
            runner.report("overhead in the median", table.problems)
        runner.finish()
        print(f"measured: drivers {','.join(options.drivers)}, seed {options.seed}, {time.monotonic() - begin:.0f} s")
        if table:
            print(table.text())
        print(f"{runner.passed} passed, {runner.failed} failed")
    finally:
        for host in list(runner.drivers):
            runner.end(host)
        runner.world.close()
    return 1 if runner.failed else 0


if __name__ == "__main__":
    sys.exit(main())
