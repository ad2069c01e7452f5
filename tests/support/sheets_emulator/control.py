"""The commands, one JSON object a line: edits of the spreadsheet, faults, settings, counts."""

import json

from . import faults
from .sheet import Book, Column, Sheet, book_from_json, column_letters
from .values import cell_from_json, cell_to_json


def _tab(book, command):
    title = command.get("sheet")
    sheet = book.find(title) if title else book.find("Operaciones") or book.sheets[0]
    if sheet is None:
        raise ValueError(f"no tab {title!r}")
    return sheet


def _row(sheet, command):
    if "tag" in command:
        return sheet.find_row(command["tag"])
    row = int(command["row"]) - 1
    if not 0 <= row < sheet.rows:
        raise ValueError(f"row {row + 1} is not in the grid of {sheet.rows} rows")
    return row


def _set(sheet, command):
    row, index = _row(sheet, command), sheet.find_column(command["column"])
    columns = list(sheet.columns)
    columns[index] = columns[index].set(row, cell_from_json(command["value"]))
    return sheet.replaced(columns=columns)


def _insert_column(sheet, command):
    index = sheet.find_column(command["before"])
    height = max(len(column.cells) for column in sheet.columns)
    fill = cell_from_json(command.get("fill"))
    added = Column([cell_from_json(command.get("header"))] + [fill] * max(0, height - 1))
    return sheet.replaced(columns=sheet.columns[:index] + (added,) + sheet.columns[index:])


def _delete_column(sheet, command):
    index = sheet.find_column(command["column"])
    return sheet.replaced(columns=sheet.columns[:index] + sheet.columns[index + 1:])


def _append_rows(sheet, command):
    """rows: lists of cells from column A, or objects by header. They go below the last cell that is filled."""
    first = max(len(column.cells) for column in sheet.columns)
    cells = [list(column.cells) for column in sheet.columns]
    for number, row in enumerate(command["rows"]):
        pairs = ((sheet.find_column(name), value) for name, value in row.items()) if isinstance(row, dict) else (
            enumerate(row))
        for index, value in pairs:
            cells[index].extend([None] * (first + number - len(cells[index])))
            cells[index].append(cell_from_json(value))
    height = max(sheet.rows, first + len(command["rows"]))
    return sheet.replaced(rows=height, columns=[Column(column) for column in cells])


def _delete_rows(sheet, command):
    """The grid gets smaller by them, as when a person deletes rows."""
    first, count = _row(sheet, command), int(command.get("count", 1))
    count = min(count, sheet.rows - first)
    if count >= sheet.rows:
        raise ValueError("a grid keeps at least one row")
    columns = [Column(column.cells[:first] + column.cells[first + count:]) for column in sheet.columns]
    return sheet.replaced(rows=sheet.rows - count, columns=columns)


def _insert_rows(sheet, command):
    first, count = _row(sheet, command), int(command.get("count", 1))
    columns = [Column(column.cells[:first] + [None] * count + column.cells[first:]) for column in sheet.columns]
    return sheet.replaced(rows=sheet.rows + count, columns=columns)


def _rename_sheet(sheet, command):
    return Sheet(command["title"], sheet.sheet_id, sheet.rows, sheet.columns)


EDITS = {"set": _set, "insert_column": _insert_column, "delete_column": _delete_column, "append_rows": _append_rows,
         "delete_rows": _delete_rows, "insert_rows": _insert_rows, "rename_sheet": _rename_sheet}


class Control:
    def __init__(self, state):
        self.state = state

    def edit(self, edits):
        """All of them or, where one can't be done, none; readers see no state in between."""
        with self.state.lock:
            book = self.state.book
            for edit in edits:
                if edit.get("op") not in EDITS:
                    raise ValueError(f"no edit {edit.get('op')!r}; there are: {', '.join(EDITS)}")
                sheet = _tab(book, edit)
                changed = EDITS[edit["op"]](sheet, edit)
                sheets = [changed if each is sheet else each for each in book.sheets]
                book = Book(book.id, book.title, book.time_zone, book.locale, sheets)
            self.state.book = book

    def run(self, line):
        """One line in, one line out."""
        try:
            command = json.loads(line)
            result = self._run(command)
            return json.dumps({"ok": True, **(result or {})}, ensure_ascii=False)
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            return json.dumps({"ok": False, "error": what}, ensure_ascii=False)

    def _run(self, command):
        op = command["op"]
        if op in EDITS:
            return self.edit([command])
        if op not in self._OPERATIONS:
            raise ValueError(f"no operation {op!r}; there are: {', '.join([*EDITS, *self._OPERATIONS])}")
        return self._OPERATIONS[op](self, command)

    def _load(self, command):
        with open(command["file"], encoding="utf-8") as file:
            self.state.book = book_from_json(json.load(file))

    def _fault(self, command):
        faults.check(command)
        self.state.plan(command.get("where", "any"), command.get("nth", 1), command.get("times", 1), command)

    def _edit_on(self, command):
        unknown = [edit.get("op") for edit in command["edits"] if edit.get("op") not in EDITS]
        if unknown or command.get("when", "before") not in ("before", "after"):
            raise ValueError(f"no edit {unknown[0]!r}" if unknown else "when is before or after")
        self.state.plan(command.get("where", "any"), command.get("nth", 1), command.get("times", 1), command)

    def _get(self, command):
        sheet = _tab(self.state.book, command)
        row, index = _row(sheet, command), sheet.find_column(command["column"])
        return {"row": row + 1, "column": column_letters(index),
                "value": cell_to_json(sheet.columns[index].get(row))}

    _OPERATIONS = {
        "sheet": lambda self, command: setattr(self.state, "book", book_from_json(command["spreadsheet"])),
        "load": _load, "get": _get, "fault": _fault, "edit_on": _edit_on,
        "config": lambda self, command: self.state.configure(
            {name: value for name, value in command.items() if name != "op"}),
        "stats": lambda self, command: self.state.stats(),
        "reset": lambda self, command: self.state.reset(),
        "secrets": lambda self, command: self.state.tokens.last,
        "ping": lambda self, command: None,
    }
