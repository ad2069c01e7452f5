'use strict';
// Gives a service its Redis locks back at start-up, from a Google Sheet.

const { LOG_LEVELS } = require('./lib/abi.js');
const { read } = require('./lib/config.js');
const { addon, version } = require('./lib/library.js');
const { LockrecError, makeResult, makeRow } = require('./lib/result.js');

/** Runs the call on a thread of its own. `abandon` takes what a callback threw. */
function start({ settings, cells, log, onRow, keepRows }, rows, cancelled, abandon, ended) {
  const guarded =
    (callback) =>
    (...values) => {
      try {
        callback(...values);
      } catch (error) {
        abandon(error);
      }
    };
  const told = (...values) => {
    const row = makeRow(...values);
    if (keepRows) rows.push(row);
    if (onRow) onRow(row);
  };
  return addon.start(
    settings,
    cells,
    log && guarded((level, text) => log(LOG_LEVELS[level] ?? 'error', text)),
    onRow || keepRows ? guarded(told) : undefined,
    ended,
    cancelled,
  );
}

/** Restores the missing locks; see index.d.ts. */
async function reconcile(config, { signal } = {}) {
  const prepared = read(config);
  const rows = [];
  let call;
  let thrown;
  const cancel = () => addon.cancel(call);
  const abandon = (error) => {
    thrown ??= { error };
    cancel();
  };
  const raw = await new Promise((resolve) => {
    call = start(prepared, rows, Boolean(signal?.aborted), abandon, resolve);
    signal?.addEventListener('abort', cancel, { once: true });
  });
  signal?.removeEventListener('abort', cancel);
  if (thrown) throw thrown.error;
  const result = makeResult(raw, rows);
  if (result.status >= 0) return result;
  throw new LockrecError(
    result,
    result.statusName === 'LOCKREC_E_CANCELLED' && signal?.aborted ? { cause: signal.reason } : undefined,
  );
}

module.exports = { LockrecError, reconcile, version };
