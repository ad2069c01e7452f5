/* lockrec: gives a service its Redis locks back at start-up, from a Google Sheet.
 *
 * One call, lockrec_reconcile(), reads who occupies which spool, and makes the locks that Redis has lost: claimed
 * with a short safety life first, made permanent afterwards. It never touches a lock that is there. It returns
 * inside its own deadline whatever happens outside.
 *
 * Re-entrant: any number of calls at once, from any threads. Synchronous, on the calling thread. Safe to fork
 * before and after a call, not during one. No thread, descriptor, signal mask or locale change is left behind, with
 * one exception: while a host name look-up is stuck, its thread and two descriptors outlive the call until the
 * system's resolver gives up.
 *
 * All strings are UTF-8, end with a NUL, are borrowed for the call and copied on entry. NULL or zero in a
 * configuration field means the documented default. An empty string is not NULL: it is legal for key_prefix and
 * free_value and an error elsewhere. Nothing allocated crosses this boundary, so there is nothing to free.
 */
#ifndef LOCKREC_LOCKREC_H
#define LOCKREC_LOCKREC_H

#include <stdint.h>

#define LOCKREC_VERSION "0.2.0"
/* Grows when fields are appended; layouts of older versions stay valid. */
#define LOCKREC_ABI_VERSION 2

#if defined(__GNUC__)
#define LOCKREC_API __attribute__((visibility("default")))
#else
#define LOCKREC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What lockrec_reconcile returns. 0 and above: finished, look at the counts. Below 0: did not
 * finish; rows that were not settled are counted as unprocessed. The numbers never change. */
enum lockrec_status {
  LOCKREC_OK = 0,
  LOCKREC_PARTIAL = 1, /* failed > 0: Redis refused single keys, or too few replicas have them */
  LOCKREC_SKIPPED = 2, /* another process of the fleet has done the work (fleet_ttl_ms) */

  LOCKREC_E_ARGUMENT = -1,           /* NULL or a wrong struct_size: a fault of the calling code */
  LOCKREC_E_CONFIG = -2,             /* a field's value can't be used; the message names it */
  LOCKREC_E_CONFIG_TOO_NEW = -3,     /* a field or flag that this version does not know */
  LOCKREC_E_DEADLINE = -4,           /* time ran out with no failure to name but silence */
  LOCKREC_E_CANCELLED = -5,          /* cancel_flag was set */
  LOCKREC_E_SHEET_AUTH = -6,         /* Google does not accept the credential (401, invalid_grant) */
  LOCKREC_E_SHEET_PERMISSION = -7,   /* 403: not shared, API off, or the token's scope */
  LOCKREC_E_SHEET_NOT_FOUND = -8,    /* no such spreadsheet, worksheet or file */
  LOCKREC_E_SHEET_QUOTA = -9,        /* 429, or 403 for rate: Google's limit for reads */
  LOCKREC_E_SHEET_UNAVAILABLE = -10, /* 408, 5xx, DNS, TLS or transport */
  LOCKREC_E_SHEET_FORMAT = -11,      /* what came is not that sheet: columns, JSON, an .xlsx file */
  LOCKREC_E_REDIS_CONNECT = -12,     /* no connection to Redis, or it was lost */
  LOCKREC_E_REDIS_AUTH = -13,        /* Redis refuses the user or the password */
  LOCKREC_E_REDIS_REFUSED = -14,     /* Redis refuses the work: LOADING, OOM, READONLY, NOPERM ... */
  LOCKREC_E_REDIS_PROTOCOL = -15,    /* what answered does not speak Redis's protocol */
  LOCKREC_E_NO_MEMORY = -16,
  LOCKREC_E_INTERNAL = -17 /* a fault of lockrec's own; please report it */
};

/* How far a call got. */
enum lockrec_phase {
  LOCKREC_PHASE_CONFIG = 0,
  LOCKREC_PHASE_TOKEN = 1,   /* asking Google for an access token */
  LOCKREC_PHASE_SHEET = 2,   /* reading rows, whichever the source */
  LOCKREC_PHASE_CONNECT = 3, /* reaching Redis */
  LOCKREC_PHASE_LOOK = 4,    /* which locks are there */
  LOCKREC_PHASE_CLAIM = 5,   /* making the missing ones, with a safety life */
  LOCKREC_PHASE_CONFIRM = 6, /* does the sheet still say so */
  LOCKREC_PHASE_COMMIT = 7   /* making them permanent */
};

/* What kind of number cause_code is. */
enum lockrec_cause {
  LOCKREC_CAUSE_NONE = 0,
  LOCKREC_CAUSE_CURL = 1,  /* a CURLcode */
  LOCKREC_CAUSE_HTTP = 2,  /* an HTTP status */
  LOCKREC_CAUSE_ERRNO = 3, /* an errno */
  LOCKREC_CAUSE_REDIS = 4  /* an enum lockrec_redis_cause */
};

/* The first word of Redis's refusal, as a number. */
enum lockrec_redis_cause {
  LOCKREC_REDIS_OTHER = 1,
  LOCKREC_REDIS_LOADING = 2,
  LOCKREC_REDIS_READONLY = 3,
  LOCKREC_REDIS_MASTERDOWN = 4,
  LOCKREC_REDIS_CLUSTERDOWN = 5,
  LOCKREC_REDIS_TRYAGAIN = 6,
  LOCKREC_REDIS_BUSY = 7,
  LOCKREC_REDIS_NOREPLICAS = 8,
  LOCKREC_REDIS_MAXCLIENTS = 9,
  LOCKREC_REDIS_OOM = 10,
  LOCKREC_REDIS_MISCONF = 11,
  LOCKREC_REDIS_NOPERM = 12,
  LOCKREC_REDIS_NOAUTH = 13,
  LOCKREC_REDIS_WRONGPASS = 14,
  LOCKREC_REDIS_WRONGTYPE = 15,
  LOCKREC_REDIS_MOVED = 16,
  LOCKREC_REDIS_ASK = 17
};

enum lockrec_flag {
  LOCKREC_DRY_RUN = 1,    /* look and report, write nothing; also asks whether writing would be allowed */
  LOCKREC_NO_CONFIRM = 2, /* do not read the sheet again before locks are made permanent */
  LOCKREC_ROWS = 4,       /* the source is `rows`, also when row_count is 0 */
  LOCKREC_ENV = 8         /* what is not given comes from the environment; see the README */
};

enum lockrec_log_level {
  LOCKREC_LOG_DEFAULT = 0, /* as LOCKREC_LOG_WARNING */
  LOCKREC_LOG_ERROR = 1,
  LOCKREC_LOG_WARNING = 2,
  LOCKREC_LOG_INFO = 3,
  LOCKREC_LOG_DEBUG = 4
};

/* Where a row ended up; one for each count of the result. */
enum lockrec_outcome {
  LOCKREC_ROW_FREE = 0,
  LOCKREC_ROW_SKIPPED_INVALID = 1,
  LOCKREC_ROW_SKIPPED_STALE = 2,
  LOCKREC_ROW_ALREADY_LOCKED = 3,
  LOCKREC_ROW_CONFLICTING = 4,
  LOCKREC_ROW_ADOPTED = 5,
  LOCKREC_ROW_RECONCILED = 6,
  LOCKREC_ROW_WITHDRAWN = 7,
  LOCKREC_ROW_FAILED = 8,
  LOCKREC_ROW_UNPROCESSED = 9
};

/* Why a row ended up there, where its outcome alone does not say it. */
enum lockrec_reason {
  LOCKREC_REASON_NONE = 0,
  LOCKREC_REASON_TAG_EMPTY = 1,
  LOCKREC_REASON_TAG_INVALID = 2,
  LOCKREC_REASON_TAG_TOO_LONG = 3,
  LOCKREC_REASON_OWNER_INVALID = 4,
  LOCKREC_REASON_DATE_INVALID = 5,
  LOCKREC_REASON_DATE_MISSING = 6,   /* restored with the start of the run as its date */
  LOCKREC_REASON_DATE_IN_FUTURE = 7, /* more than five minutes ahead of the clock; kept */
  LOCKREC_REASON_TOO_OLD = 8,
  LOCKREC_REASON_DUPLICATE = 9,           /* an earlier row has this tag and owner */
  LOCKREC_REASON_DUPLICATE_OWNER = 10,    /* an earlier row has this tag with another owner */
  LOCKREC_REASON_OTHER_OWNER = 11,        /* the lock names somebody else */
  LOCKREC_REASON_UNKNOWN_VALUE = 12,      /* the key's value names no owner */
  LOCKREC_REASON_OTHER_TYPE = 13,         /* the key is not a string */
  LOCKREC_REASON_LOCK_EXPIRES = 14,       /* the owner's lock has a life longer than safety_ttl_ms */
  LOCKREC_REASON_NOT_CONFIRMED = 15,      /* committed without a confirm read */
  LOCKREC_REASON_NO_LONGER_OCCUPIED = 16, /* the confirm read no longer names this owner */
  LOCKREC_REASON_REDIS_REFUSED = 17,
  LOCKREC_REASON_INTERRUPTED = 18,   /* the deadline, a cancel or an error came first */
  LOCKREC_REASON_NOT_REPLICATED = 19 /* committed, but fewer than wait_replicas replicas acknowledged it */
};

/* A row that the host read itself. NULL is an empty cell. */
typedef struct lockrec_row {
  const char *tag;
  const char *occupied_by; /* "MR(93)" */
  const char *occupied_at; /* a date as text, or a plain number: a serial as Sheets counts */
} lockrec_row_t;

/* One row's end, for on_row. Everything in it is valid during the callback only. */
typedef struct lockrec_row_report {
  uint32_t struct_size; /* in bytes; later versions append fields */
  int32_t outcome;      /* enum lockrec_outcome */
  int32_t reason;       /* enum lockrec_reason */
  uint32_t row_number;  /* the sheet's or the file's row; host rows count from 1 */
  const char *tag;      /* never NULL */
  const char *owner;    /* the owner cell's text; never NULL */
} lockrec_row_report_t;

/* Called on the thread that called lockrec_reconcile, and never after it returned. text is UTF-8,
 * without a line end, NUL-terminated, and valid during the call; length is in bytes, without the
 * NUL. Must not throw. Time spent in it is the host's. */
typedef void (*lockrec_log_fn)(void *user, int32_t level, const char *text, uint64_t length);

/* Every row but free ones, once, in row order, when its outcome is final. As lockrec_log_fn else. */
typedef void (*lockrec_row_fn)(void *user, const lockrec_row_report_t *row);

/* Set all of it to zero, then struct_size to sizeof(lockrec_config_t), then what you need.
 * Exactly one source must be given: spreadsheet_id, source_file, or rows with LOCKREC_ROWS. */
typedef struct lockrec_config {
  uint32_t struct_size; /* in bytes */
  uint32_t flags;       /* enum lockrec_flag, or-ed */
  int64_t deadline_ms;  /* the whole call; 1 to 600000; 0 = 10000 */

  const char *spreadsheet_id; /* source 1: a Google spreadsheet: the long id in its address */
  const char *source_file;    /* source 2: a regular file, .csv as Sheets exports it or .json as a ValueRange */
  const lockrec_row_t *rows;  /* source 3, with LOCKREC_ROWS */
  uint64_t row_count;
  uint32_t row_size_bytes; /* distance between rows; 0 = sizeof(lockrec_row_t) */
  int32_t log_level;       /* enum lockrec_log_level; 0 = warnings and errors */

  const char *worksheet;          /* the tab; NULL = "Operaciones" */
  const char *tag_column;         /* a header in row 1; NULL = "TAG_SPOOL" */
  const char *occupied_by_column; /* NULL = "Ocupado_Por" */
  const char *occupied_at_column; /* NULL = "Fecha_Ocupacion" */
  const char *free_value;         /* an owner cell that means nobody; NULL = "DISPONIBLE" */
  const char *time_zone;          /* IANA name or GMT+hh:mm; NULL = the spreadsheet's; required for sources 2 and 3 */

  const char *credentials_json; /* a service account key, as text. At most one credential is given */
  const char *credentials_file; /* the path of one */
  const char *access_token;     /* an OAuth 2 token that may read the sheet */
  const char *sheets_endpoint;  /* NULL = Google's; https, or http to a loopback address */
  const char *token_endpoint;   /* NULL = the key's token_uri */
  const char *ca_file;          /* PEM, for the two endpoints; NULL = the system's */

  /* redis://, rediss:// or unix:///path?db=0; NULL = "redis://127.0.0.1:6379/0". Several hosts, as in
   * redis://h1:6379,h2:6379/0, are tried in turn. redis-sentinel://h1:26379,h2:26379/0#master asks sentinels where
   * that master is; rediss-sentinel:// is the same with TLS to both. Cluster is recognised by itself. */
  const char *redis_url;
  const char *redis_username; /* these five win over the URL's */
  const char *redis_password;
  const char *redis_ca_file;   /* PEM; NULL = the system's */
  const char *redis_cert_file; /* PEM, a client certificate, together with redis_key_file */
  const char *redis_key_file;
  const char *key_prefix; /* lock key = prefix + tag; NULL = "spool_lock:" */

  int64_t max_age_ms;    /* an older occupation is stale; 1 to 10 years; 0 = 86400000, 24 hours */
  int64_t safety_ttl_ms; /* life of a lock that is claimed and not yet committed; 100 to 600000; 0 = 10000 */
  int64_t fleet_ttl_ms;  /* above 0: of all with this Redis and key_prefix one reconciles, others wait; to 24 hours */
  int64_t now_unix_ms;   /* the instant that ages are judged against; 0 = the system clock */

  int64_t rows_max;       /* more rows are LOCKREC_E_SHEET_FORMAT; up to 10000000; 0 = 1000000 */
  int64_t body_bytes_max; /* longest reply or file; up to 1 GiB; 0 = 16 MiB */

  lockrec_log_fn log; /* NULL = no log */
  void *log_user;     /* handed to log as it is */
  lockrec_row_fn on_row;
  void *on_row_user;

  /* NULL, or a 4-byte aligned word: another thread stores non-zero atomically, and the call returns
   * LOCKREC_E_CANCELLED within 50 ms. The exception: a .json file is parsed in one go, which takes about 0.1 s for
   * 200,000 rows, and neither a cancel nor the deadline is seen meanwhile. */
  const int32_t *cancel_flag;

  const char *sentinel_username; /* since ABI version 2: the sentinels' own login, for redis[s]-sentinel:// only */
  const char *sentinel_password; /* NULL = none is sent to them; the URL's login is the master's */
  /* 0 to 100; 0 = off. A committed lock that fewer replicas acknowledge within a second (or half of the time left,
   * where that is less) is counted failed, with LOCKREC_REASON_NOT_REPLICATED. It stays on the master. */
  int64_t wait_replicas;
} lockrec_config_t;

/* Filled on every return. Counts are of rows; rows_total is the sum of the ten outcomes. */
typedef struct lockrec_result {
  uint32_t struct_size; /* in bytes, set by the caller before the call */
  int32_t status;       /* enum lockrec_status, also the return value */
  int32_t phase;        /* enum lockrec_phase: how far it got */
  int32_t cause_domain; /* enum lockrec_cause */
  int64_t cause_code;   /* 0 where there is none */

  int64_t elapsed_ms; /* the whole call */
  int64_t sheet_ms;   /* reading rows, the token and the confirm read included */
  int64_t redis_ms;   /* waiting for Redis once the rows were there */

  int64_t rows_total;
  int64_t rows_free;       /* nobody occupies */
  int64_t skipped_invalid; /* tag, owner or date can't be read */
  int64_t skipped_stale;   /* older than max_age_ms */
  int64_t already_locked;  /* the lock is there */
  int64_t conflicting;     /* locked by another owner, or by what is no lock; left alone */
  int64_t adopted;         /* a half-made lock of the same owner, permanent now */
  int64_t reconciled;      /* was missing, is there now without expiry */
  int64_t withdrawn;       /* claimed and taken back: the sheet no longer names that owner */
  int64_t failed;          /* Redis refused for this key alone, or too few replicas have it (wait_replicas) */
  int64_t unprocessed;     /* the deadline, a cancel or an error came first */
  int64_t unconfirmed;     /* of reconciled and adopted: committed without a confirm read */

  char message[256]; /* one sentence, UTF-8, NUL-terminated; never a secret */
} lockrec_result_t;

/* Restores the missing locks.
 *
 * config (required, borrowed): see lockrec_config_t.
 * result (required): struct_size set by the caller; everything else is overwritten, on every return,
 *        and nothing beyond struct_size bytes is.
 * Returns an enum lockrec_status within deadline_ms plus 50 ms plus the time in callbacks. Safe to repeat, always. */
LOCKREC_API int32_t lockrec_reconcile(const lockrec_config_t *config, lockrec_result_t *result);

/* The constant's name ("LOCKREC_E_DEADLINE"), static; "LOCKREC_UNKNOWN" for any other number. */
LOCKREC_API const char *lockrec_status_name(int32_t status);

/* 1 where the same call may succeed later without anybody's doing, else 0. */
LOCKREC_API int32_t lockrec_status_is_retryable(int32_t status);

/* The version ("0.2.0"), static, and LOCKREC_ABI_VERSION, of the library that is loaded. */
LOCKREC_API const char *lockrec_version(void);
LOCKREC_API uint32_t lockrec_abi_version(void);

/* Writes, as JSON, every struct's size and every field's name, offset and type, at most capacity bytes with the NUL.
 * Returns the length of the whole text without the NUL, like snprintf; buffer may be NULL where capacity is 0. */
LOCKREC_API uint64_t lockrec_abi_describe(char *buffer, uint64_t capacity);

#ifdef __cplusplus
}
#endif

#endif /* LOCKREC_LOCKREC_H */
