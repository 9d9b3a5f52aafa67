import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rng } from '../../../src/core/index.js';
import { encodePng } from '../../../src/image/index.js';

const side = 16;
export const labelNames = ['red', 'striped', 'dark-top'];

/**
 * Images with any of three labels, as `folder/labelled`: a red cast, stripes, a dark upper half, in noise. Every label
 * is drawn on its own.
 */
export async function smallLabels(folder: string, { train = 96, test = 24 } = {}): Promise<string> {
  const target = join(folder, 'labelled');
  mkdirSync(join(target, 'images'), { recursive: true });
  const rows = [`file,split,${labelNames.join(',')}`];
  for (let i = 0; i < train + test; i++) {
    const rng = new Rng('small labels', i);
    const [red, striped, dark] = labelNames.map(() => rng.bool(0.4));
    const data = new Uint8Array(side * side * 3);
    for (let p = 0; p < side * side; p++)
      for (let c = 0; c < 3; c++) {
        const [x, y] = [p % side, Math.floor(p / side)];
        const level =
          120 +
          (red && c === 0 ? 70 : 0) +
          (striped && x % 4 < 2 ? 50 : 0) -
          (dark && y < side / 2 ? 70 : 0);
        data[3 * p + c] = Math.max(0, Math.min(255, level + rng.int(-20, 21)));
      }
    const file = `images/${i}.png`;
    writeFileSync(
      join(target, file),
      await encodePng({ width: side, height: side, channels: 3, data }),
    );
    const values = [red, striped, dark].map(Number);
    rows.push([file, i < train ? 'train' : 'test', ...values].join(','));
  }
  writeFileSync(join(target, 'labels.csv'), `${rows.join('\n')}\n`);
  return target;
}
