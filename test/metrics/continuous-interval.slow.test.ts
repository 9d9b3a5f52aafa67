import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { continuousDifferences } from '../../bench/intervals/differences.js';
import { Rng } from '../../src/core/index.js';
import {
  binaryPairedMean,
  continuousPairedMean,
  marginTest,
  meanInterval,
  pairedInterval,
  pairedMean,
  scaledMean,
  unboundedInterval,
} from '../../src/metrics/index.js';

const near = (a: number, b: number, within = 1e-12) =>
  assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

describe('95 % intervals of continuous differences', () => {
  for (const n of [20, 50, 200, 2000])
    for (const of of continuousDifferences) {
      // A sample of 20 or 50 that holds none of the few that count cannot tell of them.
      if (of.rare === true && n < 200) continue;
      test(`cover the truth: ${n} images, ${of.name}`, () => {
        const repetitions = n > 200 ? 500 : 2000;
        const rng = new Rng('continuous', of.name, n);
        let covered = 0;
        for (let r = 0; r < repetitions; r++) {
          const sample = Float64Array.from({ length: n }, () => of.draw(rng));
          const { low, high } = unboundedInterval(continuousPairedMean(sample), 0.05);
          if (low <= of.mean && of.mean <= high) covered++;
        }
        const share = covered / repetitions;
        assert.ok(share >= 0.92 && share <= 0.99, `${share}`);
      });
    }

  test('are as wide as the bootstrap says: harm of thousandths', () => {
    // 44 images whose parts in the mean IoU change by some hundredths: the percentile bootstrap says ±0.013.
    const rng = new Rng('harm');
    const differences = Float64Array.from({ length: 44 }, () => 0.008 + 0.044 * rng.normal());
    const { value, low, high } = unboundedInterval(continuousPairedMean(differences), 0.05);
    const means = Array.from({ length: 2000 }, () => {
      let sum = 0;
      for (let i = 0; i < 44; i++) sum += differences[rng.int(0, 44)];
      return sum / 44;
    }).sort((a, b) => a - b);
    near(low, means[50], 0.002);
    near(high, means[1950], 0.002);
    assert.ok(high - low < 0.035, `${low} to ${high}`);
    // Padded with an image that differs by 1, as binary scores are, it would say little about thousandths.
    const padded = unboundedInterval(binaryPairedMean(differences), 0.05);
    assert.ok(padded.high - padded.low > 2 * (high - low));
    assert.ok(low < value && value < high);
  });

  test('reach further on the side of the long tail, and turn round with the sign', () => {
    const skewed = Float64Array.from({ length: 40 }, (_, i) => Math.exp(i / 10));
    const p = continuousPairedMean(skewed);
    const { value, low, high } = unboundedInterval(p, 0.05);
    assert.ok(high - value > 1.2 * (value - low));
    const turned = unboundedInterval(continuousPairedMean(skewed.map((d) => -2 * d)), 0.05);
    const scaled = unboundedInterval(scaledMean(p, -2), 0.05);
    for (const own of [turned, scaled]) {
      near(own.low, -2 * high, 1e-9);
      near(own.high, -2 * low, 1e-9);
    }
  });

  test('of one image that differs go about as far as the exact limits of a share', () => {
    // Clopper and Pearson: of 100 images one, 0.025 % to 5.45 %.
    const one = Float64Array.from({ length: 100 }, (_, i) => Number(i === 7));
    const { low, high } = unboundedInterval(continuousPairedMean(one), 0.05);
    assert.ok(high > 0.0545 && high < 0.08, `${high}`);
    assert.ok(low > -0.02 && low < 0.0003, `${low}`);
  });
});

describe('equal differences', () => {
  test('leave what so many images may all have missed', () => {
    for (const d of [0, 0.1, -0.3]) {
      const { value, low, high } = unboundedInterval(
        continuousPairedMean(new Float64Array(60).fill(d)),
        0.05,
      );
      const missed = 1 - 0.025 ** (1 / 60);
      near(value, d);
      near(high, d + missed);
      near(low, d - missed);
    }
    // In another unit they reach as much further.
    const { high } = unboundedInterval(
      scaledMean(continuousPairedMean(new Float64Array(60)), -4),
      0.05,
    );
    near(high, 4 * (1 - 0.025 ** (1 / 60)));
  });

  test('of no image, or of one, say next to nothing', () => {
    const none = pairedInterval(continuousPairedMean(new Float64Array(0)), 0.05);
    assert.deepEqual(none, { value: 0, low: -1, high: 1 });
    const one = pairedInterval(continuousPairedMean(Float64Array.of(0.2)), 0.05);
    assert.ok(one.low < -0.7 && one.high === 1);
  });
});

test('the test of a margin is the interval turned round', () => {
  const rng = new Rng('inverted');
  const samples = [
    new Float64Array(30),
    ...continuousDifferences.flatMap((of) =>
      [15, 60].map((n) => Float64Array.from({ length: n }, () => of.draw(rng))),
    ),
  ];
  for (const sample of samples)
    for (const p of [
      continuousPairedMean(sample),
      scaledMean(continuousPairedMean(sample), -3),
      binaryPairedMean(sample.map((d) => Math.sign(Math.round(d)))),
    ])
      for (const alpha of [0.2, 0.05, 0.003]) {
        const { low, high } = unboundedInterval(p, alpha);
        near(marginTest(p, low).above, alpha / 2, 1e-5);
        near(marginTest(p, high).below, alpha / 2, 1e-5);
        const width = high - low;
        assert.ok(marginTest(p, low - 0.01 * width).above < alpha / 2);
        assert.ok(marginTest(p, high - 0.01 * width).below > alpha / 2);
      }
});

test('means of scores in [0, 1] go by their kind', () => {
  const values = Float64Array.from({ length: 50 }, (_, i) => 0.7 + 0.001 * (i % 5));
  const continuous = meanInterval(values, 'continuous', 0.05);
  assert.ok(continuous.high - continuous.low < 0.001);
  const answers = Float64Array.from({ length: 50 }, () => 1);
  const { value, low, high } = meanInterval(answers, 'binary', 0.05);
  assert.ok(value === 1 && high === 1 && low > 0.9 && low < 1);
  assert.deepEqual(pairedMean(answers, 'binary'), binaryPairedMean(answers));
  assert.deepEqual(pairedMean(values, 'continuous'), continuousPairedMean(values));
  assert.ok(Number.isNaN(meanInterval(new Float64Array(0), 'continuous', 0.05).value));
});
