"""A second opinion on what becomes of rows, written from the rules that the README of lockrec promises, not from its code."""

import datetime
import math
import re
import zoneinfo

EPOCH = datetime.datetime(1899, 12, 30)
UNIX_EPOCH = datetime.datetime(1970, 1, 1)
ERRORS = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!", "Loading..."}
WRITTEN = re.compile(r"(\d\d)([-/])(\d\d)\2(\d{4})(?: (\d\d):(\d\d)(?::(\d\d))?)?")
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?)?")


def zone_named(name):
    fixed = re.fullmatch(r"GMT([+-])(\d\d):(\d\d)", name)
    if not fixed:
        return zoneinfo.ZoneInfo(name)
    sign = 1 if fixed[1] == "+" else -1
    return datetime.timezone(sign * datetime.timedelta(hours=int(fixed[2]), minutes=int(fixed[3])))


def trimmed(cell):
    return cell.strip(" ") if isinstance(cell, str) else cell


def is_empty(cell):
    return cell is None or trimmed(cell) == ""


def instant_ms(wall, zone, latest):
    """A wall time that is there twice is its second occurrence where the latest is asked for; one in a gap has the offset before."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    happens_twice = first > second
    offset = second if happens_twice and latest else first
    return round((wall - offset - UNIX_EPOCH).total_seconds() * 1000)


class BadDate(Exception):
    pass


def moments(cell, zone, numbers_are_text):
    """Wall time for the lock, earliest and latest instant that the cell can mean."""
    if isinstance(cell, bool):
        raise BadDate
    text = trimmed(cell)
    if numbers_are_text and isinstance(text, str) and re.fullmatch(r"\d+(\.\d+)?", text):
        text = float(text)
    if isinstance(text, (int, float)):
        seconds = math.floor(text * 86400 + 0.5)
        if not 0 <= seconds < 150000 * 86400:
            raise BadDate
        return spans(EPOCH + datetime.timedelta(seconds=seconds), seconds % 86400 == 0 and text == math.floor(text), zone)
    found, order = WRITTEN.fullmatch(text), "dmy"
    if found:
        day, month, year, hour, minute, second = (found[number] for number in (1, 3, 4, 5, 6, 7))
        offset = None
    else:
        found, order = ISO.fullmatch(text), "ymd"
        if not found:
            raise BadDate
        year, month, day, hour, minute, second, offset = found.groups()
    try:
        wall = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        raise BadDate from None
    if offset is not None:
        sign = -1 if offset[0] == "-" else 1
        ahead = datetime.timedelta() if offset == "Z" else sign * datetime.timedelta(hours=int(offset[1:3]),
                                                                                    minutes=int(offset[4:6]))
        instant = (wall - ahead).replace(tzinfo=datetime.timezone.utc)
        at_ms = round(instant.timestamp() * 1000)
        return in_range(instant.astimezone(zone).replace(tzinfo=None)), at_ms, at_ms
    return spans(wall, hour is None, zone)


def in_range(wall):
    if not 1970 <= wall.year <= 2200:
        raise BadDate
    return wall


def spans(wall, is_date_alone, zone):
    in_range(wall)
    last = wall + datetime.timedelta(days=1) if is_date_alone else wall
    return wall, instant_ms(wall, zone, latest=False), instant_ms(last, zone, latest=True)


def tag_of(cell):
    """The tag, or the reasons why it is none."""
    if is_empty(cell):
        return None, {"tag_empty"}
    if isinstance(cell, bool):
        return None, {"tag_invalid"}
    text = trimmed(cell) if isinstance(cell, str) else repr(int(cell) if cell == int(cell) else cell)
    if text in ERRORS or any(ord(char) < 32 or ord(char) == 127 for char in text):
        return None, {"tag_invalid"}
    return (text, set()) if len(text.encode()) <= 512 else (None, {"tag_too_long"})


def owner_of(cell):
    """The number, or None."""
    found = re.fullmatch(r"([^()\[\]{}<>\x00-\x1f\x7f0-9]+)\((\d{1,18})\)", trimmed(cell)) if isinstance(cell, str) else None
    if not found or not found[2].isascii() or len(found[1].encode()) > 32 or int(found[2]) == 0:
        return None
    return int(found[2])


def owner_of_value(value):
    head = value.split(":")[0]
    return int(head) if ":" in value and re.fullmatch(r"[0-9]{1,18}", head) and int(head) else None


class Table:
    """What becomes of a table: outcomes with the reasons that they may have, and the keys that there are afterwards."""

    def __init__(self, rows, first_number, state, settings):
        self.settings = settings
        self.zone = zone_named(settings["time_zone"])
        self.state = state
        self.first_by_tag = {}
        self.reports = []  # [number, tag or None, outcome, reasons]
        self.keys = {key: (value, life) for key, (value, life) in state.items()}
        self.free = 0
        self.confirmed = settings["confirmed"]
        for number, row in enumerate(rows, first_number):
            self.take(number, *row)

    def take(self, number, tag_cell, owner_cell, date_cell):
        if is_empty(owner_cell) or (isinstance(owner_cell, str)
                                    and trimmed(owner_cell).lower() == self.settings["free_value"].lower()):
            self.free += not all(is_empty(cell) for cell in (tag_cell, owner_cell, date_cell))
            return
        tag, reasons = tag_of(tag_cell)
        owner = owner_of(owner_cell)
        if owner is None:
            reasons = reasons | {"owner_invalid"}
        wall = earliest = latest = None
        if not is_empty(date_cell):
            try:
                wall, earliest, latest = moments(date_cell, self.zone, self.settings["numbers_are_text"])
            except BadDate:
                reasons = reasons | {"date_invalid"}
        if reasons:
            self.reports.append([number, tag, "skipped_invalid", reasons])
            return
        now_ms = self.settings["now_unix_ms"]
        if latest is not None and now_ms - latest > self.settings["max_age_ms"]:
            self.reports.append([number, tag, "skipped_stale", {"too_old"}])
            return
        self.want(number, tag, owner, wall, {"date_missing"} if wall is None else
                  {"date_in_future"} if earliest - now_ms > 300000 else set())

    def want(self, number, tag, owner, wall, oddities):
        if tag in self.first_by_tag:
            first_owner, first_outcome = self.first_by_tag[tag]
            if first_owner != owner:
                self.reports.append([number, tag, "skipped_invalid", {"duplicate_owner"}])
                return
            has_lock = first_outcome in ("already_locked", "adopted", "reconciled")
            self.reports.append([number, tag, "already_locked" if has_lock else first_outcome, {"duplicate"}])
            return
        key = self.settings["key_prefix"] + tag
        outcome, reasons = self.restore(key, owner, wall)
        self.first_by_tag[tag] = (owner, outcome)
        self.reports.append([number, tag, outcome, reasons | oddities])

    def restore(self, key, owner, wall):
        made = {"none"} if self.confirmed else {"not_confirmed"}
        if key not in self.state:
            now = datetime.datetime.fromtimestamp(self.settings["now_unix_ms"] // 1000, self.zone)
            at = now if wall is None else wall
            self.keys[key] = (f"{owner}:*:{at:%d-%m-%Y %H:%M:%S}", None)
            return "reconciled", made
        value, life_ms = self.state[key]
        if not isinstance(value, str):
            return "conflicting", {"other_type"}
        if owner_of_value(value) != owner:
            return "conflicting", {"unknown_value" if owner_of_value(value) is None else "other_owner"}
        if life_ms is None:
            return "already_locked", {"none"}
        if life_ms > self.settings["safety_ttl_ms"]:
            return "already_locked", {"lock_expires"}
        self.keys[key] = (value, None)
        return "adopted", made

    def counts(self):
        counts = {"rows_free": self.free}
        for report in self.reports:
            counts[report[2]] = counts.get(report[2], 0) + 1
        made = counts.get("reconciled", 0) + counts.get("adopted", 0)
        return counts | {"unconfirmed": 0 if self.confirmed else made}
