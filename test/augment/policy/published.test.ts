import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applySteps,
  baselineNames,
  baselinePolicy,
  createTransform,
  drawPolicy,
  parsePolicy,
  type BaselineName,
  type Step,
  type StreamKey,
} from '../../../src/augment/index.js';
import type { Size } from '../../../src/image/image.js';
import { goldenPicture } from '../support/golden.js';

const small: Size = { height: 32, width: 32 };
const wide: Size = { height: 48, width: 64 };

const key = (index: number): StreamKey => ({ seed: 5, purpose: 'train', epoch: 2, index });
const draws = (name: BaselineName, size: Size, n: number): Step[][] =>
  Array.from({ length: n }, (_, index) => drawPolicy(baselinePolicy(name, size), size, key(index)));

/** Within five standard deviations of n p. */
function assertShare(count: number, n: number, p: number, what: string): void {
  const sd = Math.sqrt(n * p * (1 - p));
  assert.ok(Math.abs(count - n * p) < 5 * sd, `${what}: ${count} of ${n}, expected ${n * p}`);
}

const published = [
  ['crop-flip-cutout', 0],
  ['crop-flip-trivialaugment', 1],
  ['crop-flip-randaugment', 2],
] as const;

for (const [name, most] of published)
  test(`${name}: at most ${most} operations, then crop, flip by half, and a square in every image`, () => {
    const n = 4000;
    const shares = { PaddedCrop: 0, HorizontalFlip: 0, Cutout: 0 };
    for (const steps of draws(name, small, n)) {
      const names = steps.map((step) => step.name);
      const own = names.filter((each) => !(each in shares));
      assert.ok(own.length <= most);
      // What is not an operation of the first part follows it, in this order.
      const rest = Object.keys(shares).filter((each) => names.includes(each));
      assert.deepEqual(names, [...own, ...rest]);
      for (const each of rest) shares[each as keyof typeof shares]++;
    }
    // One place of 81 is where it was.
    assertShare(shares.PaddedCrop, n, 80 / 81, 'crop');
    assertShare(shares.HorizontalFlip, n, 0.5, 'flip');
    assert.equal(shares.Cutout, n);
  });

for (const [size, crop, side] of [
  [small, 4, 16],
  [wide, 8, 28],
] as const)
  test(`at ${size.height}x${size.width} crops move up to ${crop} px, and squares have ${side} px`, () => {
    const steps = draws('crop-flip-cutout', size, 2000).flat();
    const values = (step: string, of: string) =>
      steps.filter(({ name }) => name === step).map(({ params }) => Number(params[of]));
    for (const axis of ['x', 'y'])
      assert.deepEqual(
        [Math.min(...values('PaddedCrop', axis)), Math.max(...values('PaddedCrop', axis))],
        [-crop, crop],
      );
    assert.deepEqual([...new Set(values('Cutout', 'side'))], [side]);
    assert.equal(Math.max(...values('Cutout', 'x')), size.width - 1);
    assert.equal(Math.max(...values('Cutout', 'y')), size.height - 1);
    assert.equal(Math.min(...values('Cutout', 'x'), ...values('Cutout', 'y')), 0);
  });

test('the square is painted over pixel by pixel, and what lies outside is lost', () => {
  const transform = createTransform({ name: 'Cutout' });
  for (const channels of [1, 3] as const)
    for (const [x, y, side] of [
      [10, 20, 16],
      [0, 0, 16],
      [63, 47, 16],
      [30, 5, 7],
    ]) {
      const image = goldenPicture(wide.width, wide.height, channels);
      const { data } = transform.apply(image, { x, y, side, value: 128 });
      const half = Math.floor(side / 2);
      for (let row = 0; row < wide.height; row++)
        for (let column = 0; column < wide.width; column++)
          for (let c = 0; c < channels; c++) {
            const at = (row * wide.width + column) * channels + c;
            const inside =
              column >= x - half && column < x + half && row >= y - half && row < y + half;
            assert.equal(data[at], inside ? 128 : image.data[at]);
          }
    }
});

test('a square of one pixel or less changes nothing, and is no step', () => {
  const { isIdentity } = createTransform({ name: 'Cutout', options: { share: 0.03 } });
  assert.ok(isIdentity({ x: 3, y: 3, side: 1, value: 128 }, small));
  assert.ok(!isIdentity({ x: 3, y: 3, side: 2, value: 128 }, small));
});

for (const name of baselineNames)
  test(`${name} depends on its stream alone, and outlives JSON`, () => {
    const policy = baselinePolicy(name, small);
    const image = goldenPicture(32, 32, 3);
    const bytes = (of: typeof policy, index: number) => {
      const steps = drawPolicy(of, small, key(index));
      return [...applySteps(image, steps, { restore: of.restore, size: small }).data];
    };
    const backwards = [3, 2, 1, 0].map((index) => bytes(policy, index)).reverse();
    const again = parsePolicy(JSON.parse(JSON.stringify(policy)));
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => bytes(again, index)),
      backwards,
    );
    assert.notDeepEqual(backwards[0], backwards[1]);
  });
