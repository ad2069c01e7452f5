// The types of lockrec; the fields and names come from the C header, through lib/abi.d.ts.
import type {
  Cause,
  Counts,
  ErrorCode,
  Flags,
  LogLevel,
  Outcome,
  Phase,
  Reason,
  Settings,
  StatusName,
} from './lib/abi';

export type { Cause, ErrorCode, LogLevel, Outcome, Phase, Reason, StatusName };

/** A date as text, a serial number as Sheets counts, or an instant. */
export type DateCell = string | number | Date | null | undefined;

/** A row that the caller read: an object, or its three cells. What is null or absent is an empty cell. */
export type SheetRow =
  | { readonly tag?: string | number | null; readonly occupiedBy?: string | null; readonly occupiedAt?: DateCell }
  | readonly [tag: string | number | null | undefined, occupiedBy: string | null | undefined, occupiedAt: DateCell];

/** What became of one row. */
export interface RowReport {
  /** The sheet's or the file's row; rows that were given count from 1. */
  readonly rowNumber: number;
  readonly tag: string;
  /** The owner cell's text. */
  readonly owner: string;
  /** The name of the count that the row is in. */
  readonly outcome: Outcome;
  readonly reason: Reason;
}

/** Exactly one source is given: `spreadsheetId`, `sourceFile` or `rows`. */
export interface Config extends Settings, Flags {
  /** Rows that the caller read itself; there is no confirm read for them. */
  rows?: Iterable<SheetRow> | null;
  /** Called for each log line while the call runs. What it throws cancels the call and rejects. */
  log?: ((level: LogLevel, text: string) => void) | null;
  /** The least important level that is logged; warning where it is not given. */
  logLevel?: LogLevel | null;
  /** Called for every row but free ones, in row order. What it throws cancels the call and rejects. */
  onRow?: ((row: RowReport) => void) | null;
  /** Whether the result has the rows. */
  keepRows?: boolean | null;
}

export interface Result extends Counts {
  readonly status: number;
  readonly statusName: StatusName;
  /** Whether the same call may succeed later without anybody's doing. */
  readonly retryable: boolean;
  /** How far it got. */
  readonly phase: Phase;
  /** What kind of number `causeCode` is. */
  readonly causeDomain: Cause;
  /** One sentence that a person can act on; never a secret. */
  readonly message: string;
  /** `skippedInvalid` + `skippedStale`. */
  readonly skipped: number;
  /** Occupied spools that are not known to have a lock: `unprocessed` + `failed`. */
  readonly withoutLock: number;
  /** With `keepRows`: every row but free ones. */
  readonly rows: readonly RowReport[];
}

export interface Options {
  /** Aborting it cancels the call, which then rejects with LOCKREC_E_CANCELLED and the signal's reason as `cause`. */
  signal?: AbortSignal | null;
}

/** The call did not finish. */
export class LockrecError extends Error {
  constructor(result: Result, options?: { cause?: unknown });
  readonly name: 'LockrecError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** The counts, up to where the call got. */
  readonly result: Result;
  readonly cause?: unknown;
}

/**
 * Restores the missing locks, off the event loop, inside `deadlineMs` (10000 where it is not given).
 * Rejects with LockrecError where the call did not finish, with TypeError or RangeError where a setting can't be one.
 */
export function reconcile(config: Config, options?: Options): Promise<Result>;

/** The shared library's version. */
export const version: string;
