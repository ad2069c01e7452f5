"""Random tables from a seed, each with what the model says of it, and the shrinking of one that fails."""

import datetime
import random

import model
import vectors
from world import HEADER, NOW_UNIX_MS

ROWS_MIN = 500
SOURCES = ("rows", "csv_rows", "json_rows", "sheet")
ZONES = ("America/Santiago", "America/Santiago", "Europe/Madrid", "UTC", "Australia/Lord_Howe", "GMT+05:30", "GMT-03:00")
# Days on which one of the zones changes its offset, and one without.
NOWS = (NOW_UNIX_MS, 1775417400000, 1775359800000, 1788741000000, 1788676200000, 1774746000000, 1792890000000,
        1775318400000)
SAFETY_TTL_MS = 60000
ODD_TAGS = (None, "", "  ", "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!", "Loading...",
            "a\x01b", "ñ" * 257)
ODD_OWNERS = ("-", "MR", "MR()", "MR(0)", "(93)", "MR(93", "MR(93)x", "MR(9 3)", "MR[93]", "M(R)(93)", "MR(1234567890123456789)",
              "MR(٩٣)", "x" * 33 + "(93)", "MR(93) / NR(94)", "MR(-1)")
ODD_DATES = ("ayer", "31-02-2026 10:00:00", "21-13-2026", "21-01-1969 10:00:00", "21-01-2201", "25:00", "21-01-2026 24:00:00",
             "21-01/2026", "2026-02-30", "2026-01-21T10:61:00")


class Maker:
    def __init__(self, seed, number):
        self.random = random.Random(f"{seed}/{number}")
        self.source = SOURCES[number % len(SOURCES)]
        # JSON and the sheet carry numbers as numbers; only where everything is text is a number in it a serial.
        self.is_typed = self.source in ("json_rows", "sheet")
        self.now_ms = self.random.choice(NOWS) + self.random.randrange(3600) * 1000
        self.zone_name = self.random.choice(ZONES)
        self.zone = model.zone_named(self.zone_name)
        self.max_age_ms = self.random.choice((86400000, 86400000, 3600000, 172800000))

    def tag(self):
        if self.random.random() < 0.03:
            return self.random.choice(ODD_TAGS)
        if self.random.random() < 0.03 and self.is_typed:
            return self.random.choice((True, False, 1234, 12.5, 0.25, 28082))
        tag = f"MK-{self.random.randrange(700)}-Ñ{self.random.randrange(2)}"
        return self.random.choice((tag, tag, tag, f" {tag} ", tag.lower()))

    def owner(self):
        kind = self.random.random()
        if kind < 0.2:
            return self.random.choice((None, "", "DISPONIBLE", "disponible", " Disponible "))
        if kind < 0.25:
            return self.random.choice(ODD_OWNERS)
        initials = self.random.choice(("MR", "Ñ.P.", "J. de la Cruz", "Łę", "x"))
        return f"{initials}({self.random.choice(('', '', '00'))}{self.random.choice((7, 93, 94, 123456789012345))})"

    def date(self):
        kind = self.random.random()
        if kind < 0.04:
            return self.random.choice((None, ""))
        if kind < 0.08:
            return self.random.choice(ODD_DATES)
        instant = datetime.datetime.fromtimestamp(self.now_ms / 1000, datetime.timezone.utc)
        age_ms = self.random.choice((self.max_age_ms, self.max_age_ms, 3600000, -600000))
        spread_s = self.random.choice((0, 0, 1, 3600, 7200, 86400))
        instant += datetime.timedelta(milliseconds=-age_ms, seconds=self.random.randint(-spread_s, spread_s))
        wall = instant.astimezone(self.zone).replace(tzinfo=None)
        forms = [f"{wall:%d-%m-%Y %H:%M:%S}", f"{wall:%d/%m/%Y %H:%M:%S}", f"{wall:%d-%m-%Y %H:%M}", f"{wall:%d-%m-%Y}",
                 f"{wall:%Y-%m-%dT%H:%M:%S}", f"{wall:%Y-%m-%d}", f"{instant:%Y-%m-%dT%H:%M:%SZ}",
                 f"{instant + datetime.timedelta(hours=5, minutes=30):%Y-%m-%dT%H:%M:%S}+05:30", self.serial(wall)]
        return self.random.choice(forms)

    def serial(self, wall):
        serial = (wall - model.EPOCH).total_seconds() / 86400
        if self.random.random() < 0.2:
            serial = float(int(serial))
        if self.is_typed:
            return serial
        return f"{serial:.11f}".rstrip("0").rstrip(".")

    def state(self, rows):
        """Keys that are there before, for some of the tags."""
        tags = sorted({each for each in (model.tag_of(row[0])[0] for row in rows) if each is not None})
        found = {}
        for tag in self.random.sample(tags, len(tags) // 2):
            owner = self.random.choice((7, 93, 94, 93, 123456789012345))
            value = self.random.choice((f"{owner}:0b9a0f56-5d7a-4e55-9c8e-5a7a6cb7a111:21-01-2026 14:30:00", f"0{owner}:x:y",
                                        "nobody", "x:1:2", f"{owner}:"))
            life = self.random.choice((None, None, 30000, SAFETY_TTL_MS * 60))
            found["spool_lock:" + tag] = ({"type": "list"}, None) if self.random.random() < 0.05 else (value, life)
        return found

    def make(self):
        rows = [[self.tag(), self.owner(), self.date()] for _ in range(self.random.randint(ROWS_MIN, ROWS_MIN + 200))]
        return {"rows": rows, "state": self.state(rows), "source": self.source, "settings": {
            "now_unix_ms": self.now_ms, "time_zone": self.zone_name, "max_age_ms": self.max_age_ms,
            "safety_ttl_ms": SAFETY_TTL_MS, "key_prefix": "spool_lock:", "free_value": "DISPONIBLE",
            "numbers_are_text": not self.is_typed, "confirmed": self.source == "sheet"}}


def as_vector(table):
    """What the drivers are asked, in the form of a vector; what is expected comes from the model."""
    commands = []
    for key, (value, life_ms) in table["state"].items():
        expiry = [] if life_ms is None else ["PX", life_ms]
        commands.append(["SET", key, value, *expiry] if isinstance(value, str) else ["RPUSH", key, "x"])
    settings = table["settings"]
    config = {name: settings[name] for name in ("now_unix_ms", "time_zone", "max_age_ms", "safety_ttl_ms")}
    rows = {"cells": [HEADER, *table["rows"]]} if table["source"] == "sheet" else table["rows"]
    return {"source": {table["source"]: rows}, "redis": commands, "config": config}


def differences(table, answer, keys):
    """As for a vector; a row may have any of the reasons that apply to it."""
    expected = model.Table(table["rows"], 1 if table["source"] == "rows" else 2, table["state"], table["settings"])
    reports = answer.get("rows", [])
    # The reports are compared below, where a row may have one of several reasons.
    yield from vectors.differences({"status": "OK", "counts": expected.counts(), "rows": reports,
                                    "keys": {key: expected_key(*each) for key, each in expected.keys.items()}}, answer, keys)
    if len(reports) != len(expected.reports):
        yield f"{len(reports)} rows were reported, expected {len(expected.reports)}"
    for report, (number, tag, outcome, reasons) in zip(reports, expected.reports):
        got = (report[0], report[3]) if tag is None else (report[0], report[3], report[1])
        wanted = (number, outcome) if tag is None else (number, outcome, tag)
        if got != wanted or report[4] not in reasons:
            row = table["rows"][number - (1 if table["source"] == "rows" else 2)]
            yield f"row {number} {row}: expected {outcome}, one of {sorted(reasons)}, got {report}"


def expected_key(value, life_ms):
    if not isinstance(value, str):
        return value
    return value if life_ms is None else {"value": value, "life_ms": [1, life_ms]}


def shrunk(table, fails):
    """The smallest table that still fails, found by leaving out ever smaller parts of its rows and of Redis's state."""
    for part in ("rows", "state"):
        size = max(1, len(table[part]) // 2)
        while size:
            start = 0
            while start < len(table[part]):
                smaller = {**table, part: without(table[part], start, size)}
                if fails(smaller):
                    table = smaller
                else:
                    start += size
            size //= 2
    return table


def without(items, start, size):
    if isinstance(items, dict):
        names = list(items)
        return {name: items[name] for name in names[:start] + names[start + size:]}
    return items[:start] + items[start + size:]
