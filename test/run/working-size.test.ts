import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImageSizes } from '../../src/data/index.js';
import { passesIn, workingSize } from '../../src/run/working-size.js';

/** Images of one size, or from half of it to twice its sides. */
function sizesOf(height: number, width: number, { alike = false, images = 600 } = {}): ImageSizes {
  const aspect = height / width;
  const scaled = (by: number) => ({
    height: Math.round(by * height),
    width: Math.round(by * width),
  });
  return {
    images,
    smallest: scaled(alike ? 1 : 0.5),
    largest: scaled(alike ? 1 : 2),
    shorter: Math.min(height, width),
    longer: Math.max(height, width),
    aspect: [aspect, aspect, aspect],
    alike,
  };
}

const plenty = (): number => Infinity;
const none = (): number => 0;

describe('thumbnails', () => {
  test('of one size keep it, square or not', () => {
    for (const [height, width] of [
      [28, 28],
      [32, 32],
      [64, 64],
      [24, 48],
    ])
      for (const outputs of ['image', 'pixel'] as const)
        assert.deepEqual(
          workingSize({ sizes: sizesOf(height, width, { alike: true }), outputs, passes: none }),
          { height, width },
        );
  });

  test('of several sizes come to a square near their median', () => {
    const sizes = sizesOf(43, 47);
    const square = { height: 40, width: 40, fit: 'crop' };
    assert.deepEqual(workingSize({ sizes, outputs: 'image' }), square);
    const tiny = { height: 16, width: 16, fit: 'crop' };
    assert.deepEqual(workingSize({ sizes: sizesOf(5, 9), outputs: 'image' }), tiny);
  });
});

describe('photographs', () => {
  test('become squares of 160 where nothing bounds the time, and get no larger than they are', () => {
    const side = (height: number, width: number): number =>
      workingSize({ sizes: sizesOf(height, width), outputs: 'image' }).height;
    assert.deepEqual([side(375, 500), side(500, 375), side(3000, 4000)], [160, 160, 160]);
    // 1.25 times the median of the shorter sides at most.
    assert.deepEqual([side(128, 128), side(127, 200), side(80, 90)], [160, 128, 96]);
    assert.equal(side(64, 64), 64);
  });

  test('get larger with much time, and smaller, but not below 96, with little', () => {
    const side = (passes: () => number): number =>
      workingSize({ sizes: sizesOf(400, 400, { alike: true }), outputs: 'image', passes }).height;
    assert.deepEqual([side(plenty), side(() => 30), side(() => 9), side(none)], [224, 160, 96, 96]);
  });

  test('keep their aspect where they are long', () => {
    const { height, width } = workingSize({ sizes: sizesOf(200, 800), outputs: 'image' });
    assert.deepEqual([height, width], [160, 640]);
    const high = workingSize({ sizes: sizesOf(800, 200), outputs: 'image' });
    assert.deepEqual([high.height, high.width], [640, 160]);
  });
});

describe('masks', () => {
  const work = (height: number, width: number, passes?: () => number) => {
    const sizes = sizesOf(height, width, { alike: true });
    const size = workingSize({ sizes, outputs: 'pixel', passes });
    return [size.height, size.width];
  };

  test('keep the aspect of their images in multiples of 32, and are never enlarged', () => {
    assert.deepEqual(work(96, 128, plenty), [96, 128]);
    assert.deepEqual(work(360, 480, plenty), [256, 352]);
    assert.deepEqual(work(360, 480), [160, 224]);
    assert.deepEqual(work(480, 360), [224, 160]);
    assert.deepEqual(work(1000, 1000, none), [96, 96]);
    assert.deepEqual(work(100, 100), [96, 96]);
  });

  test('are square where some images are high and some are wide', () => {
    const mixed: ImageSizes = { ...sizesOf(480, 640), aspect: [0.75, 0.75, 1.33] };
    const { height, width } = workingSize({ sizes: mixed, outputs: 'pixel' });
    assert.deepEqual([height, width], [160, 160]);
  });
});

test('networks that share the time leave less of it to sizes beyond the usual one, and as much to smaller ones', () => {
  const side = (passes: number, trainings: number) =>
    workingSize({ sizes: sizesOf(400, 400), outputs: 'image', passes: () => passes, trainings })
      .height;
  assert.equal(side(100, 1), 224);
  assert.equal(side(100, 5), 160);
  assert.equal(side(300, 5), 224);
  assert.equal(side(20, 5), side(20, 1));
});

describe('passes in a budget', () => {
  const cost = {
    budget: 600,
    images: 600,
    network: 'efficientnet-lite0',
    outputs: 'image',
    device: 'cpu',
  } as const;
  const passes = (own: Partial<Parameters<typeof passesIn>[0]>): number =>
    passesIn({ ...cost, ...own })!(160 * 160);

  test('grow with the time, and fall with images, pixels and slower networks', () => {
    const usual = passes({});
    assert.ok(usual > 30 && usual < 60, `${usual}`);
    assert.equal(passes({ budget: 1200 }), 2 * usual);
    assert.equal(passes({ images: 1200 }), usual / 2);
    assert.ok(passes({ outputs: 'pixel' }) < usual);
    assert.ok(passes({ network: 'resnet50' }) < usual);
    assert.ok(passes({ device: 'cuda' }) > usual);
    assert.equal(passesIn({ ...cost, budget: null }), undefined);
  });
});
