import { createHash } from 'node:crypto';
import { createTransform } from '../../../src/augment/index.js';
import { wasmEngine } from '../../../src/augment/wasm/engine.js';
import { Rng } from '../../../src/core/index.js';
import { everyName, picture } from './pictures.js';

// Prints which kernels this process runs and, as JSON, a digest of what each transform makes of some pictures with them.

const images = [
  [32, 32],
  [61, 47],
  [300, 190],
].flatMap(([width, height]) =>
  ([1, 3] as const).flatMap((channels) =>
    Array.from({ length: 6 }, (_, i) => picture(width, height, channels, i + 1)),
  ),
);
const digests: Record<string, string> = {};
for (const name of everyName) {
  const hash = createHash('sha256');
  const transform = createTransform({ name });
  const rng = new Rng(5, 'variants', name);
  for (const image of images)
    hash.update(transform.apply(image, transform.sample(rng, image)).data);
  digests[name] = hash.digest('hex');
}
console.log(JSON.stringify({ variant: wasmEngine()?.variant ?? 'none', digests }));
