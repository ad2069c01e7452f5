// What npm packs installs without a network and runs in an empty folder; what is generated and written down is true.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PACKAGE, Redis, ROOT, run, temporaryFolder } from './support/parts.mjs';

async function runOrFail(command, args, options) {
  const ended = await run(command, args, options);
  assert.equal(ended.code, 0, `${command} ${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
  return ended;
}

const TYPES = `
import { LockrecError, reconcile, version, type Config, type ErrorCode, type Result } from 'lockrec';
const config: Config = {
  spreadsheetId: 'x', deadlineMs: 5, rows: [{ tag: 'A', occupiedAt: new Date() }, ['A', null, 5]], dryRun: true,
  log: (level, text) => { const name: 'error' | 'warning' | 'info' | 'debug' = level; void [name, text]; },
  logLevel: 'info',
};
export async function main(): Promise<Result | ErrorCode> {
  try {
    const result = await reconcile(config, { signal: AbortSignal.timeout(5) });
    const row = result.rows[0];
    if (row && row.outcome !== 'rowsFree') void result[row.outcome].toFixed();
    return result;
  } catch (error) {
    if (error instanceof LockrecError) return error.code;
    throw error;
  }
}
void version;
// @ts-expect-error: no such setting
void reconcile({ deadline: 5 });
// @ts-expect-error: a text
void reconcile({ deadlineMs: '5' });
// @ts-expect-error: counts are read-only
main().then((result) => { if (typeof result !== 'string') result.reconciled = 5; });
`;
const RUN =
  "reconcile({ rows: [['A', 'MR(93)', null]], timeZone: 'UTC', redisUrl: process.argv[2] })" +
  '.then((result) => console.log(result.reconciled));';

describe('the package', () => {
  let folder, redis;
  before(async () => {
    folder = temporaryFolder();
    redis = await Redis.start();
    const { stdout } = await runOrFail('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PACKAGE });
    await runOrFail(
      'npm',
      [
        'install',
        '--offline',
        '--no-audit',
        '--cache',
        path.join(folder, 'empty-cache'),
        path.join(folder, stdout.trim()),
      ],
      { cwd: folder },
    );
  });
  after(() => redis?.close());

  it('has no tests and no examples, and brings the header that it is compiled with', () => {
    const installed = path.join(folder, 'node_modules/lockrec');
    const names = fs.readdirSync(installed).sort();
    assert.deepEqual(
      names.filter((name) => name !== 'node_modules'),
      [
        'README.md',
        'build',
        'build.js',
        'include',
        'index.d.mts',
        'index.d.ts',
        'index.js',
        'index.mjs',
        'lib',
        'package.json',
        'src',
      ],
    );
    assert.equal(
      fs.readFileSync(path.join(installed, 'include/lockrec/lockrec.h'), 'utf8'),
      fs.readFileSync(path.join(ROOT, 'include/lockrec/lockrec.h'), 'utf8'),
    );
  });

  for (const [name, text] of [
    ['run.cjs', `const { reconcile } = require('lockrec');\n${RUN}`],
    ['run.mjs', `import { reconcile } from 'lockrec';\n${RUN}`],
  ]) {
    it(`runs as ${name}`, async () => {
      redis.ask('FLUSHALL');
      fs.writeFileSync(path.join(folder, name), text);
      assert.equal((await runOrFail(process.execPath, [name, redis.url], { cwd: folder })).stdout, '1\n');
    });
  }

  for (const name of ['types.mts', 'types.cts']) {
    it(`has types that hold in ${name}`, async () => {
      fs.writeFileSync(path.join(folder, name), TYPES);
      await runOrFail(
        process.execPath,
        [
          path.join(PACKAGE, 'node_modules/typescript/bin/tsc'),
          '--strict',
          '--noEmit',
          '--target',
          'es2022',
          '--module',
          'node16',
          '--lib',
          'es2022',
          '--types',
          'node',
          '--typeRoots',
          path.join(PACKAGE, 'node_modules/@types'),
          name,
        ],
        { cwd: folder },
      );
    });
  }
});

describe('what is written twice', () => {
  it('is generated from the header as it is', () =>
    runOrFail(process.execPath, ['generate.js', '--check'], { cwd: PACKAGE }));

  it('is found stale when the header has another field', async () => {
    const folder = temporaryFolder();
    for (const name of [
      'include/lockrec/lockrec.h',
      'bindings/node/generate.js',
      'bindings/node/lib',
      'bindings/node/src',
    ]) {
      fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    }
    const header = path.join(folder, 'include/lockrec/lockrec.h');
    fs.writeFileSync(
      header,
      fs
        .readFileSync(header, 'utf8')
        .replace('  const char *worksheet;', '  const char *workbook;\n  const char *worksheet;'),
    );
    const { code, stderr } = await run(process.execPath, ['bindings/node/generate.js', '--check'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(stderr, /lib\/abi\.js is stale[^]*lib\/abi\.d\.ts is stale[^]*src\/fields\.inc is stale/);
  });

  it('is the quick start: the README shows the file that the tests run', () => {
    const shown = /```js\n([^]*?)```/.exec(fs.readFileSync(path.join(PACKAGE, 'README.md'), 'utf8'))[1];
    assert.equal(shown, fs.readFileSync(path.join(PACKAGE, 'examples/quickstart.mjs'), 'utf8'));
  });

  it('is the version', () => {
    const header = fs.readFileSync(path.join(ROOT, 'include/lockrec/lockrec.h'), 'utf8');
    assert.equal(
      JSON.parse(fs.readFileSync(path.join(PACKAGE, 'package.json'), 'utf8')).version,
      /LOCKREC_VERSION "(.*)"/.exec(header)[1],
    );
  });
});
