"""A sheet of the production shape for one work size: for the emulator, as rows in memory, and the locks to expect."""

import csv
import datetime
import json
import re
import subprocess

from emulator_process import PROGRAM

WIDE_ROWS_MAX = 20000  # beyond that only the columns that count are filled: nobody who reads all 75 is measured there
NEEDED = ("TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion")


def shown(cell):
    """A cell as the sheet shows it."""
    if isinstance(cell, dict):
        moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=round(cell["date"] * 86400))
        return moment.strftime("%d-%m-%Y" if cell.get("format") == "date" else "%d-%m-%Y %H:%M:%S")
    return "" if cell is None else str(cell)


def rows_of(book):
    """Every row below the header, as the sheet shows it."""
    columns = {column[0]: column[1:] for column in book["sheets"][0]["column_cells"].values()}
    tags = columns["TAG_SPOOL"]
    rest = [columns[name] + [None] * (len(tags) - len(columns[name])) for name in NEEDED[1:]]
    return [[shown(cell) for cell in row] for row in zip(tags, *rest)]


def wanted_of(rows):
    """Tag -> (owner, date): the locks that must be there. Every occupation in a made sheet is less than a day old."""
    owned = ((tag, re.search(r"\((\d+)\)$", owner), date) for tag, owner, date in rows)
    return {tag: (owner.group(1), date) for tag, owner, date in owned if owner}


class Sheet:
    def __init__(self, rows, missing, folder):
        self.rows, self.missing = rows, missing
        self.file = folder / f"sheet-{missing}-of-{rows}.json"
        self.rows_file = folder / f"rows-{missing}-of-{rows}.json"
        wide = "--wide" if rows <= WIDE_ROWS_MAX else "--no-wide"
        subprocess.run([str(PROGRAM), "--rows", str(rows), "--occupied", str(missing), wide, "--write-sheet",
                        str(self.file)], check=True)
        known = rows_of(json.loads(self.file.read_text(encoding="utf-8")))
        self.rows_file.write_text(json.dumps(known), encoding="utf-8")
        self.wanted = wanted_of(known)

    def write_json(self):
        """The file as the API answers: what is empty at a row's end isn't there."""
        path = self.rows_file.with_name(f"file-{self.missing}-of-{self.rows}.json")
        known = json.loads(self.rows_file.read_text(encoding="utf-8"))
        values = [row[:max((at + 1 for at, cell in enumerate(row) if cell), default=0)] for row in known]
        path.write_text(json.dumps({"range": f"Operaciones!A1:C{len(values) + 1}", "majorDimension": "ROWS",
                                    "values": [NEEDED, *values]}, ensure_ascii=False), encoding="utf-8")
        return path

    def write_csv(self):
        """The file as Sheets exports it."""
        path = self.rows_file.with_name(f"file-{self.missing}-of-{self.rows}.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([NEEDED, *json.loads(self.rows_file.read_text(encoding="utf-8"))])
        return path
