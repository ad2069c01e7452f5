"""The three reads that exist: spreadsheets.get, values.get and values.batchGet, from one snapshot of the book."""

import json

from . import mask
from .errors import ApiError
from .ranges import parse as parse_range
from .sheet import Column
from .values import DATE_OPTIONS, RENDER_OPTIONS, cell_data

_COMMON = {"alt", "fields", "key", "prettyPrint", "quotaUser", "access_token", "oauth_token", "callback",
           "uploadType", "upload_protocol", "$.xgafv"}
_VALUE_PARAMETERS = _COMMON | {"majorDimension", "valueRenderOption", "dateTimeRenderOption"}


def _check_names(query, known):
    for name in query:
        if name not in known:
            text = (f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                    f"Field '{name}' could not be found in request message.")
            raise ApiError.invalid(text, "", text)


def _choice(query, name, choices):
    value = query.get(name, [choices[0]])[-1]
    if value not in choices:
        field = "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)
        text = f"Invalid value at '{field}', \"{value}\""
        raise ApiError.invalid(text, field, text)
    return value


def _flag(query, name, default):
    return query.get(name, [default])[-1].lower() in ("true", "1")


def _mask(query, schema):
    return mask.parse(",".join(query["fields"]), schema) if query.get("fields") else {}


def _dump(value, query):
    if _flag(query, "prettyPrint", "true"):
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class _Style:
    """JSON assembled from cells that are JSON text already: dumping 150,000 of them anew would take too long."""

    def __init__(self, query):
        self.pretty = _flag(query, "prettyPrint", "true")

    def array(self, items, depth):
        if not items:
            return "[]"
        if not self.pretty:
            return "[" + ",".join(items) + "]"
        inner = "\n" + "  " * (depth + 1)
        return "[" + inner + ("," + inner).join(items) + "\n" + "  " * depth + "]"

    def object(self, members, depth):
        colon = ": " if self.pretty else ":"
        text = self.array([json.dumps(key) + colon + value for key, value in members], depth)
        return "{" + text[1:-1] + "}"


def _columns_of(area, render, dates, locale):
    """Each column's cells as JSON text, nothing empty at the end."""
    columns = []
    for column in area.sheet.columns[area.column:area.column_end]:
        texts = column.texts(render, dates, locale)[area.row:area.row_end]
        while texts and texts[-1] == '""':
            texts.pop()
        columns.append(texts)
    return columns


def _rows_of(columns):
    height = max((len(column) for column in columns), default=0)
    rows = []
    for row in range(height):
        cells = [column[row] if row < len(column) else '""' for column in columns]
        while cells and cells[-1] == '""':
            cells.pop()
        rows.append(cells)
    return rows


def _value_range(area, query, locale, style, depth):
    major = _choice(query, "majorDimension", ("ROWS", "COLUMNS"))
    render = _choice(query, "valueRenderOption", RENDER_OPTIONS)
    dates = _choice(query, "dateTimeRenderOption", DATE_OPTIONS)
    lines = _columns_of(area, render, dates, locale)
    if major == "ROWS":
        lines = _rows_of(lines)
    while lines and not lines[-1]:
        lines.pop()
    members = [("range", json.dumps(str(area), ensure_ascii=False)), ("majorDimension", json.dumps(major))]
    if lines:
        members.append(("values", style.array([style.array(line, depth + 2) for line in lines], depth + 1)))
    return style.object(members, depth)


def _finish(text, tree, query, style):
    if tree:
        return _dump(mask.apply(tree, json.loads(text)), query)
    return text + "\n" if style.pretty else text


def values_get(book, area_text, query):
    _check_names(query, _VALUE_PARAMETERS)
    tree, style = _mask(query, mask.VALUE_RANGE), _Style(query)
    text = _value_range(parse_range(area_text, book), query, book.locale, style, 0)
    return _finish(text, tree, query, style)


def values_batch_get(book, query):
    _check_names(query, _VALUE_PARAMETERS | {"ranges"})
    tree, style = _mask(query, mask.BATCH), _Style(query)
    areas = [parse_range(text, book) for text in query.get("ranges", [])]
    parts = [_value_range(area, query, book.locale, style, 2) for area in areas]
    members = [("spreadsheetId", json.dumps(book.id))]
    if parts:
        members.append(("valueRanges", style.array(parts, 1)))
    return _finish(style.object(members, 0), tree, query, style)


def _grid_data(area, locale):
    data = {}
    if area.row:
        data["startRow"] = area.row
    if area.column:
        data["startColumn"] = area.column
    columns = [Column(column.cells[area.row:area.row_end]) for column in
               area.sheet.columns[area.column:area.column_end]]
    rows = []
    for row in range(max((len(column.cells) for column in columns), default=0)):
        cells = [cell_data(column.get(row), locale) for column in columns]
        while cells and not cells[-1]:
            cells.pop()
        rows.append({"values": cells} if cells else {})
    if rows:
        data["rowData"] = rows
    return data


def spreadsheet_get(book, query):
    _check_names(query, _COMMON | {"ranges", "includeGridData", "excludeTablesInBandedRanges", "commentsViewMode"})
    tree = _mask(query, mask.SPREADSHEET)
    if tree:
        below = tree.get("sheets")
        with_data = below is not None and (not below or "data" in below)
    else:
        with_data = _flag(query, "includeGridData", "false")
    texts = query.get("ranges", [])
    areas = [parse_range(text, book) for text in texts]
    if with_data and not texts:
        areas = [parse_range("'" + sheet.title.replace("'", "''") + "'", book) for sheet in book.sheets]
    sheets = []
    for index, sheet in enumerate(book.sheets):
        mine = [area for area in areas if area.sheet is sheet]
        if texts and not mine:
            continue
        grid = {"rowCount": sheet.rows, "columnCount": len(sheet.columns)}
        entry = {"properties": {"sheetId": sheet.sheet_id, "title": sheet.title, "index": index, "sheetType": "GRID",
                                "gridProperties": grid}}
        if with_data:
            entry["data"] = [_grid_data(area, book.locale) for area in mine]
        sheets.append(entry)
    properties = {"title": book.title, "locale": book.locale, "autoRecalc": "ON_CHANGE", "timeZone": book.time_zone}
    reply = {"spreadsheetId": book.id, "properties": properties, "sheets": sheets,
             "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit"}
    return _dump(mask.apply(tree, reply), query)
