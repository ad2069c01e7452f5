// Ten thousand calls leave nothing behind: no memory, no descriptor, no thread.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PACKAGE, Redis, run } from './support/parts.mjs';

// In a process of its own; V8's nursery is kept small, else it alone takes 16 MB more in the course of this.
const SCRIPT = `
  const fs = require('node:fs');
  const { reconcile } = require('lockrec');
  const look = () => {
    for (let i = 0; i < 3; ++i) gc();
    const status = fs.readFileSync('/proc/self/status', 'utf8');
    const number = (name) => Number(new RegExp(name + ':\\\\s+(\\\\d+)').exec(status)[1]);
    return { rssKb: number('VmRSS'), threads: number('Threads'), descriptors: fs.readdirSync('/proc/self/fd').length };
  };
  const redisUrl = process.argv[1];
  const config = { rows: [], timeZone: 'UTC', redisUrl, log: () => {}, logLevel: 'debug', keepRows: true };
  const calls = async (count) => {
    for (let i = 0; i < count; i += 4) await Promise.all([1, 2, 3, 4].map(() => reconcile(config)));
  };
  (async () => {
    const looks = [];
    for (const count of [2000, 4000, 4000]) {
      await calls(count);
      looks.push(look());
    }
    console.log(JSON.stringify(looks));
  })();
`;

it('does not grow over ten thousand calls', { timeout: 240000 }, async (test) => {
  const redis = await Redis.start();
  test.after(() => redis.close());
  const { stdout, stderr, code } = await run(
    process.execPath,
    ['--expose-gc', '--max-semi-space-size=1', '-e', SCRIPT, redis.url],
    { cwd: PACKAGE },
  );
  assert.equal(code, 0, stderr);
  const [warm, middle, end] = JSON.parse(stdout);
  test.diagnostic(`RSS after 2000, 6000 and 10000 calls: ${warm.rssKb}, ${middle.rssKb}, ${end.rssKb} kB`);
  // A leak of half a kilobyte a call would be 2000 kB in each of the two halves.
  assert.ok(end.rssKb - middle.rssKb < 2000, `${middle.rssKb} kB, then ${end.rssKb} kB`);
  assert.ok(end.rssKb - warm.rssKb < 6000, `${warm.rssKb} kB, then ${end.rssKb} kB`);
  assert.ok(end.threads <= warm.threads, `${warm.threads} threads, then ${end.threads}`);
  assert.ok(end.descriptors <= warm.descriptors, `${warm.descriptors} descriptors, then ${end.descriptors}`);
});
