import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectRoot } from './small-data.js';

/** A few real images of the example with their masks, as `folder/scenes`. */
export function smallPairs(folder: string, { train = 20, val = 8, test = 6 } = {}): string {
  const source = join(projectRoot, 'examples', 'camvid-mini');
  const target = join(folder, 'scenes');
  const copy = (path: string): void => {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(source, path), join(target, path));
  };
  copy('classes.txt');
  for (const [part, count] of Object.entries({ train, val, test }))
    for (const name of readdirSync(join(source, part, 'images'))
      .sort()
      .slice(0, count)) {
      copy(join(part, 'images', name));
      copy(join(part, 'labels', `${basename(name, '.jpg')}.png`));
    }
  return target;
}
