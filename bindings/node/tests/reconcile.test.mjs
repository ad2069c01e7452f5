// What a call does and answers, on a real Redis and the Sheets emulator.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, it } from 'node:test';
import { LockrecError, reconcile, version } from 'lockrec';
import { Emulator, Redis, requestSeen, run, PACKAGE } from './support/parts.mjs';

const HOUR_MS = 3600000;
const NOW = Date.UTC(2026, 0, 21, 17, 30);

describe('reconcile', () => {
  let redis, emulator;
  before(async () => {
    redis = await Redis.start();
    emulator = await Emulator.start('--rows', '200', '--occupied', '22');
  });
  after(() => Promise.all([redis?.close(), emulator?.close()]));
  beforeEach(async () => {
    redis.ask('FLUSHALL');
    await emulator.do('reset');
  });
  const withRows = (rows, more) => reconcile({ rows, timeZone: 'UTC', redisUrl: redis.url, nowUnixMs: NOW, ...more });

  it('restores the locks of a sheet, without expiry', async () => {
    const result = await reconcile(emulator.settings({ redisUrl: redis.url, keepRows: true }));
    assert.equal(result.statusName, 'LOCKREC_OK');
    assert.equal(result.status, 0);
    assert.equal(result.phase, 'commit');
    assert.equal(result.reconciled, 22);
    assert.equal(result.unconfirmed, 0);
    assert.equal(result.rowsTotal, result.rowsFree + 22);
    assert.equal(redis.ask('DBSIZE'), '22');
    assert.equal(redis.ask('TTL', `spool_lock:${result.rows[0].tag}`), '-1');
    const again = await reconcile(emulator.settings({ redisUrl: redis.url }));
    assert.deepEqual([again.reconciled, again.alreadyLocked, again.rows], [0, 22, []]);
  });

  it('takes rows as objects and as arrays, with dates as text, number and Date', async () => {
    const result = await withRows(
      [
        { tag: 'A', occupiedBy: 'MR(93)', occupiedAt: '21-01-2026 14:30:00' },
        ['B', 'MR(93)', new Date(NOW - HOUR_MS)],
        ['C', 'MR(94)', 46043.5],
        [4711, 'MR(95)', '2026-01-21T10:00:00-03:00'],
        { tag: 'FREE' },
        ['STALE', 'MR(93)', new Date(NOW - 25 * HOUR_MS)],
        ['ODD', 'nobody', null],
      ],
      { keepRows: true },
    );
    assert.deepEqual(
      [result.reconciled, result.rowsFree, result.skippedStale, result.skippedInvalid, result.skipped],
      [4, 1, 1, 1, 2],
    );
    assert.match(redis.ask('GET', 'spool_lock:A'), /^93:[0-9a-f-]{36}:21-01-2026 14:30:00$/);
    assert.match(redis.ask('GET', 'spool_lock:B'), /:21-01-2026 16:30:00$/);
    assert.match(redis.ask('GET', 'spool_lock:C'), /^94:.*:21-01-2026 12:00:00$/);
    assert.match(redis.ask('GET', 'spool_lock:4711'), /^95:.*:21-01-2026 13:00:00$/);
    assert.deepEqual(result.rows.at(-1), {
      rowNumber: 7,
      tag: 'ODD',
      owner: 'nobody',
      outcome: 'skippedInvalid',
      reason: 'ownerInvalid',
    });
  });

  it('takes no rows, and any iterable', async () => {
    assert.equal((await withRows([])).rowsTotal, 0);
    assert.equal((await withRows(new Set([['A', 'MR(1)', null]]))).reconciled, 1);
  });

  it('tells rows and log lines while it runs, in order', async () => {
    const told = [];
    const rows = Array.from({ length: 3000 }, (_, i) => [`T-${i}`, 'MR(7)', new Date(NOW)]);
    const result = await withRows(rows, {
      onRow: (row) => told.push(row.tag),
      log: (level, text) => told.push(`${level}: ${text}`),
      logLevel: 'info',
    });
    assert.equal(result.reconciled, 3000);
    assert.deepEqual(
      told.filter((text) => text.startsWith('T-')),
      rows.map(([tag]) => tag),
    );
    assert.ok(
      told.some((text) => text.startsWith('info: rows: 3000 read')),
      told.slice(0, 9).join('\n'),
    );
  });

  it('delivers a log line before the call has ended', async () => {
    await emulator.hang();
    const abort = new AbortController();
    const log = (level, text) => abort.abort(text);
    await assert.rejects(
      reconcile(emulator.settings({ redisUrl: redis.url, logLevel: 'info', log }), { signal: abort.signal }),
      { code: 'LOCKREC_E_CANCELLED' },
    );
    assert.equal(typeof abort.signal.reason, 'string');
  });

  it('keeps the event loop turning while the sheet hangs', async () => {
    await emulator.hang();
    let beats = 0,
      last = performance.now(),
      longest = 0;
    const heart = setInterval(() => {
      beats += 1;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 10);
    const error = await reconcile(emulator.settings({ redisUrl: redis.url, deadlineMs: 1000 })).catch(
      (thrown) => thrown,
    );
    clearInterval(heart);
    assert.equal(error.code, 'LOCKREC_E_DEADLINE');
    assert.ok(error.result.elapsedMs >= 900 && error.result.elapsedMs < 1050, `${error.result.elapsedMs} ms`);
    assert.ok(beats > 30, `${beats} beats`);
    assert.ok(longest < 300, `${longest} ms between two beats`);
  });

  it('rejects with LockrecError, the counts attached', async () => {
    const call = reconcile({
      rows: [['A', 'MR(93)', new Date(NOW)]],
      timeZone: 'UTC',
      nowUnixMs: NOW,
      redisUrl: 'redis://127.0.0.1:1',
      deadlineMs: 200,
    });
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof LockrecError && error instanceof Error);
      assert.equal(error.name, 'LockrecError');
      assert.equal(error.code, 'LOCKREC_E_REDIS_CONNECT');
      assert.equal(error.retryable, true);
      assert.equal(error.message, error.result.message);
      assert.match(error.message, /127\.0\.0\.1:1/);
      assert.deepEqual([error.result.unprocessed, error.result.withoutLock, error.result.causeDomain], [1, 1, 'errno']);
      return true;
    });
    await assert.rejects(reconcile({ rows: [], timeZone: 'Nowhere/City', redisUrl: redis.url }), {
      code: 'LOCKREC_E_CONFIG',
      retryable: false,
    });
    await assert.rejects(withRows([], { deadlineMs: -1 }), { code: 'LOCKREC_E_CONFIG' });
  });

  it('writes nothing in a dry run', async () => {
    assert.equal((await withRows([['A', 'MR(93)', new Date(NOW)]], { dryRun: true })).reconciled, 1);
    assert.equal(redis.ask('DBSIZE'), '0');
  });

  it('hands over numbers without losing any of their bits', async () => {
    await assert.rejects(withRows([], { deadlineMs: 2n ** 63n - 1n }), /9223372036854775807/);
  });

  it('rejects with what log or onRow throws', async () => {
    const thrower = () => {
      throw new RangeError('full disk');
    };
    await assert.rejects(withRows([['A', 'MR(93)', new Date(NOW)]], { onRow: thrower }), {
      name: 'RangeError',
      message: 'full disk',
    });
    await assert.rejects(withRows([], { log: thrower, logLevel: 'debug' }), {
      name: 'RangeError',
      message: 'full disk',
    });
  });

  it('is the same for require and import', () => {
    const required = createRequire(import.meta.url)('lockrec');
    assert.equal(required.reconcile, reconcile);
    assert.equal(required.LockrecError, LockrecError);
    assert.match(version, /^\d+\.\d+\.\d+$/);
  });

  it('does what the quick start says, and lets it go on whatever happens', async () => {
    const quickstart = (more) =>
      run(process.execPath, ['--require', './tests/support/at_emulator.cjs', 'examples/quickstart.mjs'], {
        cwd: PACKAGE,
        env: {
          ...process.env,
          GOOGLE_SHEET_ID: emulator.spreadsheet_id,
          GOOGLE_APPLICATION_CREDENTIALS: emulator.credentials_file,
          SHEETS_ENDPOINT: emulator.url,
          SHEETS_CA_FILE: emulator.ca_file,
          REDIS_URL: redis.url,
          ...more,
        },
      });
    const good = await quickstart();
    assert.equal(good.stdout, '22 locks restored, 0 there, 0 rows skipped\n', good.stderr);
    const bad = await quickstart({ GOOGLE_SHEET_ID: 'none' });
    assert.deepEqual([bad.code, bad.stdout], [0, '']);
    assert.match(bad.stderr, /none/);
  });

  describe('an AbortSignal', () => {
    it('cancels at once, with its reason as cause', async () => {
      await emulator.hang();
      const abort = new AbortController();
      const call = reconcile(emulator.settings({ redisUrl: redis.url }), { signal: abort.signal });
      call.catch(() => {});
      await requestSeen(emulator);
      const begin = performance.now();
      abort.abort(new Error('shutting down'));
      await assert.rejects(
        call,
        (error) =>
          error instanceof LockrecError &&
          error.code === 'LOCKREC_E_CANCELLED' &&
          error.cause.message === 'shutting down',
      );
      assert.ok(performance.now() - begin < 200, `${performance.now() - begin} ms`);
    });

    it('that is aborted already rejects before anything is asked of anybody', async () => {
      await assert.rejects(reconcile(emulator.settings({ redisUrl: redis.url }), { signal: AbortSignal.abort('no') }), {
        code: 'LOCKREC_E_CANCELLED',
        cause: 'no',
      });
      assert.equal((await emulator.do('stats')).connections, 0);
    });

    it('keeps no listener when the call is over', async () => {
      const { getEventListeners } = await import('node:events');
      const { signal } = new AbortController();
      await reconcile({ rows: [], timeZone: 'UTC', redisUrl: redis.url }, { signal });
      assert.equal(getEventListeners(signal, 'abort').length, 0);
    });
  });
});
