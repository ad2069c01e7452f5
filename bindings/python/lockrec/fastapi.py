"""Start-up reconciliation for FastAPI (and Starlette) applications. It never fails or delays the start beyond the deadline."""

import contextlib
import logging
from typing import Any, AsyncIterator, Awaitable, Callable, Optional

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from ._aio import reconcile_async
from ._result import Result
from ._sheets import reconcile_from_sheets
from .errors import DeadlineError, LockrecError

logger = logging.getLogger("lockrec")

COUNTS = ("rows_free", "skipped_invalid", "skipped_stale", "already_locked", "conflicting", "adopted", "reconciled",
          "withdrawn", "failed", "unprocessed")

Lifespan = Callable[[FastAPI], "contextlib.AbstractAsyncContextManager[Any]"]


def seconds(config: "dict[str, Any]") -> str:
    timeout = config.get("timeout")
    if timeout is None:
        timeout = (config.get("deadline_ms") or 10000) / 1000
    total = getattr(timeout, "total_seconds", lambda: timeout)()
    return f"{total:g}"


def without_lock(result: Result) -> str:
    if result.rows_total == 0:
        return "How many occupied spools have no lock is unknown: no rows were read."
    return f"Occupied spools without a known lock: {result.without_lock}."


async def startup(app: FastAPI, sheets_repository: Optional[Any] = None, **config: Any) -> Optional[Result]:
    """For `on_event("startup")` and the like. The result, also of a call that did not finish, is at `app.state.lockrec`."""
    app.state.lockrec = None
    try:
        if sheets_repository is not None:
            result = await reconcile_from_sheets(sheets_repository, **config)
        else:
            result = await reconcile_async(**config)
    except DeadlineError as error:
        app.state.lockrec = error.result
        logger.warning("Redis reconciliation timed out after %ss. Locks will be created on-demand. %s", seconds(config),
                       without_lock(error.result))
    except LockrecError as error:
        app.state.lockrec = error.result
        logger.warning("Redis reconciliation failed: %s (%s). %s", error, error.status_name, without_lock(error.result))
    except Exception as error:  # a repository that raises, a setting of the wrong type: the service starts anyway
        logger.warning("Redis reconciliation failed: %s: %s", type(error).__name__, error)
    else:
        app.state.lockrec = result
        logger.info("Redis reconciliation complete in %d ms: %d locks created, %d skipped, %d already there, %d conflicting, "
                    "%d withdrawn, %d failed", result.elapsed_ms, result.reconciled + result.adopted, result.skipped,
                    result.already_locked, result.conflicting, result.withdrawn, result.failed)
    outcome: Optional[Result] = app.state.lockrec
    return outcome


def lifespan(inner: Optional[Lifespan] = None, **config: Any) -> Lifespan:
    """A lifespan that reconciles before the first request, then runs `inner`, the application's own.

    FastAPI(lifespan=lockrec.fastapi.lifespan(my_lifespan, spreadsheet_id=..., redis_url=...))
    """

    @contextlib.asynccontextmanager
    async def both(app: FastAPI) -> AsyncIterator[Any]:
        await startup(app, **config)
        if inner is None:
            yield
            return
        async with inner(app) as state:
            yield state

    return both


def prometheus_text(result: Optional[Result]) -> str:
    lines = ["# HELP lockrec_rows Rows of the sheet by outcome, in the last reconciliation.", "# TYPE lockrec_rows gauge"]
    lines += [f'lockrec_rows{{outcome="{name}"}} {getattr(result, name) if result else 0}' for name in COUNTS]
    gauges = [("lockrec_status", "The last reconciliation's status; below 0: it did not finish.", "status"),
              ("lockrec_elapsed_ms", "Milliseconds that it took.", "elapsed_ms"),
              ("lockrec_unconfirmed_rows", "Locks made without a confirm read.", "unconfirmed")]
    for metric, text, name in gauges:
        lines += [f"# HELP {metric} {text}", f"# TYPE {metric} gauge"]
        if result is not None:
            lines.append(f"{metric} {getattr(result, name)}")
    return "\n".join(lines) + "\n"


def router(path: str = "/lockrec") -> APIRouter:
    """GET {path}: the result as JSON; GET {path}/metrics: as Prometheus text."""
    routes = APIRouter()

    @routes.get(path)
    async def last_result(request: Request) -> JSONResponse:
        result = getattr(request.app.state, "lockrec", None)
        return JSONResponse(result.as_dict() if result else {"status_name": None})

    @routes.get(path + "/metrics")
    async def metrics(request: Request) -> PlainTextResponse:
        return PlainTextResponse(prometheus_text(getattr(request.app.state, "lockrec", None)),
                                 media_type="text/plain; version=0.0.4")

    return routes


