// The best that one would write in Node instead of lockrec: a participant of the benchmark (../../README.md).
import { readFileSync } from 'node:fs';
import { startClock } from './clock.js';
import { makeLocks } from './redis.js';
import { occupiedRows } from './rows.js';
import { readSheet } from './sheet.js';

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let rows = job.part === 'redis' ? JSON.parse(readFileSync(job.rows_file, 'utf8')) : undefined;

const clock = startClock();
rows ??= await readSheet(job);
const sheetSeconds = clock.seconds();
const made = await makeLocks(job, occupiedRows(rows, job, Date.now()));
const result = clock.stop();

console.log(
  JSON.stringify({
    ...result,
    sheet_seconds: sheetSeconds,
    redis_seconds: result.seconds - sheetSeconds,
    locks: made,
  }),
);
process.exit(0); // connections that are kept alive hold up nothing
