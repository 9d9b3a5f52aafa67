import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsOf, plantedSets, truthOf, type PlantedSet } from '../../bench/planted/index.js';
import { summarise } from '../../bench/planted/summary.js';
import type { RunRow, VerdictRow } from '../../bench/planted/row.js';
import { applySteps, drawSteps, isTransformName } from '../../src/augment/index.js';
import { Rng } from '../../src/core/index.js';
import type { Image } from '../../src/image/image.js';

const size = { width: 32, height: 32 };

const setNamed = (name: string): PlantedSet => plantedSets.find((set) => set.name === name)!;

async function imageOf(set: PlantedSet, label: number, index: number): Promise<Image> {
  return set.image(label, new Rng('labels', set.name, label, index), index);
}

/** As judging applies it: alone, and brought back to its size by mirroring. */
function augmented(image: Image, name: string, index: number): Image {
  const recipe = { kind: 'sequence' as const, transforms: [{ name }], restore: 'reflect' as const };
  const key = { seed: 1, purpose: 'labels', epoch: 0, index };
  const { steps } = drawSteps(recipe, size, key);
  return applySteps(image, steps, { restore: 'reflect', size });
}

/** What is drawn in the middle, free of light: luma of mean 0 and length 1, the ground below what is drawn. `[26 * 26]` */
function shapeIn({ data }: Image, margin: number): Float64Array {
  const values: number[] = [];
  const border: number[] = [];
  for (let y = margin; y < 32 - margin; y++)
    for (let x = margin; x < 32 - margin; x++) {
      const p = 3 * (32 * y + x);
      const luma = 0.299 * data[p] + 0.587 * data[p + 1] + 0.114 * data[p + 2];
      values.push(luma);
      if (Math.min(x, y, 31 - x, 31 - y) === margin) border.push(luma);
    }
  const mean = (of: number[]): number => of.reduce((a, b) => a + b, 0) / of.length;
  const centre = mean(values);
  const sign = mean(border) > centre ? -1 : 1;
  const length = Math.hypot(...values.map((v) => v - centre));
  return Float64Array.from(values, (v) => (sign * (v - centre)) / length);
}

const perClass = 40;

/** Which class each image of a class looks like most, by its likeness to other images of all classes: `[class][class]`, shares. */
async function seenAs(set: PlantedSet, name: string | null, margin: number): Promise<number[][]> {
  const known = await Promise.all(
    set.classes.map((_, label) =>
      Promise.all(
        Array.from({ length: 3 * perClass }, async (_unused, i) =>
          shapeIn(await imageOf(set, label, 1000 + i), margin),
        ),
      ),
    ),
  );
  const likeness = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, v, i) => sum + v * b[i], 0);
  const counts = set.classes.map(() => set.classes.map(() => 0));
  for (const label of set.classes.keys())
    for (let i = 0; i < perClass; i++) {
      const image = await imageOf(set, label, i);
      const shape = shapeIn(name === null ? image : augmented(image, name, i), margin);
      const best = known.map((shapes) => Math.max(...shapes.map((own) => likeness(own, shape))));
      counts[label][best.indexOf(Math.max(...best))] += 1 / perClass;
    }
  return counts;
}

/** Share of images that still look like their class. */
const kept = (seen: number[][]): number =>
  seen.reduce((sum, row, label) => sum + row[label], 0) / seen.length;

test('turned letters: flips and turns make other classes of them, colour and noise do not', async () => {
  const set = setNamed('turned-letters');
  assert.ok(kept(await seenAs(set, null, 3)) > 0.95);
  const flipped = await seenAs(set, 'HorizontalFlip', 3);
  const [up, left, down, right] = [0, 1, 2, 3];
  assert.ok(flipped[left][right] > 0.9 && flipped[right][left] > 0.9, JSON.stringify(flipped));
  assert.ok(flipped[up][up] > 0.9 && flipped[down][down] > 0.9, JSON.stringify(flipped));
  for (const name of ['RandomRotate90', 'Transpose'])
    assert.ok(kept(await seenAs(set, name, 3)) < 0.1, name);
  assert.ok(kept(await seenAs(set, 'VerticalFlip', 3)) < 0.6);
  for (const name of ['ToGray', 'GaussNoise'])
    assert.ok(kept(await seenAs(set, name, 3)) > 0.9, name);
});

test('tinted frames: without tint or frame an image still shows its class', async () => {
  const set = setNamed('tinted-frames');
  const clean = kept(await seenAs(set, null, 7));
  assert.ok(clean > 0.95, `${clean}`);
  for (const name of ['ToGray', 'GaussNoise', 'CenterCrop'])
    assert.ok(kept(await seenAs(set, name, 7)) > 0.95, name);
  // Tint and frame are there, and gone afterwards.
  const image = await imageOf(set, 0, 3);
  const colour = ({ data }: Image): number => data[0] - data[2];
  assert.ok(Math.abs(colour(image) - 41) <= 2 && colour(augmented(image, 'ToGray', 3)) === 0);
});

test('arrows: mirroring makes the other class', async () => {
  const set = setNamed('arrows');
  assert.ok(kept(await seenAs(set, null, 1)) > 0.9);
  assert.ok(kept(await seenAs(set, 'HorizontalFlip', 1)) < 0.1);
  assert.ok(kept(await seenAs(set, 'GaussNoise', 1)) > 0.9);
});

test('what is safe keeps the labels, and every name is that of a transform', () => {
  let breaks = 0;
  let visible = 0;
  for (const set of plantedSets) {
    const truth = truthOf(set);
    assert.deepEqual(
      Object.keys(set.labels ?? {}).filter((name) => !isTransformName(name)),
      [],
    );
    for (const [name, { label, reason }] of Object.entries(labelsOf(set))) {
      assert.ok(reason.length > 5);
      if (truth[name].truth === 'safe') assert.equal(label, 'keeps', `${name} on ${set.name}`);
      if (label === 'breaks') breaks++;
      if (label === 'keeps' && truth[name].truth === 'unsafe') visible++;
    }
  }
  assert.ok(breaks >= 8 && visible >= 20, `${breaks}, ${visible}`);
});

const row = (changes: Partial<VerdictRow>): VerdictRow => ({
  ...{ name: 'Blur', truth: 'unsafe', verdict: 'unsafe', j: 0.5, jLow: 0.4, jHigh: 0.6, looks: {} },
  ...{ harm: 0, harmLow: 0, harmHigh: 0, accuracyHarm: [0, 0], auc: 0.7, draws: 1, except: [] },
  ...changes,
});

test('the table counts label-breaking ones called label-keeping, and the label-keeping ones found', () => {
  const run = {
    ...{ set: 'arrows', seed: 1, status: 'decided', delta: 0.18, accuracy: 0.9, images: 1 },
    ...{ seconds: 1, conflicts: [], harmless: {}, positive: {} },
    verdicts: [
      row({ name: 'HorizontalFlip', label: 'breaks', grade: 'label-keeping' }),
      row({ name: 'VerticalFlip', label: 'breaks', grade: 'label-breaking' }),
      row({ name: 'ToGray', label: 'keeps', grade: 'safe' }),
      row({ name: 'GaussNoise', label: 'keeps', grade: 'label-keeping' }),
      row({ name: 'Blur', label: 'keeps', grade: 'undecided' }),
      row({ name: 'CLAHE', label: 'ambiguous', grade: 'label-keeping' }),
      // Of an earlier version.
      row({ name: 'Transpose' }),
    ],
  } satisfies RunRow;
  const { falseKeeping, keepingRecall, knownLabels, rows } = summarise([run]);
  assert.deepEqual([falseKeeping, keepingRecall, knownLabels], [1, 0.6667, 5]);
  assert.deepEqual(rows[0].falseKeeping, ['HorizontalFlip']);
  assert.deepEqual(rows[0].missedKeeping, ['Blur']);
});
