"""Made from include/lockrec/lockrec.h by generate_abi.py. Do not edit."""

import ctypes
import enum

HEADER_VERSION = "0.2.0"
ABI_VERSION = 2


class Status(enum.IntEnum):
    OK = 0
    PARTIAL = 1
    SKIPPED = 2
    E_ARGUMENT = -1
    E_CONFIG = -2
    E_CONFIG_TOO_NEW = -3
    E_DEADLINE = -4
    E_CANCELLED = -5
    E_SHEET_AUTH = -6
    E_SHEET_PERMISSION = -7
    E_SHEET_NOT_FOUND = -8
    E_SHEET_QUOTA = -9
    E_SHEET_UNAVAILABLE = -10
    E_SHEET_FORMAT = -11
    E_REDIS_CONNECT = -12
    E_REDIS_AUTH = -13
    E_REDIS_REFUSED = -14
    E_REDIS_PROTOCOL = -15
    E_NO_MEMORY = -16
    E_INTERNAL = -17


class Phase(enum.IntEnum):
    CONFIG = 0
    TOKEN = 1
    SHEET = 2
    CONNECT = 3
    LOOK = 4
    CLAIM = 5
    CONFIRM = 6
    COMMIT = 7


class Cause(enum.IntEnum):
    NONE = 0
    CURL = 1
    HTTP = 2
    ERRNO = 3
    REDIS = 4


class RedisCause(enum.IntEnum):
    OTHER = 1
    LOADING = 2
    READONLY = 3
    MASTERDOWN = 4
    CLUSTERDOWN = 5
    TRYAGAIN = 6
    BUSY = 7
    NOREPLICAS = 8
    MAXCLIENTS = 9
    OOM = 10
    MISCONF = 11
    NOPERM = 12
    NOAUTH = 13
    WRONGPASS = 14
    WRONGTYPE = 15
    MOVED = 16
    ASK = 17


class Flag(enum.IntFlag):
    DRY_RUN = 1
    NO_CONFIRM = 2
    ROWS = 4
    ENV = 8


class LogLevel(enum.IntEnum):
    DEFAULT = 0
    ERROR = 1
    WARNING = 2
    INFO = 3
    DEBUG = 4


class Outcome(enum.IntEnum):
    FREE = 0
    SKIPPED_INVALID = 1
    SKIPPED_STALE = 2
    ALREADY_LOCKED = 3
    CONFLICTING = 4
    ADOPTED = 5
    RECONCILED = 6
    WITHDRAWN = 7
    FAILED = 8
    UNPROCESSED = 9


class Reason(enum.IntEnum):
    NONE = 0
    TAG_EMPTY = 1
    TAG_INVALID = 2
    TAG_TOO_LONG = 3
    OWNER_INVALID = 4
    DATE_INVALID = 5
    DATE_MISSING = 6
    DATE_IN_FUTURE = 7
    TOO_OLD = 8
    DUPLICATE = 9
    DUPLICATE_OWNER = 10
    OTHER_OWNER = 11
    UNKNOWN_VALUE = 12
    OTHER_TYPE = 13
    LOCK_EXPIRES = 14
    NOT_CONFIRMED = 15
    NO_LONGER_OCCUPIED = 16
    REDIS_REFUSED = 17
    INTERRUPTED = 18
    NOT_REPLICATED = 19


class CRow(ctypes.Structure):
    name = "lockrec_row"
    _fields_ = [
        ("tag", ctypes.c_char_p),
        ("occupied_by", ctypes.c_char_p),
        ("occupied_at", ctypes.c_char_p),
    ]


class CRowReport(ctypes.Structure):
    name = "lockrec_row_report"
    _fields_ = [
        ("struct_size", ctypes.c_uint32),
        ("outcome", ctypes.c_int32),
        ("reason", ctypes.c_int32),
        ("row_number", ctypes.c_uint32),
        ("tag", ctypes.c_char_p),
        ("owner", ctypes.c_char_p),
    ]


LogFunction = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_uint64)


RowFunction = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(CRowReport))


class CConfig(ctypes.Structure):
    name = "lockrec_config"
    _fields_ = [
        ("struct_size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("deadline_ms", ctypes.c_int64),
        ("spreadsheet_id", ctypes.c_char_p),
        ("source_file", ctypes.c_char_p),
        ("rows", ctypes.POINTER(CRow)),
        ("row_count", ctypes.c_uint64),
        ("row_size_bytes", ctypes.c_uint32),
        ("log_level", ctypes.c_int32),
        ("worksheet", ctypes.c_char_p),
        ("tag_column", ctypes.c_char_p),
        ("occupied_by_column", ctypes.c_char_p),
        ("occupied_at_column", ctypes.c_char_p),
        ("free_value", ctypes.c_char_p),
        ("time_zone", ctypes.c_char_p),
        ("credentials_json", ctypes.c_char_p),
        ("credentials_file", ctypes.c_char_p),
        ("access_token", ctypes.c_char_p),
        ("sheets_endpoint", ctypes.c_char_p),
        ("token_endpoint", ctypes.c_char_p),
        ("ca_file", ctypes.c_char_p),
        ("redis_url", ctypes.c_char_p),
        ("redis_username", ctypes.c_char_p),
        ("redis_password", ctypes.c_char_p),
        ("redis_ca_file", ctypes.c_char_p),
        ("redis_cert_file", ctypes.c_char_p),
        ("redis_key_file", ctypes.c_char_p),
        ("key_prefix", ctypes.c_char_p),
        ("max_age_ms", ctypes.c_int64),
        ("safety_ttl_ms", ctypes.c_int64),
        ("fleet_ttl_ms", ctypes.c_int64),
        ("now_unix_ms", ctypes.c_int64),
        ("rows_max", ctypes.c_int64),
        ("body_bytes_max", ctypes.c_int64),
        ("log", LogFunction),
        ("log_user", ctypes.c_void_p),
        ("on_row", RowFunction),
        ("on_row_user", ctypes.c_void_p),
        ("cancel_flag", ctypes.POINTER(ctypes.c_int32)),
        ("sentinel_username", ctypes.c_char_p),
        ("sentinel_password", ctypes.c_char_p),
        ("wait_replicas", ctypes.c_int64),
    ]


class CResult(ctypes.Structure):
    name = "lockrec_result"
    _fields_ = [
        ("struct_size", ctypes.c_uint32),
        ("status", ctypes.c_int32),
        ("phase", ctypes.c_int32),
        ("cause_domain", ctypes.c_int32),
        ("cause_code", ctypes.c_int64),
        ("elapsed_ms", ctypes.c_int64),
        ("sheet_ms", ctypes.c_int64),
        ("redis_ms", ctypes.c_int64),
        ("rows_total", ctypes.c_int64),
        ("rows_free", ctypes.c_int64),
        ("skipped_invalid", ctypes.c_int64),
        ("skipped_stale", ctypes.c_int64),
        ("already_locked", ctypes.c_int64),
        ("conflicting", ctypes.c_int64),
        ("adopted", ctypes.c_int64),
        ("reconciled", ctypes.c_int64),
        ("withdrawn", ctypes.c_int64),
        ("failed", ctypes.c_int64),
        ("unprocessed", ctypes.c_int64),
        ("unconfirmed", ctypes.c_int64),
        ("message", ctypes.c_char * 256),
    ]


STRUCTS = (CRow, CRowReport, CConfig, CResult)

# name: (result type, argument types)
PROTOTYPES = {
    "lockrec_reconcile": (ctypes.c_int32, [ctypes.POINTER(CConfig), ctypes.POINTER(CResult)]),
    "lockrec_status_name": (ctypes.c_char_p, [ctypes.c_int32]),
    "lockrec_status_is_retryable": (ctypes.c_int32, [ctypes.c_int32]),
    "lockrec_version": (ctypes.c_char_p, []),
    "lockrec_abi_version": (ctypes.c_uint32, []),
    "lockrec_abi_describe": (ctypes.c_uint64, [ctypes.c_char_p, ctypes.c_uint64]),
}
