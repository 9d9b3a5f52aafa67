import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../src/core/index.js';
import { splitFolds } from '../../../src/data/index.js';
import { pairedInterval } from '../../../src/metrics/index.js';
import { measure } from '../../../src/safe/measure.js';
import type { Pass } from '../../../src/safe/scoring.js';
import { ClassScores } from '../../../src/tasks/classification.js';

// Cross-fitted judging by simulation: images are vectors, each fold has a linear recogniser that has not seen what it judges, and what it
// recognises is known exactly.

const width = 30;
/** What the augmentation adds to every number of an image, beside moving the first one. */
const noise = 0.6;
const folds = 5;

/** The standard normal distribution function, by Simpson's rule. */
function normal(x: number): number {
  const [low, steps] = [-8, 400];
  if (x <= low) return 0;
  const h = (Math.min(x, 8) - low) / steps;
  const at = (i: number): number => Math.exp(-((low + i * h) ** 2) / 2);
  let sum = at(0) + at(steps);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * at(i);
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

/** One sample of images, and whether the interval of J covers what the recognisers recognise. */
function sample(rng: Rng, n: number, shift: number) {
  const clean = Array.from({ length: n }, () => vector(rng));
  const applied = clean.map((x) =>
    x.map((v, d) => v + noise * rng.normal() + (d === 0 ? shift : 0)),
  );
  const splits = splitFolds(
    {
      splits: {
        train: Uint32Array.from(clean.keys()),
        val: new Uint32Array(0),
        test: new Uint32Array(0),
      },
      targets: { kind: 'class', classes: Int32Array.from(clean, (_, i) => i % 2) },
      classes: ['a', 'b'],
    },
    { folds, calibration: 20, seed: rng.int(0, 1e6) },
  );
  const weights = splits.map(({ train }) =>
    Float64Array.from({ length: width }, (_, d) => {
      let sum = 0;
      for (const i of train) sum += applied[i][d] - clean[i][d];
      return sum / train.length;
    }),
  );
  const held = (['calibration', 'judging'] as const).flatMap((part) =>
    splits.flatMap((split, fold) => Array.from(split[part], (image) => ({ image, fold }))),
  );
  const pass = (of: readonly Float64Array[]): Pass => {
    const scores = Float64Array.from(held, ({ image, fold }) => dot(weights[fold], of[image]));
    const right = new Float64Array(held.length).fill(1);
    return {
      scores: [scores],
      network: scores,
      task: new ClassScores(right, new Float64Array(held.length)),
    };
  };
  const without = pass(clean);
  const {
    j,
    cutoffs,
    n: judged,
  } = measure(
    {
      looks: ['network'],
      clean: without,
      draws: [{ applied: pass(applied), without }],
      folds: Int32Array.from(held, ({ fold }) => fold),
    },
    held.length - n,
  );
  assert.equal(judged, n);
  const truth = splits.reduce((sum, { judging }, f) => {
    const w = weights[f];
    const spread = Math.sqrt(dot(w, w));
    const ofApplied = (cutoffs[f] - shift * w[0]) / (spread * Math.sqrt(1 + noise ** 2));
    return sum + (judging.length / n) * (normal(cutoffs[f] / spread) - normal(ofApplied));
  }, 0);
  const { low, high } = pairedInterval(j, 0.05);
  return { covers: low <= truth && truth <= high, half: (high - low) / 2 };
}

const vector = (rng: Rng): Float64Array => Float64Array.from({ length: width }, () => rng.normal());
const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, v, d) => sum + v * b[d], 0);

test('95 % intervals of J over folds cover what their networks recognise 94 % of the time, and 92.5 % in each case', (t) => {
  const repetitions = 300;
  const shares: number[] = [];
  for (const n of [200, 400])
    for (const shift of [0, 0.15, 0.6]) {
      let covered = 0;
      let half = 0;
      for (let r = 0; r < repetitions; r++) {
        const own = sample(new Rng('folds', n, shift, r), n, shift);
        covered += Number(own.covers);
        half += own.half / repetitions;
      }
      shares.push(covered / repetitions);
      t.diagnostic(
        `${n} images, shift ${shift}: ${shares.at(-1)} cover, half width ${half.toFixed(3)}`,
      );
    }
  for (const share of shares) assert.ok(share >= 0.925 && share <= 0.985, `${shares}`);
  assert.ok(shares.reduce((sum, share) => sum + share / shares.length, 0) >= 0.94, `${shares}`);
});
