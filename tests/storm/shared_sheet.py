"""The sheet that everybody shares, and who stood in it when: what was true at an instant can be asked later."""

import datetime
import threading
import time
import zoneinfo

import support  # noqa: F401
from emulator_process import Emulator

ZONE = zoneinfo.ZoneInfo("America/Santiago")
HEADER = ["TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion"]
ODD_ROWS = [["OLD-1", "VX(901)", "01-01-2020 10:00:00"], ["OLD-2", "VX(902)", "31-12-2019"],
            ["ODD-1", "nobody knows", "21-01-2026 14:30:00"], ["ODD-2", "-", ""]]
FREE = ("DISPONIBLE", None, "disponible")
FIRST_ROW = 2


class Spell:
    """One owner in one row: at the longest from since until until_, both when the edit may have been seen."""

    def __init__(self, owner, since):
        self.owner, self.since, self.until = owner, since, float("inf")

    def __repr__(self):
        return f"{self.owner} from {self.since:.6f} to {self.until:.6f}"


class History:
    """Who stood in which row when, and when reads were how late."""

    def __init__(self, tags):
        self.tags = list(tags)
        self.spells = {tag: [Spell(None, 0.0)] for tag in self.tags}
        self.lags = []  # [[from, until, ms]]

    def owner(self, tag):
        return self.spells[tag][-1].owner

    def begin_spell(self, tag, owner):
        """The former one, whose end is for the caller to say."""
        self.spells[tag].append(Spell(owner, time.time()))
        return self.spells[tag][-2]

    def named(self, tag, owner, since, until):
        """Whether that owner may have been read there at some time between the two."""
        return any(spell.owner == owner and spell.since <= until and spell.until >= since
                   for spell in list(self.spells.get(tag, ())))

    def lag_s(self, since, until):
        """The longest lag that a read between the two may have had."""
        return max((ms / 1000 for begin, end, ms in self.lags if begin <= until and end >= since), default=0.0)

    def forget_before(self, moment):
        for tag, spells in self.spells.items():
            self.spells[tag] = [spell for spell in spells if spell.until >= moment]
        self.lags = [lag for lag in self.lags if lag[1] >= moment]


class SharedSheet(History):
    """Edits come one by one; an edit takes effect between its being sent and its being answered."""

    def __init__(self, tags, dice):
        super().__init__(tags)
        self.dice = dice
        self.emulator = Emulator("--plain", "--rows", "1", "--occupied", "0")
        self.lock = threading.Lock()
        self.edits = 0
        cells = [HEADER, *([tag, None, None] for tag in self.tags), *ODD_ROWS]
        self.emulator.do("sheet", spreadsheet={
            "time_zone": ZONE.key, "locale": "es_CL", "id": self.emulator.spreadsheet_id,
            "sheets": [{"title": "Operaciones", "cells": cells}]})

    def occupy(self, tag, owner):
        """False where somebody stands there already."""
        with self.lock:
            if self.owner(tag) is not None:
                return False
            date = datetime.datetime.now(ZONE).strftime("%d-%m-%Y %H:%M:%S")
            self.change(tag, owner, f"MR({owner})", date)
            return True

    def free(self, tag):
        with self.lock:
            self.change(tag, None, self.dice.choice(FREE), None)

    def change(self, tag, owner, owner_cell, date_cell):
        """Two cells are two writes, in either order."""
        row = FIRST_ROW + self.tags.index(tag)
        writes = [(HEADER[1], owner_cell), (HEADER[2], date_cell)]
        self.dice.shuffle(writes)
        for column, value in writes:
            former = self.begin_spell(tag, owner) if column == HEADER[1] else None
            self.emulator.do("set", row=row, column=column, value=value)
            if former:
                former.until = time.time()
        self.edits += 1

    def set_lag(self, lag_ms):
        """0: reads are up to date from the answer on."""
        with self.lock:
            since = time.time()
            self.emulator.do("config", lag_ms=lag_ms)
            if self.lags and self.lags[-1][1] == float("inf"):
                self.lags[-1][1] = time.time()
            if lag_ms:
                self.lags.append([since, float("inf"), lag_ms])

    def do(self, op, **command):
        with self.lock:
            return self.emulator.do(op, **command)

    def config(self):
        """The fields of a reconciler's config that lead to this sheet."""
        return {"spreadsheet_id": self.emulator.spreadsheet_id, "sheets_endpoint": self.emulator.url,
                "access_token_file": self.emulator.state_dir + "/access-token"}

    def close(self):
        self.emulator.close()
