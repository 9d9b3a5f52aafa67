import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageFile } from '../../src/cli/package.js';

export const projectRoot = dirname(packageFile());

/** A few real images of the example, in class folders: `perClass` of each of `classes` classes. */
export function smallData(folder: string, classes = 4, perClass = 24): string {
  const source = join(projectRoot, 'examples', 'cifar10-mini', 'train');
  const target = join(folder, 'images');
  for (const name of readdirSync(source).sort().slice(0, classes)) {
    mkdirSync(join(target, name), { recursive: true });
    for (const file of readdirSync(join(source, name)).sort().slice(0, perClass))
      copyFileSync(join(source, name, file), join(target, name, file));
  }
  return target;
}
