import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  addRegions,
  continuousPairedMean,
  emptyRegions,
  iouContributions,
  iouOf,
  meanDifferences,
  meanOfPresent,
  regionsFrom,
  unboundedInterval,
  type Regions,
} from '../../src/metrics/index.js';
import { losses, segmentedTwice } from '../../bench/intervals/masks.js';

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
  test('is the difference of the two sets, inside its interval', () => {
    const [applied, without] = [made('b', 40, () => 0.5), made('a', 40, () => 0.8)];
    const change = changeOf(applied, without);
    const difference = meanOfPresent(iouOf(applied)) - meanOfPresent(iouOf(without));
    assert.ok(Math.abs(change.value - difference) < 1e-12);
    assert.ok(change.low < change.value && change.value < change.high && change.high < 0);
  });

  test('covers the truth: 95 % intervals miss no change in about one case of twenty', () => {
    // Both sides have the same expectation, so the true change is 0. Images differ in difficulty.
    const cases = 600;
    let missed = 0;
    for (let k = 0; k < cases; k++) {
      const hardness = (i: number) => 0.3 + 0.6 * ((i * 7) % 10) * 0.1;
      const { low, high } = changeOf(made(`x${k}`, 30, hardness), made(`y${k}`, 30, hardness));
      if (low > 0 || high < 0) missed++;
    }
    assert.ok(missed / cases >= 0.03 && missed / cases <= 0.07, `${missed} of ${cases} missed`);
  });

  for (const [name, loss] of Object.entries(losses))
    test(`covers the truth with a class that few images hold: ${name}`, () => {
      const iou = (regions: Regions): number => meanOfPresent(iouOf(regions));
      const all = segmentedTwice(50_000, new Rng('all', name), loss);
      const truth = iou(all.applied) - iou(all.without);
      for (const [n, least] of [
        [20, 0.9],
        [50, 0.92],
        [200, 0.92],
      ]) {
        let covered = 0;
        for (let r = 0; r < 1000; r++) {
          const { applied, without } = segmentedTwice(n, new Rng(name, n, r), loss);
          const { low, high } = changeOf(applied, without);
          if (low <= truth && truth <= high) covered++;
        }
        const share = covered / 1000;
        assert.ok(share >= least && share <= 0.99, `${n} images: ${share}`);
      }
    });

  test('gets narrower with more images', () => {
    const width = (images: number) => {
      const { low, high } = changeOf(
        made('p', images, () => 0.6),
        made('q', images, () => 0.6),
      );
      return high - low;
    };
    assert.ok(width(160) < 0.7 * width(40));
  });

  test('of a class in a single image is as uncertain as that class', () => {
    // Two classes: the second in one image only, right to a half without and to 4 in 10 with something.
    const set = (right: number): Regions => {
      const regions = emptyRegions(10, 2);
      for (let i = 0; i < 10; i++)
        addRegions(regions, i, new Array<number>(20).fill(0), new Array<number>(20).fill(0), 255);
      const truth = new Array<number>(20).fill(1);
      addRegions(
        regions,
        9,
        truth.map((t, p) => (p < right ? t : 0)),
        truth,
        255,
      );
      return regions;
    };
    const { value, low, high } = changeOf(set(8), set(10));
    assert.ok(value < -0.05, `${value}`);
    assert.ok(low < value - 0.05 && high > value + 0.05, `${low} to ${high}`);
  });
});

/** By each image's part in the mean IoU. */
function changeOf(applied: Regions, without: Regions) {
  const parts = [iouContributions(applied), iouContributions(without)] as const;
  return unboundedInterval(continuousPairedMean(meanDifferences([parts])), 0.05);
}
