import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import { binaryPairedMean, continuousPairedMean, pairedInterval } from '../../src/metrics/index.js';
import { harmLimits, recognitionLimits } from '../../src/safe/delta-and-limits.js';
import { harm } from '../../src/safe/harm.js';

// By simulation on judging images whose truth is known, thousands of times.

/** Per-image differences of mean `j`: +1 with probability (q + j) / 2, -1 with (q - j) / 2. */
function differences(rng: Rng, n: number, j: number, moved: number): Float64Array {
  return Float64Array.from({ length: n }, () => {
    const u = rng.float();
    return u < (moved + j) / 2 ? 1 : u < moved ? -1 : 0;
  });
}

/** What two looks, or one, see of an augmentation. */
function recognitionOf(looks: readonly Float64Array[]) {
  const all = looks.map((own) => ({ j: binaryPairedMean(own) }));
  const keenest = all.reduce((a, b) => (b.j.mean > a.j.mean ? b : a));
  return { j: keenest.j, looks: all };
}

test('95 % intervals of J cover the truth 93 to 97 % of the time, near 0 and far from it', () => {
  for (const [j, moved, n] of [
    [0, 0.2, 250],
    [0.1, 0.3, 250],
    [0.15, 0.4, 600],
    [0.6, 0.7, 250],
  ]) {
    let covered = 0;
    const repetitions = 4000;
    for (let r = 0; r < repetitions; r++) {
      const own = binaryPairedMean(differences(new Rng('coverage', j, r), n, j, moved));
      const { low, high } = pairedInterval(own, 0.05);
      if (low <= j && j <= high) covered++;
    }
    const share = covered / repetitions;
    assert.ok(share >= 0.93 && share <= 0.97, `J ${j}: ${share}`);
  }
});

const delta = 0.15;
const alpha = 0.05;
const repetitions = 3000;

/** Share of runs in which any of fifteen augmentations that lie at delta or beyond is called safe. */
function falseSafe(js: readonly number[], looks: number, key: string): number {
  let wrong = 0;
  for (let r = 0; r < repetitions; r++) {
    const rng = new Rng('false-safe', key, r);
    const measures = js.map((j) =>
      recognitionOf(
        Array.from({ length: looks }, (_, l) => differences(rng, 300, l === 0 ? j : j / 2, 0.5)),
      ),
    );
    const limits = recognitionLimits(measures, delta, alpha);
    if (limits.some(({ high }, k) => js[k] >= delta && high < delta)) wrong++;
  }
  return wrong / repetitions;
}

test('under Holm, the chance of any false "safe" among fifteen is at most what is stated', () => {
  const allAtDelta = new Array<number>(15).fill(delta);
  assert.ok(falseSafe(allAtDelta, 1, 'all') <= alpha + 0.01);
  const mixed = [...new Array<number>(8).fill(0), ...new Array<number>(7).fill(delta)];
  assert.ok(falseSafe(mixed, 1, 'mixed') <= alpha + 0.01);
  assert.ok(falseSafe(allAtDelta, 2, 'two looks') <= alpha + 0.01);
});

test('and what is far below delta is called safe nearly always', () => {
  let safe = 0;
  for (let r = 0; r < 400; r++) {
    const rng = new Rng('power', r);
    const measures = Array.from({ length: 15 }, () =>
      recognitionOf([differences(rng, 400, 0, 0.2), differences(rng, 400, 0, 0.2)]),
    );
    for (const { high } of recognitionLimits(measures, delta, alpha)) if (high < delta) safe++;
  }
  assert.ok(safe / (400 * 15) > 0.97, `${safe / 6000}`);
});

test('harm at its margin is called none at most at the stated rate', () => {
  const skill = {
    score: binaryPairedMean(Float64Array.from({ length: 300 }, (_, i) => Number(i % 10 < 8))),
    kind: 'continuous' as const,
    chance: 0.2,
  };
  const margin = 0.2;
  let wrong = 0;
  for (let r = 0; r < repetitions; r++) {
    const rng = new Rng('harm', r);
    const losses = Array.from({ length: 15 }, () =>
      harm(differences(rng, 300, -margin * 0.6, 0.25), skill),
    );
    if (harmLimits(losses, margin, alpha).some(({ high }) => high < margin)) wrong++;
  }
  assert.ok(wrong / repetitions <= alpha + 0.01, `${wrong / repetitions}`);
});

test('nor is harm by probability, where most images lose little and some much', () => {
  const skill = {
    score: continuousPairedMean(Float64Array.from({ length: 100 }, (_, i) => 0.6 + (i % 5) / 10)),
    kind: 'continuous' as const,
    chance: 0.2,
  };
  const margin = 0.2;
  // Mean -0.12: a fifth of 0.8 - 0.2.
  const loss = (rng: Rng) => -(rng.float() ** (1 / 0.12 - 1));
  for (const n of [50, 200]) {
    let wrong = 0;
    for (let r = 0; r < 1500; r++) {
      const rng = new Rng('probability', n, r);
      const losses = Array.from({ length: 15 }, () =>
        harm(
          Float64Array.from({ length: n }, () => loss(rng)),
          skill,
        ),
      );
      if (harmLimits(losses, margin, alpha).some(({ high }) => high < margin)) wrong++;
    }
    assert.ok(wrong / 1500 <= alpha + 0.015, `${n} images: ${wrong / 1500}`);
  }
});
