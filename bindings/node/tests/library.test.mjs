// Which library is loaded, and which is refused, in words that name both versions.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'node:test';
import { buildLibrary } from './support/build.mjs';
import { PACKAGE, run, temporaryFolder } from './support/parts.mjs';

const REAL = process.env.LOCKREC_LIBRARY;
const { ABI_VERSION } = createRequire(import.meta.url)('../lib/abi.js');

function load(library, folder = PACKAGE) {
  const env = { ...process.env, LOCKREC_LIBRARY: library };
  return run(process.execPath, ['-e', "console.log(require('./index.js').version)"], { cwd: folder, env });
}

async function description() {
  const script = "console.log(require('./build/lockrec.node').open(process.env.LOCKREC_LIBRARY).description)";
  return JSON.parse((await run(process.execPath, ['-e', script], { cwd: PACKAGE })).stdout);
}

/** A library with all of lockrec's functions that does nothing, and says of itself what it is told to. */
function pretender(abiVersion, described) {
  const text = JSON.stringify(JSON.stringify(described));
  return buildLibrary(`
    #include <stdio.h>
    #include <lockrec/lockrec.h>
    int32_t lockrec_reconcile(const lockrec_config_t *config, lockrec_result_t *result) { return !config && !result; }
    const char *lockrec_status_name(int32_t status) { return status ? "?" : ""; }
    int32_t lockrec_status_is_retryable(int32_t status) { return status; }
    const char *lockrec_version(void) { return "9.8.7"; }
    uint32_t lockrec_abi_version(void) { return ${abiVersion}; }
    uint64_t lockrec_abi_describe(char *buffer, uint64_t capacity) {
      return (uint64_t)snprintf(buffer, capacity, "%s", ${text});
    }`);
}

describe('the shared library', () => {
  it('that LOCKREC_LIBRARY names and is not there is named', async () => {
    const { code, stderr } = await load('/nowhere/liblockrec.so.1');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /can't load \/nowhere\/liblockrec\.so\.1: .*; install liblockrec, or name it in LOCKREC_LIBRARY/,
    );
  });

  it('that is another one is refused', async () => {
    const { stderr } = await load(buildLibrary('int other;'));
    assert.match(stderr, /is not lockrec: it has no function lockrec_reconcile/);
  });

  it("beside the addon is taken before the system's", async () => {
    const folder = temporaryFolder();
    for (const name of ['index.js', 'lib', 'build'])
      fs.cpSync(path.join(PACKAGE, name), path.join(folder, name), { recursive: true });
    fs.copyFileSync(REAL, path.join(folder, 'build/liblockrec.so.1'));
    const { stdout, stderr } = await load('', folder);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/, stderr);
  });

  const refusal = (abiVersion, why) =>
    new RegExp(
      `is lockrec 9\\.8\\.7 \\(ABI ${abiVersion}\\), which does not fit this package, ` +
        `built for lockrec \\d+\\.\\d+\\.\\d+ \\(ABI \\d+\\): ${why}`,
    );
  for (const [what, abiVersion, change, why] of [
    [
      'whose field moved',
      1,
      ({ lockrec_config }) => {
        lockrec_config.fields[2].offset += 8;
      },
      'lockrec_config.deadline_ms lies elsewhere',
    ],
    [
      'whose field has another size',
      ABI_VERSION + 1,
      ({ lockrec_result }) => {
        lockrec_result.fields.at(-1).size = 128;
      },
      'lockrec_result.message lies elsewhere',
    ],
    [
      'that lacks a field of its own version',
      ABI_VERSION,
      ({ lockrec_config }) => {
        lockrec_config.fields.pop();
      },
      'lockrec_config.wait_replicas lies elsewhere',
    ],
    [
      'of another size in the same version',
      ABI_VERSION,
      ({ lockrec_result }) => {
        lockrec_result.size += 8;
      },
      'lockrec_result has another size',
    ],
    ['without a version', 0, () => {}, 'it has no ABI version'],
  ]) {
    it(`${what} is refused`, async () => {
      const described = await description();
      change(described.structs);
      assert.match((await load(pretender(abiVersion, described))).stderr, refusal(abiVersion, why));
    });
  }

  it('that is newer, with fields appended, is taken', async () => {
    const described = await description();
    const config = described.structs.lockrec_config;
    config.fields.push({ name: 'a_new_one', offset: config.size, size: 8, type: 'int64' });
    config.size += 8;
    const { stdout, stderr } = await load(pretender(ABI_VERSION + 1, described));
    assert.equal(stdout, '9.8.7\n', stderr);
  });

  it('that is older, without the newest fields, is taken', async () => {
    const described = await description();
    const config = described.structs.lockrec_config;
    config.fields.pop();
    config.size -= 8;
    const { stdout, stderr } = await load(pretender(ABI_VERSION - 1, described));
    assert.equal(stdout, '9.8.7\n', stderr);
  });
});
