"""What both Python peers share: the job, the clock, what a row means, and the line that comes out at the end."""

import datetime
import encodings.ascii  # noqa: F401: these and secrets would be loaded at the first look-up or signature
import encodings.idna  # noqa: F401
import json
import pathlib
import secrets  # noqa: F401
import sys
import time
import zoneinfo

FREE_VALUE = "DISPONIBLE"
HEADERS = ("TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion")
CLAIM_LIFE_S = 10
SCOPES = ["https://www.googleapis.com/auth/spreadsheets.readonly"]


def read_job():
    """The job and, for the part `redis`, the rows, which are in memory before the clock starts."""
    job = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    rows = None
    if job["part"] == "redis":
        rows = json.loads(pathlib.Path(job["rows_file"]).read_text(encoding="utf-8"))
    return job, rows


def memory_kib(name):
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(name + ":", 1)[1].split(None, 1)[0])


def forget_peak():
    """What loading needed is no part of the run: the kernel starts VmHWM anew from what is in use."""
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        pass  # not allowed here: the peak of loading stands then


class Clock:
    """Starts when it is made; to be made when everything is loaded."""

    def __init__(self):
        forget_peak()
        self._used_kib = memory_kib("VmRSS")
        self._cpu_s = time.process_time()
        self._start_s = self._rows_s = time.perf_counter()

    def rows_are_there(self):
        self._rows_s = time.perf_counter()

    def tell(self, locks):
        """Stops, and prints the one line."""
        end_s, cpu_s = time.perf_counter(), time.process_time()
        print(json.dumps({
            "seconds": end_s - self._start_s, "sheet_seconds": self._rows_s - self._start_s,
            "redis_seconds": end_s - self._rows_s, "cpu_seconds": cpu_s - self._cpu_s,
            "peak_kib": memory_kib("VmHWM") - self._used_kib, "locks": locks}))


def occupations(rows, job):
    """(tag, owner, date as written) of each row that a lock is for."""
    zone = zoneinfo.ZoneInfo(job["time_zone"])
    now = datetime.datetime.now(datetime.timezone.utc)
    oldest = now - datetime.timedelta(milliseconds=job["max_age_ms"])
    parse = datetime.datetime.fromisoformat
    for tag, occupied_by, date in rows:
        if not occupied_by or occupied_by == FREE_VALUE:
            continue
        owner = occupied_by.removesuffix(")").rpartition("(")[2]
        try:
            # DD-MM-YYYY turned round is ISO 8601, which is read ten times as quickly as strptime reads a pattern.
            moment = parse(date[6:10] + date[2:6] + date[:2] + date[10:]).replace(tzinfo=zone)
        except ValueError:
            continue
        if tag and owner.isdecimal() and moment >= oldest:
            yield tag, owner, date
