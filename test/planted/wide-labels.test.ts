import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsOf, plantedSets, truthOf, wideSets } from '../../bench/planted/index.js';
import type { PlantedSet } from '../../bench/planted/index.js';
import {
  applySteps,
  drawSteps,
  thesisNames,
  transformNames,
  type TransformSpec,
} from '../../src/augment/index.js';
import { Rng } from '../../src/core/index.js';
import type { Image } from '../../src/image/image.js';

// The class of an image by a rule of a line, and what of it is left under each augmentation whose truth is known.

const size = { width: 32, height: 32 };
const at = ({ data }: Image, x: number, y: number, c: number): number => data[(32 * y + x) * 3 + c];
const pixels = Array.from({ length: 1024 }, (_, i) => [i % 32, i >> 5] as const);
const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

/** The sixth of the circle in which the hue of the image's colours lies. */
function sectorOf(image: Image): number {
  let [along, across] = [0, 0];
  for (const [x, y] of pixels) {
    const [r, g, b] = [0, 1, 2].map((c) => at(image, x, y, c));
    along += r - (g + b) / 2;
    across += (Math.sqrt(3) / 2) * (g - b);
  }
  const turns = Math.atan2(across, along) / (2 * Math.PI);
  return Math.floor((((turns + 1 / 12) % 1) + 1) * 6) % 6;
}

const brightest = ({ data }: Image): number => data.reduce((a, b) => Math.max(a, b), 0);

/** By the name of a set: the class that an image shows. */
const shown: Record<string, (image: Image) => number> = {
  'hue-sectors': sectorOf,
  flush: (image) => {
    const least = brightest(image) / 2;
    return pixels.some(([x, y]) => x === 0 && at(image, x, y, 1) > least) ? 0 : 1;
  },
  'sharp-or-soft': (image) => {
    const luma = image.data.filter((_, i) => i % 3 === 1);
    const range = luma.reduce((a, b) => Math.max(a, b)) - luma.reduce((a, b) => Math.min(a, b));
    let steepest = 0;
    for (const [x, y] of pixels)
      if (x < 31) steepest = Math.max(steepest, Math.abs(luma[32 * y + x + 1] - luma[32 * y + x]));
    // tanh(2 x / 3) rises by so much from pixel to pixel.
    return steepest / range > Math.tanh(1 / 3) ? 0 : 1;
  },
  'checked-colours': (image) => {
    const tint = (x: number, y: number): number => at(image, x, y, 0) - at(image, x, y, 2);
    const steps = pixels.flatMap(([x, y]) =>
      x < 31 ? [Math.abs(tint(x, y) - tint(x + 1, y))] : [],
    );
    return mean(steps) > 12 ? 0 : 1;
  },
  'flat-or-steep': (image) => {
    const luma = pixels.map(([x, y]) => at(image, x, y, 1));
    const centre = mean(luma);
    return Math.sqrt(mean(luma.map((v) => (v - centre) ** 2))) < 30 ? 0 : 1;
  },
};

/** As judging applies it. */
function augmented(image: Image, spec: TransformSpec, index: number): Image {
  const recipe = { kind: 'sequence' as const, transforms: [spec], restore: 'reflect' as const };
  const { steps } = drawSteps(recipe, size, { seed: 1, purpose: 'labels', epoch: 0, index });
  return applySteps(image, steps, { restore: 'reflect', size });
}

const perClass = 60;

/** Share of images that show their class, as they are or augmented. */
async function kept(set: PlantedSet, spec?: TransformSpec): Promise<number> {
  let right = 0;
  for (const label of set.classes.keys())
    for (let i = 0; i < perClass; i++) {
      const image = await set.image(label, new Rng('wide labels', set.name, label, i), i);
      if (shown[set.name](spec ? augmented(image, spec, i) : image) === label) right++;
    }
  return right / (perClass * set.classes.length);
}

for (const set of wideSets.filter(({ name }) => name in shown))
  test(`${set.name}: what breaks labels does, and what is safe does not`, async () => {
    const clean = await kept(set);
    const guessing = 1 / set.classes.length;
    assert.ok(clean > 0.93, `${clean}`);
    const truth = truthOf(set);
    for (const given of set.augmentations ?? []) {
      const spec = typeof given === 'string' ? { name: given } : given;
      const { label } = labelsOf(set)[spec.name];
      const share = await kept(set, spec);
      // Skill is what is right above guessing; harm from 0.2 on breaks labels.
      const lost = (clean - share) / (clean - guessing);
      const told = `${spec.name} on ${set.name} loses ${lost.toFixed(2)}`;
      if (label === 'breaks') assert.ok(lost > 0.25, told);
      if (truth[spec.name].truth === 'safe') assert.ok(lost < 0.1, told);
    }
  });

test('even levels and few levels stay what they are under what is safe there', async () => {
  for (const [name, safe] of [
    ['even-levels', ['Equalize', 'AutoContrast']],
    ['few-levels', ['Posterize', 'Solarize']],
  ] as const) {
    const set = wideSets.find((s) => s.name === name)!;
    for (let i = 0; i < 20; i++) {
      const image = await set.image(i % 2, new Rng('levels', i), i);
      for (const given of set.augmentations ?? []) {
        const spec = typeof given === 'string' ? { name: given } : given;
        const stays = (safe as readonly string[]).includes(spec.name);
        if (stays) assert.deepEqual(augmented(image, spec, i), image, spec.name);
      }
    }
  }
});

test('everything beyond the fifteen is safe on one planted set and unsafe on another, and most break labels on one', () => {
  const judged = (set: PlantedSet): string[] =>
    (set.augmentations ?? []).map((given) => (typeof given === 'string' ? given : given.name));
  const sets = (of: (set: PlantedSet, name: string) => boolean, name: string): string[] =>
    plantedSets.filter((set) => judged(set).includes(name) && of(set, name)).map((set) => set.name);
  const beyond = transformNames.filter((name) => !thesisNames.includes(name));
  const is = (truth: string) => (set: PlantedSet, name: string) => set.truth[name]?.truth === truth;
  assert.deepEqual(
    beyond.filter((name) => sets(is('safe'), name).length === 0),
    [],
    'never safe',
  );
  assert.deepEqual(
    beyond.filter((name) => sets(is('unsafe'), name).length === 0),
    [],
    'never unsafe',
  );
  const breaks = (set: PlantedSet, name: string) => set.labels?.[name]?.label === 'breaks';
  assert.deepEqual(
    beyond.filter((name) => sets(breaks, name).length > 0),
    [
      ...['HueSaturationValue', 'Translate', 'Equalize', 'AutoContrast', 'GaussianBlur'],
      ...['ImageCompression', 'RandomResizedCrop'],
    ],
  );
});
