import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  addRegions,
  emptyRegions,
  iouOf,
  meanOfPresent,
  pairedIouChange,
  regionsFrom,
  type Regions,
} from '../../src/metrics/index.js';

const classes = 3;
const pixels = 40;

/** Images of random labels whose prediction is right with probability `right(image)`. */
function made(key: string, images: number, right: (i: number) => number): Regions {
  const regions = emptyRegions(images, classes);
  for (let i = 0; i < images; i++) {
    const rng = new Rng(key, i);
    const truth = Array.from({ length: pixels }, () => rng.int(0, classes));
    const said = truth.map((t) => (rng.bool(right(i)) ? t : (t + 1) % classes));
    addRegions(regions, i, said, truth, 255);
  }
  return regions;
}

describe('intersection over union image by image', () => {
  test("adds up to the set's, ignored pixels left out", () => {
    const counts = Array.from({ length: classes }, () => ({ both: 0, either: 0 }));
    const regions = emptyRegions(5, classes);
    for (let i = 0; i < 5; i++) {
      const rng = new Rng('image', i);
      const truth = Array.from({ length: pixels }, () => (rng.bool(0.2) ? 255 : rng.int(0, 3)));
      const said = truth.map(() => rng.int(0, 3));
      counts.forEach((count, c) => {
        const kept = truth.map((t, k) => [t, said[k]]).filter(([t]) => t !== 255);
        count.both += kept.filter(([t, s]) => t === c && s === c).length;
        count.either += kept.filter(([t, s]) => t === c || s === c).length;
      });
      addRegions(regions, i, said, truth, 255);
    }
    assert.deepEqual(
      [...iouOf(regions)],
      counts.map(({ both, either }) => both / either),
    );
    const last = regionsFrom(regions, 4);
    assert.equal(last.unions.length, classes);
    assert.deepEqual([...iouOf(regions, [0, 0, 0, 0, 2])], [...iouOf(last)]);
  });
});

describe('paired change of mean IoU', () => {
  test('is exactly 0 where nothing changes', () => {
    const same = made('a', 30, () => 0.7);
    const { value, low, high } = pairedIouChange([{ applied: same, without: same }], new Rng(1));
    assert.deepEqual([value, low, high], [0, 0, 0]);
  });

  test('is the difference of the two sets, inside its interval, the same for the same seed', () => {
    const draws = [{ applied: made('b', 40, () => 0.5), without: made('a', 40, () => 0.8) }];
    const change = pairedIouChange(draws, new Rng(1));
    const [{ applied, without }] = draws;
    assert.equal(change.value, meanOfPresent(iouOf(applied)) - meanOfPresent(iouOf(without)));
    assert.ok(change.low < change.value && change.value < change.high && change.high < 0);
    assert.deepEqual(pairedIouChange(draws, new Rng(1)), change);
  });

  test('covers the truth: 95 % intervals miss no change in about one case of twenty', () => {
    // Both sides have the same expectation, so the true change is 0. Images differ in difficulty.
    const cases = 200;
    let missed = 0;
    for (let k = 0; k < cases; k++) {
      const hardness = (i: number) => 0.3 + 0.6 * ((i * 7) % 10) * 0.1;
      const draws = [
        { applied: made(`x${k}`, 30, hardness), without: made(`y${k}`, 30, hardness) },
      ];
      const { low, high } = pairedIouChange(draws, new Rng('cover', k), 200);
      if (low > 0 || high < 0) missed++;
    }
    assert.ok(missed / cases < 0.1, `${missed} of ${cases} missed`);
    assert.ok(missed > 0, 'an interval that never misses is too wide');
  });

  test('gets narrower with more images', () => {
    const width = (images: number) => {
      const draws = [
        { applied: made('p', images, () => 0.6), without: made('q', images, () => 0.6) },
      ];
      const { low, high } = pairedIouChange(draws, new Rng(1));
      return high - low;
    };
    assert.ok(width(160) < 0.7 * width(40));
  });
});
