'use strict';
// The caller's settings into what the addon takes: C names, texts, BigInts, and rows as one run of cells.

const { FLAGS, LOG_LEVELS, NUMBERS, ROWS_FLAG, TEXTS } = require('./abi.js');

const ROW_KEYS = ['tag', 'occupiedBy', 'occupiedAt'];
const FUNCTIONS = ['log', 'onRow'];
const INT64_MAX = 2n ** 63n - 1n;

function kindOf(value) {
  if (value === null) return 'null';
  if (value instanceof Date && Number.isNaN(value.getTime())) return 'an invalid Date';
  return Array.isArray(value) ? 'an array' : typeof value;
}

/** C would see a text that holds a NUL cut short there. */
function textOf(name, value) {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${kindOf(value)}`);
  if (value.includes('\0')) throw new RangeError(`${name} holds a NUL character`);
  return value;
}

function numberOf(name, value) {
  const number = Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof number !== 'bigint')
    throw new TypeError(`${name} must be a whole number, not ${typeof value === 'number' ? value : kindOf(value)}`);
  if (number > INT64_MAX || number < -INT64_MAX - 1n) throw new RangeError(`${name} is out of range`);
  return number;
}

function booleanOf(name, value) {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be a boolean, not ${kindOf(value)}`);
  return value;
}

function functionOf(name, value) {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function, not ${kindOf(value)}`);
  return value;
}

function logLevelOf(value) {
  const found = Object.keys(LOG_LEVELS).find((number) => number !== '0' && LOG_LEVELS[number] === value);
  if (!found) throw new TypeError(`logLevel must be one of error, warning, info and debug, not ${String(value)}`);
  return Number(found);
}

/** A number is a serial as Sheets counts, a Date an instant. An empty text and no cell are the same. */
function cellOf(name, value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return textOf(name, value);
  if (typeof value === 'number' && Number.isFinite(value)) {
    return Number.isInteger(value) ? String(value) : value.toFixed(11).replace(/\.?0+$/, '');
  }
  if (value instanceof Date && !Number.isNaN(value.getTime())) return `${value.toISOString().split('.')[0]}Z`;
  throw new TypeError(`${name} must be a string, a number, a Date or null, not ${kindOf(value)}`);
}

function cellsOf(row, number) {
  if (Array.isArray(row)) {
    if (row.length !== 3)
      throw new TypeError(`row ${number} must have three cells (${ROW_KEYS.join(', ')}), not ${row.length}`);
    return row.map((cell, index) => cellOf(`row ${number}: ${ROW_KEYS[index]}`, cell));
  }
  if (typeof row !== 'object' || row === null)
    throw new TypeError(`row ${number} must be an object or an array, not ${kindOf(row)}`);
  return ROW_KEYS.map((key) => cellOf(`row ${number}: ${key}`, row[key]));
}

/** Every cell ended by a NUL, in one buffer: a call into C++ for each of 100000 rows would hold up the event loop. */
function rowsOf(rows) {
  if (typeof rows !== 'object' || typeof rows?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`rows must be an array or another iterable, not ${kindOf(rows)}`);
  }
  const cells = [];
  let number = 0;
  for (const row of rows) cells.push(...cellsOf(row, ++number));
  return Buffer.from(cells.length > 0 ? `${cells.join('\0')}\0` : '', 'utf8');
}

/** -> { settings, cells, log, onRow, keepRows }. Throws TypeError or RangeError. */
function read(config) {
  if (typeof config !== 'object' || config === null)
    throw new TypeError(`the configuration must be an object, not ${kindOf(config)}`);
  const made = {
    settings: { flags: 0, log_level: 0 },
    cells: undefined,
    log: undefined,
    onRow: undefined,
    keepRows: false,
  };
  for (const [name, value] of Object.entries(config)) {
    const given = value !== null && value !== undefined;
    if (Object.hasOwn(TEXTS, name)) {
      if (given) made.settings[TEXTS[name]] = textOf(name, value);
    } else if (Object.hasOwn(NUMBERS, name)) {
      if (given) made.settings[NUMBERS[name]] = numberOf(name, value);
    } else if (Object.hasOwn(FLAGS, name)) {
      if (given && booleanOf(name, value)) made.settings.flags |= FLAGS[name];
    } else if (FUNCTIONS.includes(name)) {
      if (given) made[name] = functionOf(name, value);
    } else if (name === 'logLevel') {
      if (given) made.settings.log_level = logLevelOf(value);
    } else if (name === 'keepRows') {
      if (given) made.keepRows = booleanOf(name, value);
    } else if (name === 'rows') {
      if (given) {
        made.cells = rowsOf(value);
        made.settings.flags |= ROWS_FLAG;
      }
    } else {
      throw new TypeError(`lockrec has no setting "${name}"`);
    }
  }
  return made;
}

module.exports = { read };
