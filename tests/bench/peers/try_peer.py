#!/usr/bin/env python3
"""Tries a peer by hand: prepares it, runs both parts on a sheet of so many rows, and looks at what Redis then holds."""

import argparse
import datetime
import json
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zoneinfo

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import children  # noqa: E402
from emulator_process import PROGRAM, Emulator  # noqa: E402

WORKSHEET, PREFIX, ZONE = "Operaciones", "spool_lock:", "America/Santiago"
SYSTEM_CA_FILE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
FIELDS = {"seconds", "sheet_seconds", "redis_seconds", "cpu_seconds", "peak_kib", "locks"}
UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
LOOK = """local all = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  all[#all + 1] = key .. ' ' .. redis.call('PTTL', key) .. ' ' .. redis.call('GET', key)
end
return all"""


def shown(cell):
    """A cell as the sheet shows it."""
    if cell is None:
        return ""
    if isinstance(cell, dict):
        moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=round(cell["date"] * 86400))
        return moment.strftime("%d-%m-%Y" if cell.get("format") == "date" else "%d-%m-%Y %H:%M:%S")
    return str(cell)


def rows_of(book):
    """Every row below the header, as the sheet shows it."""
    cells = book["sheets"][0]["column_cells"].values()
    needed = {column[0]: column[1:] for column in cells if column[0] in ("TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion")}
    tags = needed["TAG_SPOOL"]
    rest = [needed[name] + [None] * (len(tags) - len(needed[name])) for name in ("Ocupado_Por", "Fecha_Ocupacion")]
    return [[shown(cell) for cell in row] for row in zip(tags, *rest)]


def wanted_of(rows):
    """Tag -> (owner, date): the locks that must be there. The made sheet's occupations are all of the last 23 hours."""
    owned = ((tag, re.search(r"\((\d+)\)$", owner), date) for tag, owner, date in rows)
    return {tag: (owner.group(1), date) for tag, owner, date in owned if owner}


def start_redis(folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    children.start(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                    "--dir", folder], stdout=subprocess.DEVNULL)
    for _ in range(100):
        if ask(port, "PING") == ["PONG"]:
            return port
        time.sleep(0.05)
    raise SystemExit("redis-server did not start")


def ask(port, *command):
    done = subprocess.run(["redis-cli", "-p", str(port), *command], capture_output=True, text=True)
    return done.stdout.splitlines()


def run(command, job, folder):
    path = pathlib.Path(folder) / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    done = subprocess.run([*command, str(path)], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the peer ended with {done.returncode}\n{done.stdout}")
    result = json.loads(done.stdout)
    if len(done.stdout.splitlines()) != 1 or set(result) != FIELDS:
        raise SystemExit(f"not one line with the fields {sorted(FIELDS)}: {done.stdout}")
    parts_s = result["sheet_seconds"] + result["redis_seconds"]
    if min(result.values()) < 0 or abs(result["seconds"] - parts_s) > 0.001:
        raise SystemExit(f"the figures contradict each other: {done.stdout}")
    return result


def check(port, result, wanted, made):
    """Just the right locks, right in every part, none with a life. Returns them: key -> value."""
    held, uuids = {}, set()
    for line in ask(port, "EVAL", LOOK, "0"):
        key, life_ms, value = line.split(" ", 2)
        owner, date = wanted.get(key.removeprefix(PREFIX), ("", ""))
        if not re.fullmatch(f"{owner}:{UUID4}:{re.escape(date)}", value) or life_ms != "-1":
            raise SystemExit(f"wrong: {key} = {value}, PTTL {life_ms}; wanted owner {owner!r}, date {date!r}")
        held[key] = value
        uuids.add(value.split(":")[1])
    missing = {PREFIX + tag for tag in wanted} - set(held)
    if missing or len(uuids) != len(held) or result["locks"] != made:
        raise SystemExit(f"{len(missing)} locks are missing ({sorted(missing)[:3]} ...), {len(uuids)} uuids of "
                         f"{len(held)} differ, {result['locks']} locks said to be made of {made}")
    return held


def try_odd_rows(emulator, redis_port, command, job, folder, wanted):
    """A run leaves locks that are there alone, and of the odd rows only the one of today, without a time, counts."""
    now = datetime.datetime.now(zoneinfo.ZoneInfo(ZONE))
    today, old = now.strftime("%d-%m-%Y"), (now - datetime.timedelta(hours=25)).strftime("%d-%m-%Y %H:%M:%S")
    odd = [("ODD-TODAY", "MR(93)", today), ("ODD-OLD", "MR(93)", old), ("ODD-FREE", "DISPONIBLE", today)]
    emulator.do("append_rows", rows=[{"TAG_SPOOL": tag, "Ocupado_Por": owner, "Fecha_Ocupacion": date}
                                     for tag, owner, date in odd])
    before = dict(line.split(" ", 2)[::2] for line in ask(redis_port, "EVAL", LOOK, "0"))
    result = run(command, job, folder)
    after = check(redis_port, result, {**wanted, "ODD-TODAY": ("93", today)}, made=1)
    if any(after[key] != value for key, value in before.items()):
        raise SystemExit("a lock that was there was overwritten")
    print("odd rows, and locks that were there: right", file=sys.stderr)


def tell(part, results):
    print(f"{part}, median of {len(results)}:", json.dumps(
        {name: round(statistics.median(result[name] for result in results), 6) for name in sorted(FIELDS)}))


def try_peer(options, command, folder):
    sheet = pathlib.Path(folder) / "sheet.json"
    subprocess.run([str(PROGRAM), "--rows", str(options.rows), "--occupied", str(options.occupied), "--write-sheet",
                    str(sheet)], check=True)
    rows = rows_of(json.loads(sheet.read_text(encoding="utf-8")))
    wanted = wanted_of(rows)
    rows_file, ca_file = pathlib.Path(folder) / "rows.json", pathlib.Path(folder) / "ca.pem"
    rows_file.write_text(json.dumps(rows), encoding="utf-8")
    emulator, port = Emulator("--sheet", str(sheet)), start_redis(folder)
    try:
        ca_file.write_text(SYSTEM_CA_FILE.read_text() + pathlib.Path(emulator.ca_file).read_text())
        job = {"spreadsheet_id": emulator.spreadsheet_id, "worksheet": WORKSHEET, "sheets_endpoint": emulator.url,
               "token_url": emulator.token_url, "credentials_file": emulator.credentials_file,
               "ca_file": str(ca_file), "redis_host": "127.0.0.1", "redis_port": port, "key_prefix": PREFIX,
               "time_zone": ZONE, "max_age_ms": 24 * 3600 * 1000, "rows_file": str(rows_file)}
        for part in [options.part] if options.part else ["redis", "startup"]:
            results = []
            if part == "startup":
                run(command, {"part": part, **job}, folder)  # the emulator makes the cells' text at the first read
            for _ in range(options.repeat):
                ask(port, "FLUSHALL")
                results.append(run(command, {"part": part, **job}, folder))
                check(port, results[-1], wanted, made=len(wanted))
                print(part, json.dumps(results[-1]), flush=True)
            if options.repeat > 1:
                tell(part, results)
        if options.part != "redis":
            try_odd_rows(emulator, port, command, {"part": "startup", **job}, folder, wanted)
    finally:
        emulator.close()
        children.end_all()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="a folder beside this file")
    parser.add_argument("rows", type=int, nargs="?", default=1869)
    parser.add_argument("--occupied", type=int, help="default: 22 of 1869 rows, else all")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each part")
    parser.add_argument("--part", choices=["startup", "redis"], help="default: both")
    options = parser.parse_args()
    if options.occupied is None:
        options.occupied = 22 if options.rows == 1869 else options.rows
    prepared = subprocess.run([str(HERE / options.name / "prepare"), str(ROOT / "build" / "bench" / options.name)],
                              stdout=subprocess.PIPE, text=True, check=True).stdout
    print(prepared.strip(), file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="lockrec-peer-") as folder:
        try_peer(options, json.loads(prepared)["command"], folder)


if __name__ == "__main__":
    main()
