import { randomUUID } from 'node:crypto';

const FREE_OWNER = 'DISPONIBLE';
const OWNER = /\((\d+)\)$/; // "MR(93)" is owner 93
const DATE = /^(\d\d)-(\d\d)-(\d{4})(?: (\d\d):(\d\d):(\d\d))?$/;

/** In the process's own time zone, which occupiedRows sets: a formatter of Intl takes 12 ms to be made. */
function instantOf(date) {
  const parts = DATE.exec(date);
  if (!parts) return NaN;
  const [, day, month, year, hour = 0, minute = 0, second = 0] = parts;
  return new Date(+year, month - 1, +day, +hour, +minute, +second).getTime();
}

/** The rows that somebody works on, since not too long. */
export function occupiedRows(rows, job, nowMs) {
  process.env.TZ = job.time_zone;
  const oldestMs = nowMs - job.max_age_ms;
  return rows.filter(
    ([tag, owner, date]) => tag && owner && owner !== FREE_OWNER && OWNER.test(owner) && instantOf(date) >= oldestMs,
  );
}

export function lockOf([tag, owner, date], job) {
  return { key: job.key_prefix + tag, value: `${OWNER.exec(owner)[1]}:${randomUUID()}:${date}` };
}
