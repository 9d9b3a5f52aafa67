import { createHash } from 'node:crypto';
import { createTransform, transformNames } from '../../src/augment/index.js';
import { wasmEngine } from '../../src/augment/wasm/engine.js';
import { Rng } from '../../src/core/index.js';
import { picture } from './pictures.js';

// Prints which kernels this process runs and, as JSON, a digest of what each transform makes of some pictures with them.

const digests: Record<string, string> = {};
for (const name of transformNames) {
  const hash = createHash('sha256');
  const transform = createTransform({ name });
  const rng = new Rng(5, 'variants', name);
  for (const [width, height] of [
    [32, 32],
    [61, 47],
    [300, 190],
  ])
    for (const channels of [1, 3] as const)
      for (let i = 0; i < 6; i++) {
        const image = picture(width, height, channels, i + 1);
        hash.update(transform.apply(image, transform.sample(rng, image)).data);
      }
  digests[name] = hash.digest('hex');
}
console.log(JSON.stringify({ variant: wasmEngine()?.variant ?? 'none', digests }));
