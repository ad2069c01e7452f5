// The libcurl that lockrec uses calls the system's OpenSSL, not the other one inside Node.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buildAddon } from './support/build.mjs';
import { Emulator, NODES, PACKAGE, Redis, run } from './support/parts.mjs';

const WITH_LOCKREC = `
  const probe = require(process.argv[1]);
  const { reconcile } = require('lockrec');
  reconcile(JSON.parse(process.argv[2])).then((result) => console.log(JSON.stringify(
    { reconciled: result.reconciled, curl: probe.curl(), system: probe.system(), node: process.versions.openssl })));
`;
const WITHOUT_DEEPBIND = `
  const probe = require(process.argv[1]);
  probe.open(process.argv[2], process.argv[3] === 'deep');
  console.log(JSON.stringify({ curl: probe.curl(), system: probe.system(), node: process.versions.openssl }));
`;

describe('OpenSSL', () => {
  let redis, emulator, probe;
  before(async () => {
    redis = await Redis.start();
    emulator = await Emulator.start('--rows', '20', '--occupied', '3');
    probe = buildAddon('tests/support/openssl_probe.cpp');
  });
  after(() => Promise.all([redis?.close(), emulator?.close()]));

  const ask = async (node, script, ...args) => {
    const { stdout, stderr, code } = await run(node, ['-e', script, probe, ...args], { cwd: PACKAGE });
    assert.equal(code, 0, stderr);
    const found = JSON.parse(stdout);
    return { ...found, curl: /OpenSSL\/(\S+)/.exec(found.curl)[1], node: found.node.split('+')[0] };
  };

  for (const { name, path: node } of NODES) {
    it(`is the system's under ${name}, while TLS works`, async () => {
      redis.ask('FLUSHALL');
      const found = await ask(node, WITH_LOCKREC, JSON.stringify(emulator.settings({ redisUrl: redis.url })));
      assert.equal(found.reconciled, 3);
      assert.equal(found.curl, found.system);
    });

    // A check that can't fail proves nothing: this is what happens without the flag.
    it(`would be Node's under ${name}, were it not for RTLD_DEEPBIND`, async (test) => {
      const shared = await ask(node, WITHOUT_DEEPBIND, process.env.LOCKREC_LIBRARY, 'shallow');
      if (shared.node === shared.system) {
        return test.skip(`this Node uses OpenSSL ${shared.system} like the system: nothing can be told apart`);
      }
      assert.equal(shared.curl, shared.node);
      const deep = await ask(node, WITHOUT_DEEPBIND, process.env.LOCKREC_LIBRARY, 'deep');
      assert.equal(deep.curl, deep.system);
    });
  }
});
