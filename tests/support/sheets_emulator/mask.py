"""Field masks, such as sheets(properties(title),data.rowData): read, checked against the API's fields, applied."""

from .errors import ApiError

_OPEN = None  # below here everything is accepted
_CELL = dict.fromkeys(("userEnteredValue effectiveValue formattedValue userEnteredFormat effectiveFormat hyperlink "
                       "note textFormatRuns dataValidation pivotTable dataSourceTable dataSourceFormula "
                       "chipRuns").split())
_GRID = dict.fromkeys(("rowCount columnCount frozenRowCount frozenColumnCount hideGridlines rowGroupControlAfter "
                       "columnGroupControlAfter").split())
_TAB = {**dict.fromkeys("sheetId title index sheetType hidden tabColor tabColorStyle rightToLeft".split()),
        "gridProperties": _GRID}
_DATA = {"startRow": _OPEN, "startColumn": _OPEN, "rowMetadata": _OPEN, "columnMetadata": _OPEN,
         "rowData": {"values": _CELL}}
SPREADSHEET = {
    "spreadsheetId": _OPEN, "spreadsheetUrl": _OPEN, "namedRanges": _OPEN, "developerMetadata": _OPEN,
    "dataSources": _OPEN, "dataSourceSchedules": _OPEN,
    "properties": dict.fromkeys(("title locale timeZone autoRecalc defaultFormat iterativeCalculationSettings "
                                 "spreadsheetTheme importFunctionsExternalUrlAccessAllowed").split()),
    "sheets": {"properties": _TAB, "data": _DATA,
               **dict.fromkeys(("merges conditionalFormats filterViews protectedRanges basicFilter charts bandedRanges "
                                "developerMetadata rowGroups columnGroups slicers tables").split())},
}
_VALUES = dict.fromkeys(("range", "majorDimension", "values"))
VALUE_RANGE = _VALUES
BATCH = {"spreadsheetId": _OPEN, "valueRanges": _VALUES}


def _bad(path):
    return ApiError.invalid("Request contains an invalid argument.", path,
                            f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'.")


def parse(text, schema):
    """A tree of dicts; an empty dict takes everything below it."""
    tree, position = _list(text, 0, schema, "")
    if position != len(text):
        raise _bad(text)
    return tree


def _list(text, position, schema, above):
    tree = {}
    while True:
        position = _path(text, position, schema, above, tree)
        if position >= len(text) or text[position] != ",":
            return tree, position
        position += 1


def _path(text, position, schema, above, tree):
    """One path with its sub-list, merged into tree; everything wins over a part."""
    start = position
    while position < len(text) and (text[position].isalnum() or text[position] in "_*$"):
        position += 1
    name = text[start:position].strip()
    path = f"{above}.{name}" if above else name
    if name == "*":
        names = list(schema or ())
        for each in names:
            tree[each] = {}
        return position
    if not name or (schema is not None and name not in schema):
        raise _bad(path or text)
    below = schema[name] if schema is not None else None
    following = text[position:position + 1]
    sub = {}
    if following in (".", "/") and following:
        position = _path(text, position + 1, below, path, sub)
    elif following == "(":
        sub, position = _list(text, position + 1, below, path)
        if text[position:position + 1] != ")":
            raise _bad(text)
        position += 1
    _merge(tree, name, sub)
    return position


def _merge(tree, name, sub):
    if name not in tree:
        tree[name] = sub
    elif not tree[name] or not sub:
        tree[name] = {}
    else:
        for key, value in sub.items():
            _merge(tree[name], key, value)


def apply(tree, value):
    if not tree:
        return value
    if isinstance(value, list):
        return [apply(tree, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: apply(tree[key], item) for key, item in value.items() if key in tree}
