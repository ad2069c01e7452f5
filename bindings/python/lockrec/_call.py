"""One call in a thread of its own, so that Ctrl-C and cancelled tasks end it at once."""

import ctypes
import logging
import threading
from typing import Any, Callable, List, Mapping, Optional

from . import _abi
from ._config import make_config
from ._library import LIBRARY
from ._result import Result, Row, result_from, row_from
from .errors import error_for

logger = logging.getLogger("lockrec")

LEVELS = {_abi.LogLevel.ERROR: logging.ERROR, _abi.LogLevel.WARNING: logging.WARNING, _abi.LogLevel.INFO: logging.INFO,
          _abi.LogLevel.DEBUG: logging.DEBUG}


def wanted_level() -> int:
    """What the logger would drop is not made in the first place."""
    enabled = [level for level, python_level in LEVELS.items() if logger.isEnabledFor(python_level)]
    return max(enabled, default=_abi.LogLevel.ERROR)


class Call:
    """Everything that C borrows lives as long as this object."""

    def __init__(self, settings: Mapping[str, Any], keep_rows: bool = False,
                 on_done: Optional[Callable[[], None]] = None):
        self.config = make_config(settings)
        self.rows: List[Row] = []
        self.raw = _abi.CResult(struct_size=ctypes.sizeof(_abi.CResult))
        self.failure: Optional[BaseException] = None
        self.on_done = on_done
        self.cancel_flag = ctypes.c_int32(0)
        self.config.cancel_flag = ctypes.pointer(self.cancel_flag)
        self.config.log_level = wanted_level()
        self.config.log = _abi.LogFunction(self.log)
        if keep_rows:
            self.config.on_row = _abi.RowFunction(self.keep_row)
        self.finished = threading.Event()
        # A daemon, so that an exit that does not wait for us is not held up by the deadline either.
        self.thread = threading.Thread(target=self.run, name="lockrec", daemon=True)

    def log(self, _user: object, level: int, text: int, length: int) -> None:
        logger.log(LEVELS.get(_abi.LogLevel(level), logging.INFO), "%s",
                   ctypes.string_at(text, length).decode("utf-8", "replace"))

    def keep_row(self, _user: object, report: Any) -> None:
        self.rows.append(row_from(report.contents))

    def run(self) -> None:
        try:
            LIBRARY.lockrec_reconcile(ctypes.byref(self.config), ctypes.byref(self.raw))
        except BaseException as failure:  # told to whoever waits
            self.failure = failure
        finally:
            self.finished.set()
            if self.on_done is not None:
                self.on_done()

    def cancel(self) -> None:
        """Returns when C has: within 50 ms."""
        self.cancel_flag.value = 1
        self.finished.wait()
        self.thread.join()

    def result(self) -> Result:
        """Raises what the call came to where it did not finish."""
        if self.failure is not None:
            raise self.failure
        result = result_from(self.raw, tuple(self.rows))
        if result.status < 0:
            raise error_for(result)
        return result


def reconcile(*, keep_rows: bool = False, **config: Any) -> Result:
    """Restores the missing locks; blocks for at most the deadline.

    config: the fields of `lockrec_config_t` by their C names (`spreadsheet_id`, `credentials_file`, `redis_url`,
    `time_zone` ...), `dry_run`, `no_confirm` and `env` as bools, `rows` as tuples (tag, occupied_by, occupied_at) or
    objects with these attributes, and `timeout` in seconds or as a `timedelta` instead of `deadline_ms`.
    keep_rows: `result.rows` then has what became of every row that is not free.
    Raises a `LockrecError` where the call did not finish. Lines go to `logging.getLogger("lockrec")`.
    """
    call = Call(config, keep_rows)
    call.thread.start()
    try:
        # A wait in C would hold signals back: Python runs their handlers between two of these.
        # Not a join: one that Ctrl-C interrupts takes the thread for ended (bpo-45274).
        while not call.finished.wait(0.05):
            pass
    except BaseException:
        call.cancel()
        raise
    call.thread.join()
    return call.result()
