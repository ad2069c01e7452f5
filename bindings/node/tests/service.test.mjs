// The example service: locks before the first request, and service all the same when the sheet hangs or Redis is gone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Emulator, PACKAGE, Redis, run, waitFor } from './support/parts.mjs';

const DEADLINE_MS = 1000;

describe('the example service', () => {
  let redis, emulator, tag;
  const started = [];
  before(async () => {
    redis = await Redis.start();
    emulator = await Emulator.start('--rows', '200', '--occupied', '22');
    const { stdout } = await run(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `
      import { reconcile } from 'lockrec';
      const settings = ${JSON.stringify(emulator.settings({ redisUrl: redis.url }))};
      const { rows } = await reconcile({ ...settings, dryRun: true, keepRows: true });
      console.log(rows[0].tag);`,
      ],
      { cwd: PACKAGE },
    );
    tag = stdout.trim();
  });
  after(async () => {
    await Promise.all(started.map((service) => service.stop()));
    await Promise.all([redis?.close(), emulator?.close()]);
  });
  beforeEach(async () => {
    redis.ask('FLUSHALL');
    await emulator.do('reset');
  });

  async function start(more = {}) {
    const env = {
      ...process.env,
      GOOGLE_SHEET_ID: emulator.spreadsheet_id,
      GOOGLE_APPLICATION_CREDENTIALS: emulator.credentials_file,
      SHEETS_ENDPOINT: emulator.url,
      SHEETS_CA_FILE: emulator.ca_file,
      REDIS_URL: redis.url,
      PORT: '0',
      LOCKREC_DEADLINE_MS: String(DEADLINE_MS),
      ...more,
    };
    const begin = performance.now();
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, 'examples/service/server.mjs'], {
      cwd: PACKAGE,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = {
      said: '',
      exit: new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal]))),
    };
    child.stderr.setEncoding('utf8').on('data', (text) => {
      service.said += text;
    });
    service.stop = () => {
      child.kill('SIGTERM');
      return service.exit;
    };
    service.ready = (async () => {
      for await (const line of readline.createInterface({ input: child.stdout })) {
        service.startedMs = performance.now() - begin;
        return Number(/port (\d+)/.exec(line)[1]);
      }
      throw new Error(`the service did not start: ${service.said}`);
    })();
    service.get = async (path) => {
      const response = await fetch(`http://127.0.0.1:${await service.ready}${path}`);
      return [response.status, await response.json()];
    };
    started.push(service);
    return service;
  }

  it('has its locks before the first request', async () => {
    const service = await start();
    await service.ready;
    assert.equal(redis.ask('DBSIZE'), '22');
    const [status, body] = await service.get(`/spools/${encodeURIComponent(tag)}`);
    assert.equal(status, 200);
    assert.equal(body.workerId, Number(redis.ask('GET', `spool_lock:${tag}`).split(':')[0]));
    assert.deepEqual(await service.get('/spools/none'), [200, { tag: 'none', workerId: null }]);
    const [, health] = await service.get('/healthz');
    assert.deepEqual([health.ready, health.locks.reconciled, health.locks.statusName], [true, 22, 'LOCKREC_OK']);
    assert.deepEqual([(await service.get('/'))[0], (await service.get('/spools/%'))[0]], [404, 400]);
    assert.match(service.said, /locks: 22 restored/);
    assert.deepEqual(await service.stop(), [0, null]);
  });

  it('serves within the deadline while the sheet hangs', async () => {
    await emulator.hang();
    const service = await start();
    assert.equal((await service.get('/healthz'))[0], 200);
    assert.ok(service.startedMs < DEADLINE_MS + 1500, `${service.startedMs} ms`); // Node's own start is in it
    assert.match(service.said, /Redis reconciliation timed out after 1s\. Locks will be created on-demand\./);
    assert.equal((await service.get('/spools/none'))[0], 200);
  });

  it('serves within the deadline while Redis is dead, and says so', async () => {
    const service = await start({ REDIS_URL: 'redis://127.0.0.1:1/0' });
    const [, health] = await service.get('/healthz');
    assert.ok(service.startedMs < DEADLINE_MS + 1500, `${service.startedMs} ms`);
    assert.equal(health.locks.unprocessed, 22);
    assert.match(service.said, /Redis reconciliation failed: .*127\.0\.0\.1:1/);
    assert.match(service.said, /Occupied spools without a known lock: 22\./);
    assert.equal((await service.get(`/spools/${encodeURIComponent(tag)}`))[0], 503);
  });

  it('serves within the deadline while Redis takes connections and says nothing', async () => {
    redis.pause();
    try {
      const service = await start();
      assert.equal((await service.get('/healthz'))[0], 200);
      assert.ok(service.startedMs < DEADLINE_MS + 1500, `${service.startedMs} ms`);
    } finally {
      redis.resume();
    }
  });

  it('ends at once by SIGTERM while it waits for the sheet', async () => {
    await emulator.hang();
    const service = await start({ LOCKREC_DEADLINE_MS: '60000' });
    service.ready.catch(() => {});
    await waitFor(async () => (await emulator.do('stats')).connections > 0);
    const begin = performance.now();
    assert.deepEqual(await service.stop(), [0, null]);
    assert.ok(performance.now() - begin < 500, `${performance.now() - begin} ms`);
  });

  it('does no harm when two start at once', async () => {
    const services = await Promise.all([start(), start()]);
    const counts = await Promise.all(services.map(async (service) => (await service.get('/healthz'))[1].locks));
    assert.equal(counts[0].reconciled + counts[1].reconciled, 22);
    assert.equal(redis.ask('DBSIZE'), '22');
  });
});
