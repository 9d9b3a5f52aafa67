import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransformSpec } from '../../../src/augment/index.js';
import type { Batch } from '../../../src/data/index.js';
import { judgePaddedShifts } from '../../../src/safe/index.js';
import { skillOf } from '../../../src/safe/harm.js';
import { score, type ImageRange } from '../../../src/safe/scoring.js';
import { ClassScores } from '../../../src/tasks/classification.js';

const n = 1600;
const calibration = 400;

/** What is judged where each pixel of padding loses the class of so many more of a hundred images. */
async function shifts(lostOfHundred: number, side = 32) {
  const ranges: (ImageRange | undefined)[] = [];
  let pixels = 0;
  let count = n;
  const passes = (
    transforms: readonly TransformSpec[] | null,
    _draw: number,
    images?: ImageRange,
  ) => {
    pixels = transforms === null ? 0 : Number(transforms[0].options?.padding) * side;
    if (transforms !== null) ranges.push(images);
    count = (images?.to ?? n) - (images?.from ?? 0);
    return (async function* () {
      yield { count, targets: { kind: 'class', classes: new Int32Array(count) } } as Batch;
    })();
  };
  const observer = {
    predict: () => {
      const right = (i: number): boolean => i % 100 >= lostOfHundred * pixels;
      return {
        labels: new Float32Array(count),
        task: new ClassScores(
          Float64Array.from({ length: count }, (_, i) => Number(right(i))),
          Float64Array.from({ length: count }, (_, i) => (right(i) ? 0 : 30)),
          Int32Array.from({ length: count }, (_, i) => i % 10),
        ),
      };
    },
  };
  const clean = await score(passes(null, 0), observer);
  const skill = skillOf(clean.task, calibration);
  const done: string[] = [];
  const found = await judgePaddedShifts({
    ...{ passes, observer, clean, skill, calibration },
    size: { height: side, width: side },
    onPadding: (at, total) => done.push(`${at}/${total}`),
  });
  return { found, ranges, done };
}

test('the crop from a padded image is judged at whole pixels up to an eighth of the side, on a thousand images', async () => {
  const { found, ranges, done } = await shifts(5);
  assert.deepEqual(
    found.map(({ padding }) => padding * 32),
    [1, 2, 3, 4],
  );
  assert.deepEqual(done, ['0/4', '1/4', '2/4', '3/4']);
  for (const range of ranges) assert.deepEqual(range, { from: 0, to: 1400 });
  // Guessing is right in a tenth: 5 of 100 images lost are .05 / .9 of the skill.
  found.forEach(({ harm, harmFitted }, i) => {
    assert.ok(Math.abs(harm.value - (0.05 * (i + 1)) / 0.9) < 1e-9);
    assert.ok(harm.low < harm.value && harm.value < harm.high);
    assert.ok(Math.abs(harmFitted - harm.value) < 1e-9);
  });
});

test('paddings that are the same in pixels are judged once, and none of less than half a pixel', async () => {
  const { found } = await shifts(0, 12);
  assert.deepEqual(
    found.map(({ padding }) => padding * 12),
    [1, 2],
  );
  assert.deepEqual((await shifts(0, 3)).found, []);
});
