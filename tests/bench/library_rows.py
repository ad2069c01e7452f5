"""What the rows cost: time a row as they become more, and memory at most; from every source, every lock missing."""

import itertools
import statistics

from library_figure import at_most
from servers import Google
from sheet import Sheet

SIZES, QUICK_SIZES = (2000, 20000, 130000), (500, 2000)
GROWTH_MAX = 1.2
MEMORY_MAX_MIB = 64
KIB_MIB = 1 / 1024
NOTE = """Every lock missing, Redis on the loopback, the sheet from the emulator over HTTPS. Medians of {} runs in turns; the
most memory of all of them, above what was in use before the call."""


class WrongCount(Exception):
    """A run did not make every lock: its figures mean nothing."""


def jobs_of(sheet, google, redis_port):
    """Source -> job."""
    common = {"redis_host": "127.0.0.1", "redis_port": redis_port, "key_prefix": "spool_lock:",
              "time_zone": "America/Santiago"}
    return {"rows of the host": {**common, "part": "redis", "rows_file": str(sheet.rows_file)},
            ".json file": {**common, "part": "file", "source_file": str(sheet.write_json())},
            ".csv file": {**common, "part": "file", "source_file": str(sheet.write_csv())},
            "Google": {**common, "part": "startup", **google.job()}}


def run(runner, job, rows):
    redis = runner.servers.redis.client
    redis.ask("FLUSHALL")
    done = runner.run_participant("lockrec", job)
    if done["locks"] != rows or redis.ask("DBSIZE") != rows:
        raise WrongCount(f"{done['locks']} of {rows} locks were made: {job}")
    return done


def runs_of(options, runner, work):
    """(source, rows) -> runs, a round after the other, so that a busy minute meets all of them."""
    sizes = QUICK_SIZES if options.quick else SIZES
    jobs, opened = {}, []
    try:
        for rows in sizes:
            sheet = Sheet(rows, rows, work)
            opened.append(Google(sheet, work, runner.servers.proxy))
            for source, job in jobs_of(sheet, opened[-1], runner.servers.redis.port).items():
                jobs[source, rows] = job
            run(runner, jobs["Google", rows], rows)  # the emulator makes the cells' texts at the first read
        taken = {key: [] for key in jobs}
        for _ in range(options.rounds):
            for (source, rows), job in jobs.items():
                taken[source, rows].append(run(runner, job, rows))
        return taken
    finally:
        for google in opened:
            google.close()


def measure(options, runner, work):
    taken = runs_of(options, runner, work)
    sources, sizes = (list(dict.fromkeys(part)) for part in zip(*taken))
    seconds = {key: statistics.median(one["seconds"] for one in runs) for key, runs in taken.items()}
    cpu_us = {key: 1e6 * statistics.median(one["cpu_seconds"] for one in runs) / key[1] for key, runs in taken.items()}
    a_row_us = {key: 1e6 * median / key[1] for key, median in seconds.items()}
    peaks_mib = {key: max(one["peak_kib"] for one in runs) * KIB_MIB for key, runs in taken.items()}
    rows = [[key[0], f"{key[1]:,}", f"{seconds[key] * 1000:.1f} ms", f"{a_row_us[key]:.2f} µs", f"{cpu_us[key]:.2f} µs",
             f"{peaks_mib[key]:.1f} MiB"] for key in itertools.product(sources, sizes)]
    section = {"title": "Growth and memory", "columns": ["rows from", "rows", "the call", "a row", "CPU a row", "memory"],
               "rows": rows, "note": " ".join(NOTE.format(options.rounds).split())}
    growth_goal, memory_goal = (None, None) if options.quick else (GROWTH_MAX, MEMORY_MAX_MIB)
    least, most = min(sizes), max(sizes)
    figures = [at_most("Growth", f"{source}: time a row at {most:,}, of that at {least:,}",
                       a_row_us[source, most] / a_row_us[source, least], "×", growth_goal,
                       f"{a_row_us[source, most]:.2f} µs / {a_row_us[source, least]:.2f} µs") for source in sources]
    figures += [at_most("Memory", f"{source}: {most:,} rows, all missing", peaks_mib[source, most], "MiB", memory_goal,
                        f"the most of {options.rounds} runs") for source in sources]
    return [section], figures
