// Made from include/lockrec/lockrec.h by generate.js. Do not edit.

export type StatusName =
  | 'LOCKREC_OK'
  | 'LOCKREC_PARTIAL'
  | 'LOCKREC_SKIPPED'
  | 'LOCKREC_E_ARGUMENT'
  | 'LOCKREC_E_CONFIG'
  | 'LOCKREC_E_CONFIG_TOO_NEW'
  | 'LOCKREC_E_DEADLINE'
  | 'LOCKREC_E_CANCELLED'
  | 'LOCKREC_E_SHEET_AUTH'
  | 'LOCKREC_E_SHEET_PERMISSION'
  | 'LOCKREC_E_SHEET_NOT_FOUND'
  | 'LOCKREC_E_SHEET_QUOTA'
  | 'LOCKREC_E_SHEET_UNAVAILABLE'
  | 'LOCKREC_E_SHEET_FORMAT'
  | 'LOCKREC_E_REDIS_CONNECT'
  | 'LOCKREC_E_REDIS_AUTH'
  | 'LOCKREC_E_REDIS_REFUSED'
  | 'LOCKREC_E_REDIS_PROTOCOL'
  | 'LOCKREC_E_NO_MEMORY'
  | 'LOCKREC_E_INTERNAL';
/** The statuses that reject. */
export type ErrorCode = Extract<StatusName, `LOCKREC_E_${string}`>;
export type Phase =
  | 'config'
  | 'token'
  | 'sheet'
  | 'connect'
  | 'look'
  | 'claim'
  | 'confirm'
  | 'commit';
export type Cause =
  | 'none'
  | 'curl'
  | 'http'
  | 'errno'
  | 'redis';
export type LogLevel =
  | 'error'
  | 'warning'
  | 'info'
  | 'debug';
export type Outcome =
  | 'rowsFree'
  | 'skippedInvalid'
  | 'skippedStale'
  | 'alreadyLocked'
  | 'conflicting'
  | 'adopted'
  | 'reconciled'
  | 'withdrawn'
  | 'failed'
  | 'unprocessed';
export type Reason =
  | 'none'
  | 'tagEmpty'
  | 'tagInvalid'
  | 'tagTooLong'
  | 'ownerInvalid'
  | 'dateInvalid'
  | 'dateMissing'
  | 'dateInFuture'
  | 'tooOld'
  | 'duplicate'
  | 'duplicateOwner'
  | 'otherOwner'
  | 'unknownValue'
  | 'otherType'
  | 'lockExpires'
  | 'notConfirmed'
  | 'noLongerOccupied'
  | 'redisRefused'
  | 'interrupted'
  | 'notReplicated';

/** The C fields in camelCase; what is left out, null or 0 means the default. */
export interface Settings {
  /** the whole call; 1 to 600000; 0 = 10000 */
  deadlineMs?: number | bigint | null;
  /** source 1: a Google spreadsheet: the long id in its address */
  spreadsheetId?: string | null;
  /** source 2: a regular file, .csv as Sheets exports it or .json as a ValueRange */
  sourceFile?: string | null;
  /** the tab; NULL = "Operaciones" */
  worksheet?: string | null;
  /** a header in row 1; NULL = "TAG_SPOOL" */
  tagColumn?: string | null;
  /** NULL = "Ocupado_Por" */
  occupiedByColumn?: string | null;
  /** NULL = "Fecha_Ocupacion" */
  occupiedAtColumn?: string | null;
  /** an owner cell that means nobody; NULL = "DISPONIBLE" */
  freeValue?: string | null;
  /** IANA name or GMT+hh:mm; NULL = the spreadsheet's; required for sources 2 and 3 */
  timeZone?: string | null;
  /** a service account key, as text. At most one credential is given */
  credentialsJson?: string | null;
  /** the path of one */
  credentialsFile?: string | null;
  /** an OAuth 2 token that may read the sheet */
  accessToken?: string | null;
  /** NULL = Google's; https, or http to a loopback address */
  sheetsEndpoint?: string | null;
  /** NULL = the key's token_uri */
  tokenEndpoint?: string | null;
  /** PEM, for the two endpoints; NULL = the system's */
  caFile?: string | null;
  /** redis://, rediss:// or unix:///path?db=0; NULL = "redis://127.0.0.1:6379/0". Several hosts, as in redis://h1:6379,h2:6379/0, are tried in turn. redis-sentinel://h1:26379,h2:26379/0#master asks sentinels where that master is; rediss-sentinel:// is the same with TLS to both. Cluster is recognised by itself. */
  redisUrl?: string | null;
  /** these five win over the URL's */
  redisUsername?: string | null;
  redisPassword?: string | null;
  /** PEM; NULL = the system's */
  redisCaFile?: string | null;
  /** PEM, a client certificate, together with redis_key_file */
  redisCertFile?: string | null;
  redisKeyFile?: string | null;
  /** lock key = prefix + tag; NULL = "spool_lock:" */
  keyPrefix?: string | null;
  /** an older occupation is stale; 1 to 10 years; 0 = 86400000, 24 hours */
  maxAgeMs?: number | bigint | null;
  /** life of a lock that is claimed and not yet committed; 100 to 600000; 0 = 10000 */
  safetyTtlMs?: number | bigint | null;
  /** above 0: of all with this Redis and key_prefix one reconciles, others wait; to 24 hours */
  fleetTtlMs?: number | bigint | null;
  /** the instant that ages are judged against; 0 = the system clock */
  nowUnixMs?: number | bigint | null;
  /** more rows are LOCKREC_E_SHEET_FORMAT; up to 10000000; 0 = 1000000 */
  rowsMax?: number | bigint | null;
  /** longest reply or file; up to 1 GiB; 0 = 16 MiB */
  bodyBytesMax?: number | bigint | null;
  /** since ABI version 2: the sentinels' own login, for redis[s]-sentinel:// only */
  sentinelUsername?: string | null;
  /** NULL = none is sent to them; the URL's login is the master's */
  sentinelPassword?: string | null;
  /** 0 to 100; 0 = off. A committed lock that fewer replicas acknowledge within a second (or half of the time left, where that is less) is counted failed, with LOCKREC_REASON_NOT_REPLICATED. It stays on the master. */
  waitReplicas?: number | bigint | null;
}

export interface Flags {
  dryRun?: boolean | null;
  noConfirm?: boolean | null;
  env?: boolean | null;
}

export interface Counts {
  /** 0 where there is none */
  readonly causeCode: number;
  /** the whole call */
  readonly elapsedMs: number;
  /** reading rows, the token and the confirm read included */
  readonly sheetMs: number;
  /** waiting for Redis once the rows were there */
  readonly redisMs: number;
  readonly rowsTotal: number;
  /** nobody occupies */
  readonly rowsFree: number;
  /** tag, owner or date can't be read */
  readonly skippedInvalid: number;
  /** older than max_age_ms */
  readonly skippedStale: number;
  /** the lock is there */
  readonly alreadyLocked: number;
  /** locked by another owner, or by what is no lock; left alone */
  readonly conflicting: number;
  /** a half-made lock of the same owner, permanent now */
  readonly adopted: number;
  /** was missing, is there now without expiry */
  readonly reconciled: number;
  /** claimed and taken back: the sheet no longer names that owner */
  readonly withdrawn: number;
  /** Redis refused for this key alone, or too few replicas have it (wait_replicas) */
  readonly failed: number;
  /** the deadline, a cancel or an error came first */
  readonly unprocessed: number;
  /** of reconciled and adopted: committed without a confirm read */
  readonly unconfirmed: number;
}
