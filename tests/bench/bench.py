#!/usr/bin/env python3
"""lockrec beside its peers: bench.py BUILD FOLDER measures, and writes results.json and the page into FOLDER."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "conformance")]

import cases  # noqa: E402
import children  # noqa: E402
import figures  # noqa: E402
import library  # noqa: E402
import page  # noqa: E402
from runner import Runner  # noqa: E402
from servers import Google, Network, Redis  # noqa: E402
from sheet import Sheet  # noqa: E402


class Servers:
    def __init__(self, folder, proxy):
        self.redis, self.proxy = Redis(folder), proxy
        self.ports = {0: self.redis.port}

    def redis_port(self, round_trip_ms):
        if round_trip_ms not in self.ports:
            self.ports[round_trip_ms] = Network(self.proxy, round_trip_ms, self.redis.port).port
        return self.ports[round_trip_ms]


def prepare(build, folder, without):
    """name -> how it is started, and what it is made of."""
    own = {"command": [str(build / "lockrec_participant")]}
    participants = {"lockrec": own, "lockrec-rows": own, "lockrec-unconfirmed": own, "pipe": {}}
    for name in set(cases.PEERS) - set(without):
        done = subprocess.run([str(HERE / "peers" / name / "prepare"), str(folder / name)], stdout=subprocess.PIPE,
                              text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"bench: the peer {name} can't be installed")
        participants[name] = json.loads(done.stdout)
    return participants


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def machine(redis):
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    curl = re.search(r"\d[\d.]*", output("pkg-config", "--modversion", "libcurl"))
    return {"cores": os.cpu_count(), "cpu": cpu.group(1) if cpu else platform.machine(), "kernel": platform.release(),
            "redis": redis.info("server")["redis_version"], "curl": curl.group() if curl else ""}


def measure(options, participants, work):
    """The results; what has been said so far goes to stderr."""
    servers = Servers(work, options.build / "delay_proxy")
    runner = Runner(servers, participants, work, options.rounds)
    results = {"date": datetime.date.today().isoformat(), "machine": machine(servers.redis), "quick": options.quick,
               "versions": {name: known["versions"] for name, known in participants.items() if known.get("versions")},
               "cases": []}
    sheets = {}
    for case in cases.all_cases(options.without):
        if not re.search(options.only, case.id) or (options.quick and case.rows > 2000):
            continue
        size = case.rows, case.missing
        sheet = sheets[size] = sheets.get(size) or Sheet(*size, work)
        # Where Redis alone is measured, the sheet comes without TLS: what that takes to give back is none of Redis's.
        service_ms = case.service_ms if case.is_start_up else cases.LEAST_SERVICE_MS
        google = Google(sheet, work, servers.proxy, case.google_ms, service_ms, not case.is_start_up)
        try:
            results["cases"].append(runner.run_case(case, sheet, google))
        finally:
            google.close()
        medians = {name: known["median"]["seconds"] for name, known in results["cases"][-1]["participants"].items()}
        print(f"{case.id}: " + ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in medians.items()),
              file=sys.stderr, flush=True)
    if not options.only:
        results.update(library.measure(options, runner, work))
    figures.add(results)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each participant in each case (default 7)")
    parser.add_argument("--quick", action="store_true", help="the sizes up to 2,000 only")
    parser.add_argument("--without", nargs="*", default=[], choices=cases.PEERS, help="peers to leave out")
    parser.add_argument("--only", default="", metavar="REGEX", help="the cases whose id it finds")
    options = parser.parse_args()
    options.build, options.folder = options.build.resolve(), options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    participants = prepare(options.build, options.folder, options.without)
    try:
        with tempfile.TemporaryDirectory(prefix="lockrec-bench-") as work:
            results = measure(options, participants, pathlib.Path(work))
    finally:
        children.end_all()
    (options.folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    page.write(results, options.folder)
    print(page.text(results))
    missed = [figure["name"] for figure in results["figures"] if figure.get("met") is False]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
