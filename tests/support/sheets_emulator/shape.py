"""Makes a spreadsheet of the production shape: its header row, its gaps, its oddities, as many rows as wanted."""

import datetime
import json
import pathlib
import random
import time
import zoneinfo

from .sheet import DEFAULT_ID, Book, Column, Sheet
from .values import Date, serial_of

HEADER_FILE = pathlib.Path(__file__).resolve().parent.parent / "operaciones-header.json"
NEEDED = ("TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion")
WIDE_ROWS_MAX = 10000
_ZONE = "America/Santiago"


def parse_now(text):
    """Seconds since 1970, or ISO 8601 with an offset."""
    try:
        return float(text)
    except ValueError:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _workers(dice, count=50):
    """Owners as the shop writes them; ids of one to three digits."""
    ids = dice.sample(range(1, 10), 5) + dice.sample(range(10, 100), 35) + dice.sample(range(100, 400), count - 40)
    return [f"{dice.choice('ACDEFGJLMNPRSV')}{dice.choice('ABCFGHLMPRSTV')}({id})" for id in ids]


def _tags(dice, rows):
    """Unique: MK-1346-TW-28082-011."""
    tags, order, drawing, piece = [], dice.randint(1300, 1399), dice.randint(28000, 28099), 0
    for _ in range(rows):
        piece += 1
        if piece > 30 or dice.random() < 0.04:
            drawing, piece = drawing + 1, 1
        tags.append(f"MK-{order}-TW-{drawing:05d}-{piece:03d}")
    return tags


def _is_gap(number):
    """A blank row closes each block of 60."""
    return number % 60 == 59


def _filler(header, dice, number, tag):
    """Plausible, in the columns that nobody needs."""
    if header == "id":
        return number
    if header == "MatSys":
        return "-"
    if header == "SPLIT":
        return tag.rsplit("-", 1)[0]
    if header in ("NV", "OT", "CT", "OC"):
        return {"NV": 1346, "OT": 24011, "CT": 7, "OC": "4500012345"}[header]
    if header.startswith("Fecha"):
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=dice.randrange(400))
        return day.isoformat() if dice.random() < 0.5 else None
    if header.startswith(("PD_", "Pulgadas", "Uniones", "Total", "DIAM")):
        return dice.randrange(1, 40)
    if header.startswith(("Peso", "Area", "Precio")):
        return round(dice.uniform(1, 900), 2)
    if header == "version":
        return "3.0"
    if header in ("Armador", "Soldador", "Estado_Detalle", "Ubicación", "Cliente", "Prioridad"):
        return dice.choice(("Patio 2", "Nave 1", "ARM pendiente", "Ñuñoa Ltda.", None))
    return None


def operaciones(rows=1869, occupied=22, now=None, seed=1, wide=None, time_zone=_ZONE):
    """The tab: `rows` rows that count, `occupied` of them taken within the last 23 hours before now."""
    if not 0 <= occupied <= rows:
        raise ValueError(f"{occupied} of {rows} rows can't be occupied")
    dice = random.Random(seed)
    headers = json.loads(HEADER_FILE.read_text(encoding="utf-8"))
    wide = rows <= WIDE_ROWS_MAX if wide is None else wide
    filled = headers if wide else [*NEEDED, "id", "SPLIT", "MatSys"]
    wall = datetime.datetime.fromtimestamp(int(now or time.time()), zoneinfo.ZoneInfo(time_zone)).replace(tzinfo=None)
    workers = _workers(dice)
    taken = set(dice.sample(range(rows), occupied))
    columns = {header: [header] for header in headers}
    lines = [columns[header] for header in filled]
    for number, tag in enumerate(_tags(dice, rows)):
        owner = moment = None
        if number in taken:
            owner = dice.choice(workers)
            moment = Date(serial_of(wall - datetime.timedelta(seconds=dice.randrange(60, 23 * 3600))))
        elif number % 7 == 3:
            owner = "DISPONIBLE"
        elif number % 31 == 5:
            moment = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}"
        known = {"TAG_SPOOL": tag, "Ocupado_Por": owner, "Fecha_Ocupacion": moment}
        for header, line in zip(filled, lines):
            line.append(known[header] if header in known else _filler(header, dice, number + 1, tag))
        if _is_gap(number):
            for line in lines:
                line.append(None)
    height = max(1000, len(columns["TAG_SPOOL"]) + 20)
    return Sheet("Operaciones", 0, height, [Column(columns[header]) for header in headers])


def book(rows=1869, occupied=22, now=None, seed=1, wide=None, time_zone=_ZONE, locale="es_CL"):
    workers = [["Id", "Nombre"]] + [[index + 1, owner] for index, owner in enumerate(_workers(random.Random(seed)))]
    staff = Sheet("Trabajadores", 1, 1000, [Column(column) for column in zip(*workers)] + [Column()] * 24)
    return Book(DEFAULT_ID, "Control de Spools", time_zone, locale,
                [operaciones(rows, occupied, now, seed, wide, time_zone), staff])
