'use strict';
// Compiles build/lockrec.node with the C++ compiler alone: no node-gyp, no network.
// Usage: node build.js [SOURCE... TARGET]    without arguments: this package's addon, if it is older than its sources

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** The headers of the Node that runs, or where it came without, the same ones from npm: N-API is the same in all. */
function nodeHeaders() {
  const beside = path.resolve(process.execPath, '../../include/node');
  return fs.existsSync(path.join(beside, 'node_api.h')) ? beside : require('node-api-headers').include_dir;
}

/** The header of the repository where this is one, else the copy that was packed. */
function lockrecHeaders() {
  const repository = path.resolve(__dirname, '../../include');
  return fs.existsSync(path.join(repository, 'lockrec/lockrec.h')) ? repository : path.join(__dirname, 'include');
}

function compile(sources, target) {
  const includes = [nodeHeaders(), require('node-addon-api').include_dir, lockrecHeaders()];
  const [compiler, ...rest] = (process.env.CXX || 'c++').split(' ');
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`; // renamed when whole: two builds at once do no harm
  try {
    execFileSync(
      compiler,
      [
        ...rest,
        '-std=c++20',
        '-O2',
        '-fPIC',
        '-shared',
        '-pthread',
        '-fvisibility=hidden',
        '-Wall',
        '-Wextra',
        '-DNAPI_VERSION=8',
        '-DNAPI_CPP_EXCEPTIONS',
        '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', // thrown while a worker thread is being terminated
        ...includes.flatMap((folder) => ['-isystem', folder]),
        ...sources,
        '-o',
        unfinished,
        '-ldl',
      ],
      { stdio: 'inherit' },
    );
    fs.renameSync(unfinished, target);
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

function isFresh(target, sources) {
  if (!fs.existsSync(target)) return false;
  const made = fs.statSync(target).mtimeMs;
  return sources.every((source) => fs.statSync(source).mtimeMs < made);
}

function main(args) {
  if (args.length > 0) return compile(args.slice(0, -1), args.at(-1));
  const folder = path.join(__dirname, 'src');
  const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
  const target = path.join(__dirname, 'build/lockrec.node');
  if (isFresh(target, [...files, __filename, path.join(lockrecHeaders(), 'lockrec/lockrec.h')])) return undefined;
  return compile(
    files.filter((name) => name.endsWith('.cpp')),
    target,
  );
}

main(process.argv.slice(2));
