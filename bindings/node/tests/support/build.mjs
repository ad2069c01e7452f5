// Compiles what a test needs beside the package, once for each process that asks.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { PACKAGE, ROOT, temporaryFolder } from './parts.mjs';

export function buildAddon(source) {
  const target = path.join(temporaryFolder(), `${path.parse(source).name}.node`);
  execFileSync(process.execPath, ['build.js', source, target], { cwd: PACKAGE });
  return target;
}

/** A shared library from C text. */
export function buildLibrary(text) {
  const target = path.join(temporaryFolder(), 'liblockrec.so.1');
  execFileSync(
    process.env.CC || 'cc',
    ['-shared', '-fPIC', '-x', 'c', '-', '-o', target, `-I${path.join(ROOT, 'include')}`],
    { input: text },
  );
  return target;
}
