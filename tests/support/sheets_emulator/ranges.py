"""A1 notation: what a request asks for, clipped to the grid, and how the reply writes it."""

import re

from .errors import ApiError
from .sheet import column_index, column_letters

_CORNER = r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,7})?"
_A1 = re.compile(f"{_CORNER}(?::{_CORNER})?")
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")


class Range:
    """Zero-based, ends not included."""

    def __init__(self, sheet, row, row_end, column, column_end):
        self.sheet, self.row, self.row_end = sheet, row, row_end
        self.column, self.column_end = column, column_end

    def __str__(self):
        first = column_letters(self.column) + str(self.row + 1)
        last = column_letters(self.column_end - 1) + str(self.row_end)
        return f"{quoted(self.sheet.title)}!{first}" + ("" if first == last else f":{last}")


def quoted(title):
    """A title as replies write it: bare where that can be read in one way only."""
    if _BARE.fullmatch(title) and not _LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def _split(text, book):
    """The tab and the A1 part (None: all of the tab)."""
    match = re.fullmatch(r"'((?:[^']|'')+)'(?:!(.*))?", text, re.S)
    if match:
        return book.find(match.group(1).replace("''", "'")), match.group(2)
    if "!" in text:
        title, cells = text.rsplit("!", 1)
        return book.find(title), cells
    if _corners(text):
        return book.sheets[0], text
    return book.find(text), None


def _corners(cells):
    match = _A1.fullmatch(cells)
    if not match or not any(match.groups()):
        return None
    if ":" not in cells:
        return match.groups()[:2] * 2 if all(match.groups()[:2]) else None
    left, right = match.groups()[:2], match.groups()[2:]
    return left + right if any(left) and any(right) else None


def _ordered(first, last):
    """An end that is not given is open; where only the end is given the range starts at it (A:A5 is A5:A)."""
    if first is None and last is not None:
        return last, None
    if first is not None and last is not None and last < first:
        return last, first
    return first, last


def parse(text, book):
    sheet, cells = _split(text, book)
    corners = None if cells is None else _corners(cells)
    if sheet is None or (cells is not None and corners is None):
        raise ApiError.invalid(f"Unable to parse range: {text}")
    if cells is None:
        return Range(sheet, 0, sheet.rows, 0, len(sheet.columns))
    letters = [None if value is None else column_index(value) for value in corners[::2]]
    numbers = [None if value is None else int(value) - 1 for value in corners[1::2]]
    column, column_last = _ordered(*letters)
    row, row_last = _ordered(*numbers)
    column, row = column or 0, row or 0
    if row >= sheet.rows or column >= len(sheet.columns):
        raise ApiError.invalid(f"Range ({quoted(sheet.title)}!{cells}) exceeds grid limits. "
                               f"Max rows: {sheet.rows}, max columns: {len(sheet.columns)}")
    row_end = sheet.rows if row_last is None else min(row_last + 1, sheet.rows)
    column_end = len(sheet.columns) if column_last is None else min(column_last + 1, len(sheet.columns))
    return Range(sheet, row, row_end, column, column_end)
