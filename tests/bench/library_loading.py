"""How large the library is, and what it costs a host to load it and to make the first call."""

import ctypes.util
import json
import statistics
import subprocess

from library_figure import at_most
from runner import timed

SIZE_MAX_KB = 500
LOADING_MAX_MS = 20
ABOVE_LIBCURL_MAX_MS = 5
TURNS = 61
LOCK = ("SET", "spool_lock:LOAD-1", "93:00000000-0000-4000-8000-000000000000:22-01-2026 11:00:00")
GROUP = "Size and loading"
NOTE = """Fresh processes in turns, medians of {}. The first column is dlopen alone; the second what is set up once: for
libcurl curl_global_init, for lockrec the first call (one row, locked already, Redis on a UNIX socket) less a second that is
the same. lockrec's own is above libcurl's: libstdc++, hiredis, cJSON, cctz, libcsv and itself."""


def stripped_kb(library, work):
    copy = work / "stripped.so"
    subprocess.run(["strip", "-o", str(copy), str(library)], check=True)
    return copy.stat().st_size / 1000


def loading_ms(options, runner):
    """Name -> what each run took: dlopen, set-up and both together."""
    redis = runner.servers.redis.client
    redis.ask("FLUSHALL")
    redis.ask(*LOCK)
    program = str(options.build / "load_time")
    commands = {"libcurl": [program, ctypes.util.find_library("curl") or "libcurl.so.4"],
                "lockrec": [program, str(options.build / "liblockrec.so.1"), f"unix://{redis.socket.getpeername()}"]}
    taken = {name: [] for name in commands}
    for _ in range(TURNS):
        for name, command in commands.items():
            run = json.loads(timed(command)[0])
            parts = run["dlopen_seconds"], run["set_up_seconds"]
            taken[name].append([1000 * seconds for seconds in (*parts, sum(parts))])
    return taken


def measure(options, runner, work):
    size_kb = stripped_kb(options.build / "liblockrec.so.1", work)
    taken = loading_ms(options, runner)
    rows = [[name, *(f"{statistics.median(part):.2f} ms" for part in zip(*runs))] for name, runs in taken.items()]
    section = {"title": "Loading", "columns": ["", "dlopen", "set-up", "together"], "rows": rows,
               "note": " ".join(NOTE.format(TURNS).split())}
    ours, curls = ([run[2] for run in taken[name]] for name in ("lockrec", "libcurl"))
    # Turn by turn: a busy moment meets both.
    above = statistics.median(mine - other for mine, other in zip(ours, curls))
    return [section], [
        at_most(GROUP, "liblockrec.so.1, stripped", size_kb, "KB", SIZE_MAX_KB, "its file"),
        at_most(GROUP, "loading and the first call's set-up", statistics.median(ours), "ms", LOADING_MAX_MS,
                "libcurl's loading included"),
        at_most(GROUP, "the same above libcurl alone", above, "ms", ABOVE_LIBCURL_MAX_MS, f"median of {TURNS} differences"),
    ]
