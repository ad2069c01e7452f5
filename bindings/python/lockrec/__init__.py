"""Gives a service its Redis locks back at start-up, from a Google Sheet."""

from ._abi import HEADER_VERSION as __version__
from ._abi import Status
from ._aio import reconcile_async
from ._call import reconcile
from ._library import LIBRARY, LibraryError
from ._result import Result, Row
from ._sheets import reconcile_from_sheets
from .errors import (ArgumentError, CancelledError, ConfigError, ConfigTooNewError, DeadlineError, InternalError,
                     LockrecError, NoMemoryError, RedisAuthError, RedisConnectError, RedisError, RedisProtocolError,
                     RedisRefusedError, SheetAuthError, SheetError, SheetFormatError, SheetNotFoundError,
                     SheetPermissionError, SheetQuotaError, SheetUnavailableError)

__all__ = [
    "ArgumentError", "CancelledError", "ConfigError", "ConfigTooNewError", "DeadlineError", "InternalError",
    "LibraryError", "LockrecError", "NoMemoryError", "RedisAuthError", "RedisConnectError", "RedisError",
    "RedisProtocolError", "RedisRefusedError", "Result", "Row", "SheetAuthError", "SheetError", "SheetFormatError",
    "SheetNotFoundError", "SheetPermissionError", "SheetQuotaError", "SheetUnavailableError", "Status", "__version__",
    "library_version", "reconcile", "reconcile_async", "reconcile_from_sheets",
]


def library_version() -> str:
    """The version of the shared library that is loaded."""
    version: bytes = LIBRARY.lockrec_version()
    return version.decode()
