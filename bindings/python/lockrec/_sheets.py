"""Rows from the host's own repository instead of the library's own read of the sheet."""

import asyncio
import inspect
import math
import threading
import time
from typing import Any, List, Optional, Tuple

from . import _abi
from ._aio import reconcile_async
from ._config import Timeout, cell_of, deadline_ms_of
from ._result import Result, result_from
from .errors import DeadlineError

ATTRIBUTES = ("tag_spool", "ocupado_por", "fecha_ocupacion")


def row_of(spool: Any) -> Tuple[Any, Any, Any]:
    tag, owner, date = (getattr(spool, name) for name in ATTRIBUTES)
    return tag, owner, date if date is None or isinstance(date, str) else (cell_of(ATTRIBUTES[2], date) or b"").decode()


def silent_sheet(deadline_ms: int, elapsed_ms: int) -> Result:
    """What a call that got no rows in time came to."""
    raw = _abi.CResult(status=_abi.Status.E_DEADLINE, phase=_abi.Phase.SHEET, elapsed_ms=elapsed_ms, sheet_ms=elapsed_ms)
    raw.message = f"sheets_repository.get_all_spools() gave no rows within {deadline_ms} ms".encode()
    return result_from(raw)


async def rows_from(sheets_repository: Any, timeout_s: float) -> List[Tuple[Any, Any, Any]]:
    """Raises asyncio.TimeoutError. A repository that hangs keeps its thread, which an exit does not wait for."""
    if inspect.iscoroutinefunction(sheets_repository.get_all_spools):
        return [row_of(spool) for spool in await asyncio.wait_for(sheets_repository.get_all_spools(), timeout_s)]
    loop = asyncio.get_running_loop()
    future: "asyncio.Future[Any]" = loop.create_future()

    def settle(rows: Any, failure: Optional[BaseException]) -> None:
        if future.done():
            return
        if failure is not None:
            future.set_exception(failure)
        else:
            future.set_result(rows)

    def read() -> None:
        rows, failure = None, None
        try:
            spools = sheets_repository.get_all_spools()
            rows = spools if inspect.isawaitable(spools) else [row_of(spool) for spool in spools]
        except BaseException as caught:
            failure = caught if isinstance(caught, Exception) else RuntimeError(f"get_all_spools ended with {caught!r}")
        try:
            loop.call_soon_threadsafe(settle, rows, failure)
        except RuntimeError:  # the loop has been closed; nobody waits any more
            pass

    threading.Thread(target=read, name="lockrec-sheets-repository", daemon=True).start()
    started = time.monotonic()
    rows = await asyncio.wait_for(future, timeout_s)
    if inspect.isawaitable(rows):
        left_s = max(timeout_s - (time.monotonic() - started), 0.001)
        rows = [row_of(spool) for spool in await asyncio.wait_for(rows, left_s)]
    return list(rows)


async def reconcile_from_sheets(sheets_repository: Any, *, redis_url: Optional[str] = None,
                                time_zone: Optional[str] = None, timeout: Timeout = 10.0, **config: Any) -> Result:
    """Restores the missing locks from `sheets_repository.get_all_spools()`.

    Its items have `tag_spool`, `ocupado_por` and `fecha_ocupacion` (str, datetime, float or None); it may be a
    coroutine function or an ordinary one, which then runs on a daemon thread of its own. Returns inside the timeout even
    where the repository hangs. These rows get no confirm read: a worker who finishes during the call can leave a lock behind.
    """
    deadline_ms = deadline_ms_of(timeout)
    started = time.monotonic()
    try:
        rows = await rows_from(sheets_repository, deadline_ms / 1000)
    except asyncio.TimeoutError:
        raise DeadlineError(silent_sheet(deadline_ms, math.ceil((time.monotonic() - started) * 1000))) from None
    left_ms = max(deadline_ms - math.ceil((time.monotonic() - started) * 1000), 1)
    return await reconcile_async(rows=rows, redis_url=redis_url, time_zone=time_zone, deadline_ms=left_ms, **config)
