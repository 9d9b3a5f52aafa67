import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn } from './targets.mjs';
import { random } from '../support/random.mjs';

/**
 * Lays the input of one trial: a copy of the target's folder with one file changed, all fixed by the seed.
 *
 * @param {import('./targets.mjs').Target} target
 * @param {{ seed: number, index: number, corpus: string, folder: string }} trial
 * @returns {string} the changed file, relative to `folder`
 */
export function lay(target, { seed, index, corpus, folder }) {
  const from = join(corpus, target.from);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(from, folder, { recursive: true });
  const special = target.specials?.[index];
  if (special !== undefined) {
    writeFileSync(join(folder, special[0]), special[1]);
    return special[0];
  }
  const rng = random(seed, 'fuzz', target.name, index);
  const file = rng.pick(filesIn(from, target.files));
  writeFileSync(join(folder, file), target.change(readFileSync(join(from, file)), rng));
  return file;
}
