"""The spreadsheet: never changed, an edit makes a new one that shares every column it did not touch."""

import re

from .values import cell_from_json, cell_to_json, to_json_text

DEFAULT_ID = "1lockrecTestSpreadsheet0000000000000000000000"


def column_letters(index):
    """0 -> A, 66 -> BO."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters):
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


class Column:
    """Cells from row 1, no empty cell at the end, with their JSON text kept once made."""

    def __init__(self, cells=()):
        cells = list(cells)
        while cells and cells[-1] is None:
            cells.pop()
        self.cells = cells
        self._texts = {}

    def get(self, row):
        return self.cells[row] if row < len(self.cells) else None

    def set(self, row, cell):
        cells = self.cells + [None] * (row + 1 - len(self.cells))
        cells[row] = cell
        return Column(cells)

    def texts(self, render, dates, locale):
        key = (render, dates, locale)
        texts = self._texts.get(key)
        if texts is None:
            texts = [to_json_text(cell, render, dates, locale) for cell in self.cells]
            self._texts[key] = texts
        return texts


class Sheet:
    """One tab: a title, a grid of rows x columns, and what is in it."""

    def __init__(self, title, sheet_id, rows, columns):
        self.title = title
        self.sheet_id = sheet_id
        self.rows = rows
        self.columns = tuple(columns)

    def replaced(self, rows=None, columns=None):
        return Sheet(self.title, self.sheet_id, rows or self.rows, self.columns if columns is None else columns)

    def find_column(self, name):
        """By header first, then by letters: a header may look like letters ("OT", "PD")."""
        for index, column in enumerate(self.columns):
            if column.get(0) == name:
                return index
        if re.fullmatch(r"[A-Z]{1,3}", name) and column_index(name) < len(self.columns):
            return column_index(name)
        raise ValueError(f"no column {name!r} in {self.title!r}")

    def find_row(self, tag, header="TAG_SPOOL"):
        cells = self.columns[self.find_column(header)].cells
        if tag not in cells:
            raise ValueError(f"no row with the tag {tag!r}")
        return cells.index(tag)


class Book:
    def __init__(self, id, title, time_zone, locale, sheets):
        self.id, self.title, self.time_zone, self.locale = id, title, time_zone, locale
        self.sheets = tuple(sheets)

    def find(self, title):
        return next((sheet for sheet in self.sheets if sheet.title == title), None)

    def warm(self, headers):
        """Makes the JSON text of these columns now, so that the first read is as quick as the second."""
        for column in (column for sheet in self.sheets for column in sheet.columns if column.get(0) in headers):
            column.texts("UNFORMATTED_VALUE", "SERIAL_NUMBER", self.locale)


def _sheet_from_json(data, index):
    cells = data.get("cells") or []
    by_letter = data.get("column_cells") or {}
    width = max([len(row) for row in cells] + [column_index(letters) + 1 for letters in by_letter] + [1])
    columns = [[] for _ in range(data.get("columns") or max(26, width))]
    if width > len(columns):
        raise ValueError(f"{data['title']!r} has cells in {width} columns, but {len(columns)} columns")
    for row, line in enumerate(cells):
        for column, value in enumerate(line):
            if value is not None and value != "":
                columns[column].extend([None] * (row - len(columns[column])))
                columns[column].append(cell_from_json(value))
    for letters, values in by_letter.items():
        columns[column_index(letters)] = [cell_from_json(value) for value in values]
    columns = [Column(column) for column in columns]
    height = max(len(column.cells) for column in columns)
    rows = data.get("rows") or max(1000, height)
    if height > rows:
        raise ValueError(f"{data['title']!r} has cells in {height} rows, but {rows} rows")
    return Sheet(data["title"], data.get("sheet_id", index), rows, columns)


def book_from_json(data):
    sheets = [_sheet_from_json(sheet, index) for index, sheet in enumerate(data["sheets"])]
    return Book(data.get("id") or DEFAULT_ID, data.get("title", "Control de Spools"),
                data.get("time_zone", "America/Santiago"), data.get("locale", "es_CL"), sheets)


def book_to_json(book):
    sheets = []
    for sheet in book.sheets:
        filled = {column_letters(index): [cell_to_json(cell) for cell in column.cells]
                  for index, column in enumerate(sheet.columns) if column.cells}
        sheets.append({"title": sheet.title, "sheet_id": sheet.sheet_id, "rows": sheet.rows,
                       "columns": len(sheet.columns), "column_cells": filled})
    return {"id": book.id, "title": book.title, "time_zone": book.time_zone, "locale": book.locale, "sheets": sheets}
