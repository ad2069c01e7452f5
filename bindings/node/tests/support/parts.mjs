// Real parts for the tests: a private redis-server and the Sheets emulator. Both end with the test, killed or not.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
export const ROOT = path.resolve(PACKAGE, '../..');
const SUPPORT = path.join(ROOT, 'tests/support');

/** It is gone when the test's process ends. */
export function temporaryFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lockrec-node-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function waitFor(condition, milliseconds = 10000) {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${condition}`);
    await sleep(20);
  }
}

/** setpriv ends it with the thread that started it: node:test runs each file in a process of its own. */
function startWithParent(command, args, options) {
  return spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], options);
}

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
}

export class Redis {
  static async start() {
    const redis = new Redis();
    redis.folder = temporaryFolder();
    redis.socket = path.join(redis.folder, 'redis.sock');
    redis.url = `unix://${redis.socket}`;
    redis.child = startWithParent(
      'redis-server',
      ['--port', '0', '--unixsocket', redis.socket, '--save', '', '--dir', redis.folder],
      { stdio: 'ignore' },
    );
    await waitFor(() => fs.existsSync(redis.socket) && redis.ask('PING') === 'PONG');
    return redis;
  }

  ask(...command) {
    return execFileSync('redis-cli', ['-s', this.socket, ...command], { encoding: 'utf8' }).trim();
  }

  /** Stopped, it takes connections and says nothing. */
  pause() {
    this.child.kill('SIGSTOP');
  }

  resume() {
    this.child.kill('SIGCONT');
  }

  async close() {
    this.child.kill('SIGKILL');
    await ended(this.child);
  }
}

export class Emulator {
  /** Ends at the end of its stdin. */
  static async start(...args) {
    const emulator = new Emulator();
    const keyFile = path.join(os.tmpdir(), 'lockrec-test-account-key.pem');
    emulator.child = spawn(path.join(SUPPORT, 'sheets-emulator'), ['--key-file', keyFile, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    emulator.lines = readline.createInterface({ input: emulator.child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await emulator.lines.next();
    if (done) throw new Error('the emulator did not start');
    Object.assign(emulator, JSON.parse(value));
    return emulator;
  }

  async do(op, command = {}) {
    this.child.stdin.write(`${JSON.stringify({ op, ...command })}\n`);
    const answer = JSON.parse((await this.lines.next()).value);
    if (!answer.ok) throw new Error(answer.error);
    return answer;
  }

  hang() {
    return this.do('fault', { where: 'any', kind: 'stall', times: 0 });
  }

  settings(more = {}) {
    return {
      spreadsheetId: this.spreadsheet_id,
      credentialsFile: this.credentials_file,
      sheetsEndpoint: this.url,
      tokenEndpoint: this.token_url,
      caFile: this.ca_file,
      ...more,
    };
  }

  async close() {
    this.child.stdin.end();
    await ended(this.child);
  }
}

/** Runs a program to its end. */
export async function run(command, args, options = {}) {
  const begin = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (part) => {
      text[name] += part;
    });
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...values) => resolve(values));
  });
  return { ...text, code, signal, elapsedMs: performance.now() - begin };
}

/** Resolves when a request hangs in the emulator. */
export function requestSeen(emulator) {
  return waitFor(async () => (await emulator.do('stats')).connections > 0);
}

/** The Node that runs, and the official ones that tests/run has fetched: LOCKREC_NODES lists their binaries. */
export const NODES = [process.execPath, ...(process.env.LOCKREC_NODES ?? '').split(':').filter(Boolean)].map(
  (file) => ({
    path: file,
    name: `Node ${execFileSync(file, ['-p', 'process.version'], { encoding: 'utf8' }).trim()}`,
  }),
);
