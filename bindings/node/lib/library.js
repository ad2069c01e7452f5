'use strict';
// Loads the addon and, through it, the shared library; refuses one whose layouts are not those of this package.

const fs = require('node:fs');
const path = require('node:path');

const { ABI_VERSION, HEADER_VERSION } = require('./abi.js');

const SONAME = 'liblockrec.so.1';
const ADDON = path.join(__dirname, '../build/lockrec.node');

/** Where the library is looked for: LOCKREC_LIBRARY alone where it is set, else beside the addon, else the system's. */
function libraryPath() {
  if (process.env.LOCKREC_LIBRARY) return process.env.LOCKREC_LIBRARY;
  const beside = path.join(path.dirname(ADDON), SONAME);
  return fs.existsSync(beside) ? beside : SONAME;
}

/** A field that moved would be silent corruption: every one that both sides know is compared. */
function findConflict(ours, theirs, theirAbiVersion) {
  for (const [struct, { size, fields }] of Object.entries(ours)) {
    const known = new Map((theirs[struct]?.fields ?? []).map((field) => [field.name, field]));
    if (theirAbiVersion === ABI_VERSION && theirs[struct]?.size !== size) return `${struct} has another size`;
    for (const [name, [offset, length]] of Object.entries(fields)) {
      const field = known.get(name);
      // An older library may lack the newest fields: it refuses them itself, when they are used.
      if (!field && theirAbiVersion < ABI_VERSION) continue;
      if (field?.offset !== offset || field?.size !== length) return `${struct}.${name} lies elsewhere`;
    }
  }
  return theirAbiVersion < 1 ? 'it has no ABI version' : null;
}

function load() {
  if (!fs.existsSync(ADDON)) {
    throw new Error(`${ADDON} is missing: run "npm rebuild lockrec" (it needs a C++20 compiler and no network)`);
  }
  const addon = require(ADDON);
  const file = libraryPath();
  const { version, abiVersion, description } = addon.open(file);
  const conflict = findConflict(addon.layouts(), JSON.parse(description).structs, abiVersion);
  if (conflict) {
    throw new Error(
      `${file} is lockrec ${version} (ABI ${abiVersion}), which does not fit this package, built for lockrec ` +
        `${HEADER_VERSION} (ABI ${ABI_VERSION}): ${conflict}`,
    );
  }
  // process.exit() runs no cleanup of addons, and a thread must not meet a process that is half gone.
  process.on('exit', () => addon.stopAll());
  return { addon, version };
}

module.exports = load();
