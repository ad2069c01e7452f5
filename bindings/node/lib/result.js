'use strict';
// What a call came to, with names in place of the C numbers.

const { CAUSES, OUTCOMES, PHASES, REASONS } = require('./abi.js');

const nameIn = (table, number) => table[number] ?? `unknown (${number})`;

function makeRow(rowNumber, tag, owner, outcome, reason) {
  return Object.freeze({ rowNumber, tag, owner, outcome: nameIn(OUTCOMES, outcome), reason: nameIn(REASONS, reason) });
}

function makeResult(raw, rows) {
  return Object.freeze({
    ...raw,
    phase: nameIn(PHASES, raw.phase),
    causeDomain: nameIn(CAUSES, raw.causeDomain),
    skipped: raw.skippedInvalid + raw.skippedStale,
    withoutLock: raw.unprocessed + raw.failed,
    rows: Object.freeze(rows),
  });
}

/** The call did not finish. `result` has the counts all the same. */
class LockrecError extends Error {
  constructor(result, options) {
    super(result.message, options);
    this.code = result.statusName;
    this.retryable = result.retryable;
    // Not enumerable: a logger that prints an error should print a sentence, not every row.
    Object.defineProperty(this, 'result', { value: result });
  }

  get name() {
    return 'LockrecError';
  }
}

module.exports = { LockrecError, makeResult, makeRow };
