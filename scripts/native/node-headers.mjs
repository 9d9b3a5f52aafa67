// Finds Node's headers for addons, the npm package node-api-headers.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * The folder of `node_api.h`: below a clone, or wherever npm has put the package for an installed one.
 *
 * @returns {string|undefined} undefined where it has not been installed
 */
export function nodeHeaders() {
  const below = join(root, 'node_modules/node-api-headers/include');
  if (existsSync(join(below, 'node_api.h'))) return below;
  try {
    const facts = createRequire(import.meta.url).resolve('node-api-headers/package.json');
    return join(dirname(facts), 'include');
  } catch {
    return undefined;
  }
}
