// Settings that can't be right are refused before anything starts, by the name that the caller wrote.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { reconcile } from 'lockrec';

const REFUSED = [
  ['no configuration', undefined, TypeError, /configuration must be an object, not undefined/],
  ['an unknown setting', { deadline_ms: 5 }, TypeError, /no setting "deadline_ms"/],
  ['a field of every object', { constructor: 5 }, TypeError, /no setting "constructor"/],
  ['a number for a text', { redisUrl: 6379 }, TypeError, /redisUrl must be a string, not number/],
  ['a NUL in a text', { redisPassword: 'a\0b' }, RangeError, /redisPassword holds a NUL/],
  ['a text for a number', { deadlineMs: '5' }, TypeError, /deadlineMs must be a whole number, not string/],
  ['a fraction', { deadlineMs: 0.5 }, TypeError, /deadlineMs must be a whole number, not 0.5/],
  ['a number that is not one', { rowsMax: NaN }, TypeError, /rowsMax must be a whole number, not NaN/],
  ['a number out of range', { maxAgeMs: 2n ** 63n }, RangeError, /maxAgeMs is out of range/],
  ['a flag that is no boolean', { dryRun: 1 }, TypeError, /dryRun must be a boolean, not number/],
  ['a level that is none', { logLevel: 'verbose' }, TypeError, /logLevel must be one of .* not verbose/],
  ['a log that is no function', { log: console }, TypeError, /log must be a function, not object/],
  ['rows that are none', { rows: 'A' }, TypeError, /rows must be an array .* not string/],
  ['a row that is none', { rows: [['A', 'B', 'C'], 5] }, TypeError, /row 2 must be an object or an array, not number/],
  ['a row of two cells', { rows: [['A', 'B']] }, TypeError, /row 1 must have three cells .* not 2/],
  ['a cell of another kind', { rows: [{ tag: true }] }, TypeError, /row 1: tag must be a string.* not boolean/],
  ['a date that is none', { rows: [['A', 'B', new Date(NaN)]] }, TypeError, /row 1: occupiedAt .* not an invalid Date/],
  ['a NUL in a cell', { rows: [['A\0', 'B', 'C']] }, RangeError, /row 1: tag holds a NUL/],
];

for (const [what, config, kind, sentence] of REFUSED) {
  it(`refuses ${what}`, () =>
    assert.rejects(reconcile(config), (error) => {
      assert.ok(error instanceof kind);
      assert.match(error.message, sentence);
      return true;
    }));
}
