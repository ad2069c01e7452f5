'use strict';
// Writes lib/abi.js, lib/abi.d.ts and src/fields.inc from the public header: no field or constant can be forgotten.
// Usage: node generate.js [--check]    --check writes nothing and fails where a file that is checked in is stale.

const fs = require('node:fs');
const path = require('node:path');

const HEADER = path.resolve(__dirname, '../../include/lockrec/lockrec.h');
const NOTICE = 'Made from include/lockrec/lockrec.h by generate.js. Do not edit.';

// What this package sets itself: rows, flags and log_level have friendlier forms, a signal cancels.
const OWN = [
  'struct_size',
  'flags',
  'rows',
  'row_count',
  'row_size_bytes',
  'log_level',
  'log',
  'log_user',
  'on_row',
  'on_row_user',
  'cancel_flag',
];
const PREFIXES = {
  phase: 'PHASE_',
  cause: 'CAUSE_',
  redis_cause: 'REDIS_',
  log_level: 'LOG_',
  outcome: 'ROW_',
  reason: 'REASON_',
};

function camel(name) {
  return name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

function withoutComments(text) {
  return text.replace(/\/\*[^]*?\*\//g, '');
}

/** The fields of a struct, each with the comment that follows it on its line, else with the one right above it. */
function fieldsOf(body) {
  const fields = [];
  let above = '';
  for (const line of body.split('\n')) {
    const match = /^\s*([a-z][\w ]*[ *]+)(\w+)(\[\d+\])?;\s*(?:\/\*\s*(.*?)\s*\*\/)?\s*$/.exec(line);
    if (match) {
      const comment = match[4] ?? (above.endsWith('*/') ? above.slice(2, -2).trim() : undefined);
      fields.push({ type: match[1].trim() + (match[3] ?? ''), name: match[2], comment });
    }
    const text = line.trim();
    if (text.startsWith('/*')) above = text;
    else if (text.startsWith('*')) above += text.slice(1);
    else above = '';
  }
  const declared = withoutComments(body)
    .split(';')
    .filter((part) => part.trim()).length;
  if (declared !== fields.length) throw new Error(`a field of this struct was not understood:\n${body}`);
  return fields;
}

function read(header) {
  const enums = {};
  for (const [, name, body] of header.matchAll(/enum lockrec_(\w+) \{([^]*?)\};/g)) {
    enums[name] = [...withoutComments(body).matchAll(/LOCKREC_(\w+) = (-?\d+)/g)].map((match) => {
      const prefix = PREFIXES[name] ?? '';
      return { name: match[1].slice(match[1].startsWith(prefix) ? prefix.length : 0), value: Number(match[2]) };
    });
  }
  const structs = {};
  for (const [, name, body] of header.matchAll(/typedef struct lockrec_(\w+) \{([^]*?)\} lockrec_\w+_t;/g)) {
    structs[name] = fieldsOf(body);
  }
  const version = /LOCKREC_VERSION "([^"]+)"/.exec(header)[1];
  const abiVersion = Number(/LOCKREC_ABI_VERSION (\d+)/.exec(header)[1]);
  const settings = structs.config.filter((field) => !OWN.includes(field.name));
  const texts = settings.filter((field) => field.type === 'const char *');
  const numbers = settings.filter((field) => field.type === 'int64_t');
  if (texts.length + numbers.length !== settings.length) throw new Error('lockrec_config has a field of a new type');
  const results = structs.result.filter((field) => /^int(32|64)_t$/.test(field.type));
  return { enums, structs, version, abiVersion, texts, numbers, results };
}

/** What a member is called in JavaScript: an outcome by the count that it adds to, a status by its C name. */
function memberName(name, member) {
  if (name === 'status') return `LOCKREC_${member.name}`;
  if (name === 'outcome' && member.name === 'FREE') return 'rowsFree';
  return camel(member.name);
}

const TABLES = {
  status: 'STATUSES',
  phase: 'PHASES',
  cause: 'CAUSES',
  log_level: 'LOG_LEVELS',
  outcome: 'OUTCOMES',
  reason: 'REASONS',
};
const TYPES = { phase: 'Phase', cause: 'Cause', log_level: 'LogLevel', outcome: 'Outcome', reason: 'Reason' };

function flagsOf({ enums }) {
  return enums.flag.filter((flag) => flag.name !== 'ROWS');
}

function script(abi) {
  const list = (fields) => fields.map((field) => `  ${camel(field.name)}: '${field.name}',`);
  const out = [
    "'use strict';",
    `// ${NOTICE}`,
    '',
    `exports.HEADER_VERSION = '${abi.version}';`,
    `exports.ABI_VERSION = ${abi.abiVersion};`,
    '',
    '// camelCase name: C name',
    'exports.TEXTS = {',
    ...list(abi.texts),
    '};',
    'exports.NUMBERS = {',
    ...list(abi.numbers),
    '};',
    'exports.FLAGS = {',
    ...flagsOf(abi).map((flag) => `  ${camel(flag.name)}: ${flag.value},`),
    '};',
    `exports.ROWS_FLAG = ${abi.enums.flag.find((flag) => flag.name === 'ROWS').value};`,
  ];
  for (const [name, table] of Object.entries(TABLES)) {
    out.push(
      `exports.${table} = {`,
      ...abi.enums[name].map((member) => `  '${member.value}': '${memberName(name, member)}',`),
      '};',
    );
  }
  return [...out, ''].join('\n');
}

function types(abi) {
  const members = (name) => abi.enums[name].filter((member) => name !== 'log_level' || member.value > 0);
  const union = (name) => members(name).map((member) => `  | '${memberName(name, member)}'`);
  const documented = (field, line) => [...(field.comment ? [`  /** ${field.comment} */`] : []), line];
  const out = [
    `// ${NOTICE}`,
    '',
    'export type StatusName =',
    ...union('status'),
    ';',
    '/** The statuses that reject. */',
    'export type ErrorCode = Extract<StatusName, `LOCKREC_E_${string}`>;',
  ];
  for (const [name, type] of Object.entries(TYPES)) out.push(`export type ${type} =`, ...union(name), ';');
  out.push(
    '',
    '/** The C fields in camelCase; what is left out, null or 0 means the default. */',
    'export interface Settings {',
  );
  for (const field of [...abi.numbers, ...abi.texts].sort(
    (a, b) => abi.structs.config.indexOf(a) - abi.structs.config.indexOf(b),
  )) {
    const type = field.type === 'int64_t' ? 'number | bigint' : 'string';
    out.push(...documented(field, `  ${camel(field.name)}?: ${type} | null;`));
  }
  out.push(
    '}',
    '',
    'export interface Flags {',
    ...flagsOf(abi).map((flag) => `  ${camel(flag.name)}?: boolean | null;`),
    '}',
  );
  out.push('', 'export interface Counts {');
  for (const field of abi.results.filter((one) => one.type === 'int64_t')) {
    out.push(...documented(field, `  readonly ${camel(field.name)}: number;`));
  }
  return [...out, '}', ''].join('\n').replace(/\n;/g, ';');
}

function macros(abi) {
  const define = (name, lines) => [
    `#define ${name}(X) \\`,
    ...lines.map((line, i) => `  ${line}${i + 1 < lines.length ? ' \\' : ''}`),
  ];
  const layout = Object.entries(abi.structs).flatMap(([struct, fields]) =>
    fields.map((field) => `X(lockrec_${struct}, ${field.name})`),
  );
  return [
    `// ${NOTICE}`,
    ...define(
      'LOCKREC_CONFIG_TEXTS',
      abi.texts.map((field) => `X(${field.name})`),
    ),
    ...define(
      'LOCKREC_CONFIG_NUMBERS',
      abi.numbers.map((field) => `X(${field.name})`),
    ),
    ...define(
      'LOCKREC_RESULT_NUMBERS',
      abi.results.map((field) => `X(${field.name}, "${camel(field.name)}")`),
    ),
    ...define(
      'LOCKREC_STRUCTS',
      Object.keys(abi.structs).map((name) => `X(lockrec_${name})`),
    ),
    ...define('LOCKREC_FIELDS', layout),
    '',
  ].join('\n');
}

function main() {
  const abi = read(fs.readFileSync(HEADER, 'utf8'));
  const files = { 'lib/abi.js': script(abi), 'lib/abi.d.ts': types(abi), 'src/fields.inc': macros(abi) };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(__dirname, name);
    if (!process.argv.includes('--check')) {
      fs.writeFileSync(file, text);
    } else if (fs.readFileSync(file, 'utf8') !== text) {
      console.error(`${name} is stale: run node generate.js`);
      process.exitCode = 1;
    }
  }
}

main();
