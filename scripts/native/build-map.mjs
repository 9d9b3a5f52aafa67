// Builds native/map, the addon that maps files into memory: one file, no libtorch.
// Alone: node scripts/native/build-map.mjs
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeHeaders } from './node-headers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const source = join(root, 'native/map/file_map.cpp');
const folder = join(root, 'native/build/map');

/** Builds it where needed. Without it the cache is read into memory instead of mapped. */
export function buildMap() {
  const file = join(folder, 'file_map.node');
  const stampFile = join(folder, 'stamp');
  const compiler = process.env.CXX ?? 'c++';
  const flags = [
    ...['-std=c++17', '-O2', '-fPIC', '-DNAPI_VERSION=8', '-Wall'],
    `-I${nodeHeaders()}`,
    ...(process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
  ];
  const stamp = createHash('sha256')
    .update([readFileSync(source, 'utf8'), compiler, process.arch, ...flags.slice(0, 5)].join('\0'))
    .digest('hex');
  if (existsSync(file) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp)
    return file;
  mkdirSync(folder, { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  execFileSync(compiler, [...flags, source, '-o', temporary], {
    stdio: 'inherit',
  });
  renameSync(temporary, file);
  writeFileSync(stampFile, stamp);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(buildMap());
