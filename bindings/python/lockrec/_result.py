"""What a call came to."""

import dataclasses
from typing import Tuple

from . import _abi
from ._library import LIBRARY


@dataclasses.dataclass(frozen=True)
class Row:
    """What became of one row; `outcome` is the name of the count that it is in."""

    row_number: int
    tag: str
    owner: str
    outcome: str
    reason: str


@dataclasses.dataclass(frozen=True)
class Result:
    """Every count of the call; `result["reconciled"]` works as `result.reconciled` does."""

    status: int
    phase: str
    cause_domain: str
    cause_code: int
    elapsed_ms: int
    sheet_ms: int
    redis_ms: int
    rows_total: int
    rows_free: int
    skipped_invalid: int
    skipped_stale: int
    already_locked: int
    conflicting: int
    adopted: int
    reconciled: int
    withdrawn: int
    failed: int
    unprocessed: int
    unconfirmed: int
    message: str
    rows: Tuple[Row, ...] = ()

    @property
    def skipped(self) -> int:
        """Rows left out for what they say themselves: unreadable or too old."""
        return self.skipped_invalid + self.skipped_stale

    @property
    def status_name(self) -> str:
        name: bytes = LIBRARY.lockrec_status_name(self.status)
        return name.decode()

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later without anybody's doing."""
        return bool(LIBRARY.lockrec_status_is_retryable(self.status))

    @property
    def without_lock(self) -> int:
        """Occupied spools that are not known to have a lock."""
        return self.unprocessed + self.failed

    def __getitem__(self, name: str) -> object:
        if name in FIELDS or name in ("skipped", "status_name"):
            return getattr(self, name)
        raise KeyError(name)

    def as_dict(self) -> "dict[str, object]":
        """For JSON: every count, `status_name` and `skipped`; without rows."""
        names = [name for name in FIELDS if name != "rows"]
        return {name: getattr(self, name) for name in [*names, "status_name", "skipped"]}


FIELDS = tuple(field.name for field in dataclasses.fields(Result))


def result_from(raw: _abi.CResult, rows: Tuple[Row, ...] = ()) -> Result:
    counts = {name: getattr(raw, name) for name in FIELDS if name not in ("phase", "cause_domain", "message", "rows")}
    return Result(phase=_abi.Phase(raw.phase).name.lower(), cause_domain=_abi.Cause(raw.cause_domain).name.lower(),
                  message=raw.message.decode("utf-8", "replace"), rows=rows, **counts)


def row_from(raw: _abi.CRowReport) -> Row:
    return Row(raw.row_number, raw.tag.decode("utf-8", "replace"), raw.owner.decode("utf-8", "replace"),
               _abi.Outcome(raw.outcome).name.lower(), _abi.Reason(raw.reason).name.lower())
