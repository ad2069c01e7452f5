"""Python values into the C configuration."""

import ctypes
import datetime
import math
import numbers
from typing import Any, Iterable, List, Mapping, Optional, Union

from . import _abi

DEADLINE_MS_DEFAULT = 10000
FLAGS = {"dry_run": _abi.Flag.DRY_RUN, "no_confirm": _abi.Flag.NO_CONFIRM, "env": _abi.Flag.ENV}
# Set by this package: log goes to logging, rows come as a list, cancelling is what tasks and Ctrl-C do.
OWN = {"struct_size", "flags", "rows", "row_count", "row_size_bytes", "log", "log_user", "log_level", "on_row",
       "on_row_user", "cancel_flag"}
FIELDS = {field[0]: field[1] for field in _abi.CConfig._fields_ if field[0] not in OWN}
KINDS = {"flag": "a bool", "text": "a str", "number": "an int"}

Timeout = Union[float, datetime.timedelta]


def deadline_ms_of(timeout: Optional[Timeout]) -> int:
    """Milliseconds for seconds or a timedelta, never rounded down to the 0 that would mean the default."""
    if timeout is None:
        return DEADLINE_MS_DEFAULT
    seconds = timeout.total_seconds() if isinstance(timeout, datetime.timedelta) else timeout
    if isinstance(seconds, bool) or not isinstance(seconds, numbers.Real) or not math.isfinite(seconds) or seconds <= 0:
        raise ValueError(f"timeout must be a positive number of seconds or a timedelta, not {timeout!r}")
    return math.ceil(seconds * 1000)


def text_of(name: str, value: Any) -> bytes:
    """C would see a text that holds a NUL cut short there."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be {KINDS['text']}, not {type(value).__name__}")
    if "\0" in value:
        raise ValueError(f"{name} holds a NUL character")
    return value.encode("utf-8", "surrogateescape")


def cell_of(name: str, value: Any) -> Optional[bytes]:
    """A date as the library reads it from text; a number is a serial as Sheets counts."""
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep="T", timespec="seconds").encode()
    if isinstance(value, datetime.date):
        return value.isoformat().encode()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.11f}".rstrip("0").rstrip(".").encode() if isinstance(value, float) else str(value).encode()
    return text_of(name, value if isinstance(value, str) else str(value))


def fields_of_row(row: Any) -> List[Any]:
    """A tuple or list of three, a mapping or an object with tag, occupied_by and occupied_at."""
    if isinstance(row, Mapping):
        return [row.get(name) for name in ("tag", "occupied_by", "occupied_at")]
    if isinstance(row, (tuple, list)):
        if len(row) != 3:
            raise ValueError(f"a row has three cells (tag, occupied_by, occupied_at), not {len(row)}")
        return list(row)
    return [getattr(row, name) for name in ("tag", "occupied_by", "occupied_at")]


def rows_of(rows: Iterable[Any]) -> "ctypes.Array[_abi.CRow]":
    cells = []
    for number, row in enumerate(rows, start=1):
        try:
            cells.append([cell_of(name, value) for name, value in zip(("tag", "occupied_by", "occupied_at"),
                                                                      fields_of_row(row))])
        except (TypeError, ValueError, AttributeError) as error:
            raise type(error)(f"row {number}: {error}") from None
    array = (_abi.CRow * len(cells))()
    for target, (tag, occupied_by, occupied_at) in zip(array, cells):
        target.tag, target.occupied_by, target.occupied_at = tag, occupied_by, occupied_at
    return array


def make_config(settings: Mapping[str, Any]) -> _abi.CConfig:
    """settings: fields of lockrec_config_t by name, flags by theirs in lower case, rows, timeout."""
    config = _abi.CConfig(struct_size=ctypes.sizeof(_abi.CConfig))
    for name, value in settings.items():
        if name in FLAGS:
            if not isinstance(value, bool):
                raise TypeError(f"{name} must be {KINDS['flag']}, not {type(value).__name__}")
            config.flags |= FLAGS[name] if value else 0
        elif name == "rows":
            if value is None:
                continue
            rows = rows_of(value)
            config.flags |= _abi.Flag.ROWS
            config.rows, config.row_count = rows, len(rows)
        elif name == "timeout":
            if value is not None:
                config.deadline_ms = deadline_ms_of(value)
        elif name not in FIELDS:
            raise TypeError(f"lockrec has no setting {name!r}")
        elif value is not None:
            set_field(config, name, value)
    if settings.get("timeout") is not None and settings.get("deadline_ms") is not None:
        raise TypeError("timeout and deadline_ms are the same setting: give one")
    return config


def set_field(config: _abi.CConfig, name: str, value: Any) -> None:
    if FIELDS[name] is ctypes.c_char_p:
        setattr(config, name, text_of(name, value))
    elif isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be {KINDS['number']}, not {type(value).__name__}")
    elif not -(2**63) <= value < 2**63:
        raise ValueError(f"{name} is out of range")
    else:
        setattr(config, name, value)
