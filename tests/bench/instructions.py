#!/usr/bin/env python3
"""Instructions per row, counted by callgrind, so that no busy machine is in them: instructions.py [--record] BUILD"""

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

import children  # noqa: E402
from servers import Redis  # noqa: E402

RECORD = HERE / "instructions.json"
SIZES = (2000, 12000)  # what is paid once a call falls out of the difference
NOW = datetime.datetime(2026, 1, 22, 15, 0, 0, tzinfo=datetime.timezone.utc)  # 12:00 in Santiago
HEADER = ["TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion"]
# The libraries whose own instructions are in the figures.
LIBRARIES = ("libhiredis", "libcjson", "libcsv", "libcctz", "libstdc++")
# glibc would choose its string functions by the CPU: these are those of every x86-64.
PLAIN_CPU = "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in (
    "AVX512F", "AVX512VL", "AVX512BW", "AVX2", "AVX", "AVX_Fast_Unaligned_Load", "BMI2", "BMI1", "LZCNT", "MOVBE", "POPCNT",
    "ERMS", "FSRM", "RTM", "SSE4_2", "SSE4_1", "SSSE3"))


def rows_of(count, occupied):
    """Of the production shape, and the same each time."""
    rows = []
    for number in range(count):
        written = datetime.datetime(2026, 1, 22, 11, 59) - datetime.timedelta(seconds=number % 36000)
        owner = f"MR({number % 300 + 1})" if occupied else "DISPONIBLE" if number % 7 == 3 else ""
        rows.append([f"MK-1346-TW-{28000 + number // 30:05d}-{number % 30 + 1:03d}", owner,
                     written.strftime("%d-%m-%Y %H:%M:%S") if owner else ""])
    return rows


def written(folder, count):
    """The rows as the host's, all taken, and as files, all free."""
    paths = [folder / f"{count}{kind}" for kind in (".rows", ".json", ".csv")]
    free = [HEADER, *rows_of(count, False)]
    paths[0].write_text(json.dumps(rows_of(count, True)), encoding="utf-8")
    paths[1].write_text(json.dumps({"range": f"Operaciones!A1:C{count + 1}", "values": free}), encoding="utf-8")
    paths[2].write_text("".join(",".join(row) + "\r\n" for row in free), encoding="utf-8")
    return paths


class Counter:
    def __init__(self, build, folder):
        self.program, self.folder, self.redis = build / "lockrec_participant", folder, Redis(folder)

    def count(self, job, locks):
        """The instructions of the call alone."""
        path, out = self.folder / "job", self.folder / "callgrind.out"
        path.write_text(json.dumps({"redis_host": "127.0.0.1", "redis_port": self.redis.port, "key_prefix": "spool_lock:",
                                    "time_zone": "America/Santiago", "now_unix_ms": NOW.timestamp() * 1000, **job}))
        done = subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=lockrec_reconcile",
                               f"--callgrind-out-file={out}", str(self.program), str(path)], text=True, check=False,
                              capture_output=True, env={**os.environ, "GLIBC_TUNABLES": PLAIN_CPU})
        if done.returncode != 0 or json.loads(done.stdout)["locks"] != locks:
            raise RuntimeError(f"{job}: {locks} locks were to be made\n{done.stdout}{done.stderr}")
        return int(re.search(r"^totals: (\d+)$", out.read_text(), re.MULTILINE).group(1))

    def counts(self, rows):
        """What is done -> the instructions of a call with so many rows."""
        host, as_json, as_csv = written(self.folder, rows)
        self.redis.client.ask("FLUSHALL")
        return {"all missing": self.count({"part": "redis", "rows_file": str(host)}, rows),
                "all locked": self.count({"part": "redis", "rows_file": str(host)}, 0),
                ".json file": self.count({"part": "file", "source_file": str(as_json)}, 0),
                ".csv file": self.count({"part": "file", "source_file": str(as_csv)}, 0)}


def per_row(build):
    with tempfile.TemporaryDirectory(prefix="lockrec-instructions-") as folder:
        try:
            counter = Counter(build, pathlib.Path(folder))
            few, many = (counter.counts(rows) for rows in SIZES)
        finally:
            children.end_all()
    return {what: round((many[what] - few[what]) / (SIZES[1] - SIZES[0]), 1) for what in few}


def versions(build):
    """What the figures depend on beside the library's own code."""
    cache = dict(re.findall(r"^(\w+):\w+=(.*)$", (build / "CMakeCache.txt").read_text(encoding="utf-8"), re.MULTILINE))
    kind = cache.get("CMAKE_BUILD_TYPE", "")
    flags = f"{cache.get('CMAKE_CXX_FLAGS', '')} {cache.get(f'CMAKE_CXX_FLAGS_{kind.upper()}', '')}".strip()
    compiler = subprocess.run([cache["CMAKE_CXX_COMPILER"], "--version"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"\d+\.\d+\.\d+", re.sub(r"\(.*?\)", "", compiler)).group()
    loaded = subprocess.run(["ldd", str(build / "liblockrec.so.1")], capture_output=True, text=True, check=True).stdout
    found = {"machine": platform.machine(), "flags": flags, "glibc": os.confstr("CS_GNU_LIBC_VERSION").split()[-1],
             "compiler": f"{'clang' if 'clang' in compiler else 'gcc'} {number}"}
    for name, path in re.findall(r"^\s*(\S+?)\.so\S* => (\S+)", loaded, re.MULTILINE):
        if name in LIBRARIES:
            found[name] = pathlib.Path(path).resolve().name.partition(".so.")[2]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="make it what the test compares with")
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    options = parser.parse_args()
    found = {"versions": versions(options.build), "instructions_per_row": per_row(options.build)}
    print(json.dumps(found, indent=1))
    if options.record:
        RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
