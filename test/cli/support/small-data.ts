import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/core/index.js';

export const projectRoot = packageRoot();

/** A few real images of the example, in class folders: `perClass` of each of `classes` classes. */
export function smallData(folder: string, classes = 4, perClass = 24, name = 'images'): string {
  const source = join(projectRoot, 'examples', 'cifar10-mini', 'train');
  const target = join(folder, name);
  for (const label of readdirSync(source).sort().slice(0, classes)) {
    mkdirSync(join(target, label), { recursive: true });
    for (const file of readdirSync(join(source, label)).sort().slice(0, perClass))
      copyFileSync(join(source, label, file), join(target, label, file));
  }
  return target;
}
