import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** SHA-256 over the names and texts of kernels/, by which a stale module is found. */
export function sourceHash() {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'kernels');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort())
    hash.update(name).update('\0').update(readFileSync(join(folder, name))).update('\0');
  return hash.digest('hex');
}
