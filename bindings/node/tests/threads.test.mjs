// worker_threads, several at once; ends of threads and of the process while a call is under way.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Emulator, PACKAGE, Redis, requestSeen, run } from './support/parts.mjs';

const IN_WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { reconcile } = require('lockrec');
  const calls = Array.from({ length: workerData.calls }, () => reconcile({ ...workerData.config, log: () => {} }));
  Promise.all(calls).then((results) => parentPort.postMessage(results.map((result) => result.statusName)));
`;

describe('threads and ends', () => {
  let redis, emulator;
  before(async () => {
    redis = await Redis.start();
    emulator = await Emulator.start('--rows', '20', '--occupied', '3');
  });
  after(() => Promise.all([redis?.close(), emulator?.close()]));

  const start = (config, calls) => new Worker(IN_WORKER, { eval: true, workerData: { config, calls } });
  const exitOf = (worker) => new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  const rows = Array.from({ length: 200 }, (_, i) => [`T-${i}`, 'MR(7)', null]);

  it('serves four worker threads, each with ten calls at once', async () => {
    const workers = Array.from({ length: 4 }, () => start({ rows, timeZone: 'UTC', redisUrl: redis.url }, 10));
    const ends = workers.map(exitOf);
    const answers = await Promise.all(
      workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))),
    );
    assert.deepEqual(answers.flat(), Array(40).fill('LOCKREC_OK'));
    assert.deepEqual(await Promise.all(ends), [0, 0, 0, 0]);
    assert.equal(redis.ask('DBSIZE'), '200');
  });

  it('lets a worker thread be terminated while its calls hang', async () => {
    await emulator.do('reset');
    await emulator.hang();
    const worker = start(emulator.settings({ redisUrl: redis.url, logLevel: 'debug' }), 5);
    await requestSeen(emulator);
    const begin = performance.now();
    await worker.terminate();
    assert.ok(performance.now() - begin < 1000, `${performance.now() - begin} ms`);
  });

  it('lets worker threads be terminated at any moment', async () => {
    const endless = `
      const { workerData } = require('node:worker_threads');
      const { reconcile } = require('lockrec');
      const again = () => reconcile({ ...workerData, log: () => {}, onRow: () => {} }).then(again, again);
      for (let i = 0; i < 10; ++i) again();`;
    const workerData = { rows, timeZone: 'UTC', redisUrl: redis.url, logLevel: 'debug' };
    for (let round = 0; round < 40; ++round) {
      const worker = new Worker(endless, { eval: true, workerData });
      await new Promise((resolve) => setTimeout(resolve, 30 + 2 * round));
      await worker.terminate();
    }
  });

  // The exit handlers of C run beside whatever thread is still there, and take OpenSSL from under its feet.
  const THREADS_LEFT = `process.on('exit', () => console.log(fs.readdirSync('/proc/self/task')
    .filter((id) => fs.readFileSync('/proc/self/task/' + id + '/comm', 'utf8') === 'lockrec\\n').length));`;

  for (const [what, end, code] of [
    ['process.exit', 'process.exit(7)', 7],
    ['an exception that nobody catches', "throw new Error('elsewhere')", 1],
    [
      'process.exit with an exit listener that calls again',
      "process.prependListener('exit', () => reconcile(config)); process.exit(5)",
      5,
    ],
    [
      'process.exit with one that calls again afterwards',
      "process.on('exit', () => reconcile(config)); process.exit(5)",
      5,
    ],
  ]) {
    it(`ends at once and cleanly by ${what} while calls hang`, async () => {
      await emulator.do('reset');
      await emulator.hang();
      const config = JSON.stringify(emulator.settings({ redisUrl: redis.url }));
      const script = `
        const fs = require('node:fs');
        const { reconcile } = require('lockrec');
        const config = { ...${config}, logLevel: 'debug' };
        for (let i = 0; i < 3; ++i) reconcile({ ...config, log: () => {} }).catch(() => {});
        setTimeout(() => { ${THREADS_LEFT} ${end}; }, 500);`;
      const { stdout, stderr, ...ended } = await run(process.execPath, ['-e', script], { cwd: PACKAGE });
      assert.equal(stdout, '0\n', stderr);
      assert.deepEqual([ended.code, ended.signal], [code, null], stderr);
      assert.ok(ended.elapsedMs < 3000, `${ended.elapsedMs} ms`);
    });
  }

  it('ends at once by process.exit while a worker thread has a call that hangs', async () => {
    await emulator.do('reset');
    await emulator.hang();
    const config = JSON.stringify(emulator.settings({ redisUrl: redis.url }));
    const script = `
      const { Worker } = require('node:worker_threads');
      new Worker("require('lockrec').reconcile(" + JSON.stringify(${config}) + ")", { eval: true });
      setTimeout(() => process.exit(7), 700);`;
    const ended = await run(process.execPath, ['-e', script], { cwd: PACKAGE });
    assert.deepEqual([ended.code, ended.signal], [7, null], ended.stderr);
    assert.ok(ended.elapsedMs < 3000, `${ended.elapsedMs} ms`);
  });
});
