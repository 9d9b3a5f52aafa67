import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applySteps, drawSteps } from '../../../src/augment/index.js';
import { Rng } from '../../../src/core/index.js';
import { imageStatistics } from '../../../src/safe/statistics/image-statistics.js';
import { fitStumps, stumpScore } from '../../../src/safe/statistics/stumps.js';
import { plantedSets } from '../../../bench/planted/index.js';

const size = { width: 32, height: 32 };

/** J of a transform by statistics alone, learned on 200 images and judged on 200 others. */
async function seenBy(set: string, name: string): Promise<number> {
  const planted = plantedSets.find((s) => s.name === set)!;
  const score = { with: 0, without: 0 };
  const rows: Float64Array[][] = [[], [], [], []];
  for (let i = 0; i < 400; i++) {
    const label = i % planted.classes.length;
    const image = await planted.image(label, new Rng('statistics', set, i), i);
    const recipe = {
      kind: 'sequence' as const,
      transforms: [{ name }],
      restore: 'reflect' as const,
    };
    const { steps } = drawSteps(recipe, size, { seed: 2, purpose: 'test', epoch: 0, index: i });
    const changed = applySteps(image, steps, { restore: 'reflect', size });
    const part = i < 200 ? 0 : 2;
    rows[part].push(...imageStatistics(image.data, size, 3));
    rows[part + 1].push(...imageStatistics(changed.data, size, 3));
  }
  const model = fitStumps(rows[0], rows[1]);
  for (const row of rows[2]) if (stumpScore(model, row) > 0) score.without++;
  for (const row of rows[3]) if (stumpScore(model, row) > 0) score.with++;
  return (score.with - score.without) / 200;
}

test('statistics see at once what a small network learns late', async () => {
  assert.ok((await seenBy('textures', 'ToGray')) > 0.95);
  assert.ok((await seenBy('textures', 'GaussNoise')) > 0.9);
  assert.ok((await seenBy('fixed-light', 'RandomBrightness')) > 0.8);
});

test('statistics see nothing where the distribution is kept', async () => {
  assert.ok(Math.abs(await seenBy('textures', 'VerticalFlip')) < 0.15);
  assert.ok(Math.abs(await seenBy('noisy', 'GaussNoise')) < 0.18);
});

test('the same image always has the same statistics', () => {
  const data = Uint8Array.from({ length: 3072 }, (_, i) => (i * 7) % 256);
  assert.deepEqual(imageStatistics(data, size, 3), imageStatistics(data.slice(), size, 3));
  assert.ok(imageStatistics(data.subarray(0, 1024), size, 1)[0].every(Number.isFinite));
  const [flat] = imageStatistics(new Uint8Array(3072), size, 3);
  assert.ok(flat.every(Number.isFinite));
});
