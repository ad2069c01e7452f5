"""What a cell holds, and how the API writes it: formatted, unformatted, dates as serials or as text."""

import datetime
import json.encoder

EPOCH = datetime.datetime(1899, 12, 30)
FORMATS = {"datetime": "%d-%m-%Y %H:%M:%S", "date": "%d-%m-%Y"}
RENDER_OPTIONS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
DATE_OPTIONS = ("SERIAL_NUMBER", "FORMATTED_STRING")
DECIMAL_COMMA = {"es", "de", "fr", "it", "pt", "nl"}

_text = json.encoder.encode_basestring


class Date(float):
    """Days since 1899-12-30; shown as a date because the cell is formatted as one."""

    pattern = "datetime"


class DateOnly(Date):
    pattern = "date"


class FormulaError(str):
    """What a failed formula shows, such as #N/A."""


def serial_of(moment):
    """A wall time as Sheets stores it: eleven decimals are what its replies carry."""
    return round((moment - EPOCH).total_seconds() / 86400, 11)


def wall_time_of(serial):
    return EPOCH + datetime.timedelta(seconds=round(serial * 86400))


def cell_from_json(value):
    """null, text, number, bool, {"date": 46155.5}, {"date_time": "13-05-2026 11:33:48"}, {"formula_error": "#N/A"}."""
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        if isinstance(value, (str, bool, int, float)):
            return value
        raise ValueError(f"a cell can't hold {value!r}")
    if "date" in value:
        return (DateOnly if value.get("format") == "date" else Date)(value["date"])
    if "date_time" in value:
        return Date(serial_of(datetime.datetime.strptime(value["date_time"], FORMATS["datetime"])))
    if "formula_error" in value:
        return FormulaError(value["formula_error"])
    raise ValueError(f"a cell can't hold {value!r}")


def cell_to_json(cell):
    if isinstance(cell, Date):
        return {"date": float(cell), "format": cell.pattern}
    if isinstance(cell, FormulaError):
        return {"formula_error": str(cell)}
    return cell


def plain_number(value):
    """JSON text: whole numbers without a fraction, others with every digit that counts."""
    return str(int(value)) if value == int(value) and abs(value) < 1e17 else repr(float(value))


def shown_number(value, locale):
    """The automatic format: ten digits that count, and the locale's decimal sign; no thousands signs."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    return text.replace(".", ",") if locale.split("_")[0] in DECIMAL_COMMA else text


def shown(cell, locale):
    """FORMATTED_VALUE: what a person sees."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Date):
        return wall_time_of(cell).strftime(FORMATS[cell.pattern])
    return shown_number(cell, locale)


def to_json_text(cell, render, dates, locale):
    """One cell as it stands in a ValueRange, ready to be joined into a reply."""
    if cell is None:
        return '""'
    kind = type(cell)
    if kind is str:
        return _text(cell)
    if render == "FORMATTED_VALUE" or (dates == "FORMATTED_STRING" and isinstance(cell, Date)):
        return _text(shown(cell, locale))
    if kind is bool:
        return "true" if cell else "false"
    return _text(cell) if kind is FormulaError else plain_number(cell)


def cell_data(cell, locale):
    """CellData of spreadsheets.get, the three members that say what is in the cell."""
    if cell is None:
        return {}
    if isinstance(cell, FormulaError):
        value = {"errorValue": {"type": cell.strip("#!?").replace("/", "_"), "message": str(cell)}}
        entered = {"formulaValue": "=NA()"}
    elif isinstance(cell, str):
        value = entered = {"stringValue": cell}
    elif isinstance(cell, bool):
        value = entered = {"boolValue": cell}
    else:
        value = entered = {"numberValue": int(cell) if cell == int(cell) else float(cell)}
    return {"userEnteredValue": entered, "effectiveValue": value, "formattedValue": shown(cell, locale)}
