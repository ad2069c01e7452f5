// A workshop's service: its locks are there before the first request.
// Run it with:  npm install lockrec ioredis
//               GOOGLE_SHEET_ID=… GOOGLE_APPLICATION_CREDENTIALS=… REDIS_URL=… PORT=8000 node server.mjs
import http from 'node:http';
import { Redis } from 'ioredis';
import { reconcile } from 'lockrec';

const deadlineMs = Number(process.env.LOCKREC_DEADLINE_MS ?? 10000);

// What a test points elsewhere; a real service leaves these out.
const testSettings = { sheetsEndpoint: process.env.SHEETS_ENDPOINT, caFile: process.env.SHEETS_CA_FILE };

/** Never throws, and never takes longer than the deadline: without locks the service starts all the same. */
async function restoreLocks(signal) {
  const log = (level, text) => console.error(`lockrec: ${level}: ${text}`);
  try {
    const result = await reconcile({ env: true, deadlineMs, log, logLevel: 'info', ...testSettings }, { signal });
    console.error(
      `locks: ${result.reconciled} restored, ${result.alreadyLocked} there, ${result.skipped} rows skipped`,
    );
    return result;
  } catch (error) {
    const timedOut = error.code === 'LOCKREC_E_DEADLINE';
    console.error(
      timedOut
        ? `Redis reconciliation timed out after ${deadlineMs / 1000}s. Locks will be created on-demand.`
        : `Redis reconciliation failed: ${error.message}. Locks will be created on-demand.`,
    );
    if (error.result?.rowsTotal) console.error(`Occupied spools without a known lock: ${error.result.withoutLock}.`);
    return error.result ?? null;
  }
}

/** unix:///path?db=0 is Redis's own way to write a socket; ioredis wants its path. */
function connectRedis(address = 'redis://127.0.0.1:6379/0') {
  const options = { maxRetriesPerRequest: 0, commandTimeout: 2000, connectTimeout: 2000 };
  const { protocol, pathname, searchParams } = new URL(address);
  const client =
    protocol === 'unix:'
      ? new Redis({ ...options, path: pathname, db: Number(searchParams.get('db') ?? 0) })
      : new Redis(address, options);
  client.on('error', () => {}); // each command says what went wrong
  return client;
}

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopping.abort());

const result = await restoreLocks(stopping.signal);
if (stopping.signal.aborted) process.exit(0);
const redis = connectRedis(process.env.REDIS_URL);

const routes = [
  [/^\/healthz$/, async () => [200, { ready: true, locks: result && { ...result, rows: undefined } }]],
  [
    /^\/spools\/([^/]+)$/,
    async ([, tag]) => {
      const lock = await redis.get(`spool_lock:${decodeURIComponent(tag)}`);
      return [200, { tag: decodeURIComponent(tag), workerId: lock && Number(lock.split(':', 1)[0]) }];
    },
  ],
];

async function answer(path) {
  const [pattern, handle] = routes.find(([one]) => one.test(path)) ?? [];
  if (!handle) return [404, { error: 'no such page' }];
  try {
    return await handle(pattern.exec(path));
  } catch (error) {
    return error instanceof URIError ? [400, { error: 'not a tag' }] : [503, { error: `Redis: ${error.message}` }];
  }
}

const server = http.createServer(async (request, response) => {
  const [status, body] = await answer(request.url.split('?', 1)[0]);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(Number(process.env.PORT ?? 8000), process.env.HOST ?? '127.0.0.1', () =>
  console.log(`serving on port ${server.address().port}`),
);
stopping.signal.addEventListener('abort', () => {
  server.close();
  server.closeAllConnections();
  redis.disconnect();
});
