import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InternalError } from '../errors.js';

/** Absolute path of the nearest folder above this file that has a `package.json`: the package's own. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder))
      throw new InternalError('no package.json found above the program');
  }
}

/** What `package.json` says of this package. */
export function packageFacts(): { readonly version: string; readonly description: string } {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return JSON.parse(text) as { version: string; description: string };
}

/** This package's version, such as `0.1.0`. */
export function packageVersion(): string {
  return packageFacts().version;
}
