import { randomUUID } from 'node:crypto';

const FREE_OWNER = 'DISPONIBLE';
const OWNER = /\((\d+)\)$/; // "MR(93)" is owner 93
const DATE = /^(\d\d)-(\d\d)-(\d{4})(?: (\d\d):(\d\d):(\d\d))?$/;

/** In the process's own time zone, which locksOf sets: a formatter of Intl takes 12 ms before it says its first offset. */
function instantOf(date) {
  const parts = DATE.exec(date);
  if (!parts) return NaN;
  const [, day, month, year, hour = 0, minute = 0, second = 0] = parts;
  return new Date(+year, month - 1, +day, +hour, +minute, +second).getTime();
}

export function locksOf(rows, job, nowMs) {
  process.env.TZ = job.time_zone;
  const oldestMs = nowMs - job.max_age_ms;
  const locks = [];
  for (const [tag, owner, date] of rows) {
    if (!tag || !owner || owner === FREE_OWNER) continue;
    const number = OWNER.exec(owner)?.[1];
    if (number && instantOf(date) >= oldestMs) {
      locks.push({ key: job.key_prefix + tag, value: `${number}:${randomUUID()}:${date}` });
    }
  }
  return locks;
}
