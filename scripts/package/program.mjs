// safe-augment-X.tgz: what npm packs by package.json, and in it the platform packages as optional dependencies. They are not in the
// project's own package.json, whose `npm ci` would ask the registry for what is only about to be published.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmPack, packedFiles } from './npm-pack.mjs';

/** @returns {Promise<string>} the package's file */
export async function packProgram({ root, out }) {
  const { enginePackageName, prebuiltSystems } = await import('../../dist/src/core/index.js');
  const stage = mkdtempSync(join(tmpdir(), 'safe-augment-program-'));
  try {
    for (const file of await packedFiles(root))
      cpSync(join(root, file), join(stage, file), { dereference: true });
    const facts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const names = prebuiltSystems.map((system) => enginePackageName(system));
    writeFileSync(join(stage, 'package.json'), publishedFacts(facts, names));
    return await npmPack(stage, out);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * The package.json to publish: without what only a clone can use, with the engines of exactly this version.
 *
 * @param {Record<string, any>} facts the project's own
 * @param {string[]} engines names of the platform packages
 */
export function publishedFacts(facts, engines) {
  const rest = Object.entries(facts).filter(
    ([name]) => name !== 'devDependencies' && name !== 'scripts',
  );
  const optionalDependencies = Object.fromEntries(engines.map((name) => [name, facts.version]));
  return `${JSON.stringify({ ...Object.fromEntries(rest), optionalDependencies }, null, 2)}\n`;
}
