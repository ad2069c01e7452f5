// The Node host of the conformance vectors: one call for each line of stdin, one line of stdout for each call.
import { LockrecError, reconcile } from 'lockrec';

const LEFT_OUT = ['elapsedMs', 'sheetMs', 'redisMs', 'withoutLock', 'rows'];

function camel(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** JSON with its keys sorted. */
function canonical(value) {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(
          Object.keys(part)
            .sort()
            .map((key) => [key, part[key]]),
        )
      : part,
  );
}

function resultAsJson(result) {
  return Object.fromEntries(
    Object.entries(result)
      .filter(([name]) => !LEFT_OUT.includes(name))
      .map(([name, value]) => [snake(name), value]),
  );
}

async function answer({ config, measure, cancel_after_ms: cancelAfterMs }) {
  const rows = [];
  const settings = Object.fromEntries(Object.entries(config).map(([name, value]) => [camel(name), value]));
  if (!measure)
    settings.onRow = (row) => rows.push([row.rowNumber, row.tag, row.owner, snake(row.outcome), snake(row.reason)]);
  const signal = cancelAfterMs === undefined ? undefined : AbortSignal.timeout(cancelAfterMs);
  const begin = process.hrtime.bigint();
  let wallUs;
  const result = await reconcile(settings, { signal })
    .catch((error) => {
      if (error instanceof LockrecError) return error.result;
      throw error;
    })
    .finally(() => {
      wallUs = Number((process.hrtime.bigint() - begin) / 1000n);
    });
  if (cancelAfterMs !== undefined && result.statusName === 'LOCKREC_E_CANCELLED') return { cancelled: true };
  return { result: resultAsJson(result), rows, status: result.status, ...(measure && { wall_us: wallUs }) };
}

/** Lines end with \n alone: node:readline would also cut a tag in two at a U+2028. */
async function* linesOf(stream) {
  let rest = '';
  for await (const part of stream.setEncoding('utf8')) {
    const lines = (rest + part).split('\n');
    rest = lines.pop();
    yield* lines;
  }
}

for await (const line of linesOf(process.stdin)) {
  process.stdout.write(`${canonical(await answer(JSON.parse(line)))}\n`);
}
