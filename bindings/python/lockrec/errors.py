"""One exception class for each way in which a call can end early."""

from typing import Dict, Type

from . import _abi
from ._result import Result


class LockrecError(Exception):
    """The call did not finish. `result` has the counts all the same."""

    def __init__(self, result: Result):
        super().__init__(result.message)
        self.result = result

    @property
    def status_name(self) -> str:
        return self.result.status_name

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later without anybody's doing."""
        return self.result.retryable


class ArgumentError(LockrecError):
    """A fault of this binding; please report it."""


class ConfigError(LockrecError):
    """A configuration value can't be used; the message names it."""


class ConfigTooNewError(ConfigError):
    """The shared library is older than what is asked of it."""


class DeadlineError(LockrecError, TimeoutError):
    """Time ran out with no failure to name but silence."""


class CancelledError(LockrecError):
    """The call was cancelled."""


class SheetError(LockrecError):
    """The sheet could not be read."""


class SheetAuthError(SheetError):
    """Google does not accept the credential."""


class SheetPermissionError(SheetError):
    """Not shared with the account, API off, or a token of another scope."""


class SheetNotFoundError(SheetError):
    """No such spreadsheet, worksheet or file."""


class SheetQuotaError(SheetError):
    """Google's limit for reads."""


class SheetUnavailableError(SheetError):
    """Google, the network or a name server."""


class SheetFormatError(SheetError):
    """What came is not that sheet."""


class RedisError(LockrecError):
    """The locks could not be made."""


class RedisConnectError(RedisError):
    """No connection to Redis, or it was lost."""


class RedisAuthError(RedisError):
    """Redis refuses the user or the password."""


class RedisRefusedError(RedisError):
    """Redis refuses the work: LOADING, OOM, READONLY, NOPERM and the like."""


class RedisProtocolError(RedisError):
    """What answered does not speak Redis's protocol."""


class NoMemoryError(LockrecError, MemoryError):
    """Out of memory."""


class InternalError(LockrecError):
    """A fault of lockrec's own; please report it."""


BY_STATUS: Dict[int, Type[LockrecError]] = {
    _abi.Status.E_ARGUMENT: ArgumentError,
    _abi.Status.E_CONFIG: ConfigError,
    _abi.Status.E_CONFIG_TOO_NEW: ConfigTooNewError,
    _abi.Status.E_DEADLINE: DeadlineError,
    _abi.Status.E_CANCELLED: CancelledError,
    _abi.Status.E_SHEET_AUTH: SheetAuthError,
    _abi.Status.E_SHEET_PERMISSION: SheetPermissionError,
    _abi.Status.E_SHEET_NOT_FOUND: SheetNotFoundError,
    _abi.Status.E_SHEET_QUOTA: SheetQuotaError,
    _abi.Status.E_SHEET_UNAVAILABLE: SheetUnavailableError,
    _abi.Status.E_SHEET_FORMAT: SheetFormatError,
    _abi.Status.E_REDIS_CONNECT: RedisConnectError,
    _abi.Status.E_REDIS_AUTH: RedisAuthError,
    _abi.Status.E_REDIS_REFUSED: RedisRefusedError,
    _abi.Status.E_REDIS_PROTOCOL: RedisProtocolError,
    _abi.Status.E_NO_MEMORY: NoMemoryError,
    _abi.Status.E_INTERNAL: InternalError,
}


def error_for(result: Result) -> LockrecError:
    return BY_STATUS.get(result.status, InternalError)(result)
