import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import {
  binaryPairedMean,
  lookLevel,
  type Inspection,
  type PairedMean,
} from '../../src/metrics/index.js';
import { recognitionLimits } from '../../src/safe/delta-and-limits.js';

// By simulation: verdicts that are taken on a quarter, on half and on all of the images, and then on further draws of these, are
// false no more often than stated.

const delta = 0.15;
const alpha = 0.05;
const images = 400;
const draws = 6;
const parts = [0.25, 0.5, 1];

/**
 * Per-image differences of mean `j` in so many draws, `[draw][n]`: an image has a part that is the same in all draws, of half of
 * the images, and one of its own.
 */
function drawsOf(rng: Rng, j: number, moved: number): Float64Array[] {
  const one = (): number => {
    const u = rng.float();
    return u < (moved + j) / 2 ? 1 : u < moved ? -1 : 0;
  };
  const fixed = Array.from({ length: images }, () => (rng.bool(0.5) ? one() : undefined));
  return Array.from({ length: draws }, () =>
    Float64Array.from(fixed, (own) => (own === undefined ? one() : own)),
  );
}

/** An augmentation's evidence look by look: what is measured, and what it was inspected with by then. @param estimated the information is, as in a run */
function looksAt(
  rng: Rng,
  j: number,
  estimated: boolean,
): { j: PairedMean; inspections: Inspection[] }[] {
  const all = drawsOf(rng, j, 0.5);
  const looks: { j: PairedMean; inspections: Inspection[] }[] = [];
  const add = (differences: Float64Array, time: number, information: (se: number) => number) => {
    const own = binaryPairedMean(differences);
    const before = looks.at(-1)?.inspections ?? [];
    const now = { time, information: information(own.standardError) };
    looks.push({ j: own, inspections: [...before, now] });
  };
  for (const part of parts) add(all[0].subarray(0, part * images), 0.95 * part, () => part);
  const first = looks.at(-1)!.j.standardError;
  const sums = all[0].slice();
  for (let d = 1; d < draws; d++) {
    all[d].forEach((value, i) => (sums[i] += value));
    const time = 0.95 + (0.05 * d) / (draws - 1);
    // Half of an image's variance is the same in all draws.
    const known = 1 / (0.5 + 0.5 / (d + 1));
    const mean = sums.map((sum) => sum / (d + 1));
    add(mean, time, (se) => (estimated ? (first / se) ** 2 : known));
  }
  return looks;
}

interface Found {
  /** Share of runs with a false "safe", and with a false "unsafe". */
  readonly falseSafe: number;
  readonly falseUnsafe: number;
  /** Share of verdicts that were taken, and of these before all images were looked at. */
  readonly decided: number;
  readonly early: number;
}

/** Judges as `judge` does: an unsafe verdict is taken at any look, a safe one once all images have been looked at. */
function run(js: readonly number[], repetitions: number, key: string, estimated = false): Found {
  const counts = { falseSafe: 0, falseUnsafe: 0, decided: 0, early: 0 };
  for (let r = 0; r < repetitions; r++) {
    const rng = new Rng('sequential-verdicts', key, r);
    const evidence = js.map((j) => looksAt(rng, j, estimated));
    const at = js.map(() => 0);
    const verdicts: ('safe' | 'unsafe' | undefined)[] = js.map(() => undefined);
    for (let look = 0; look < evidence[0].length; look++) {
      // What is decided keeps its evidence, and its rejection counts for the others.
      verdicts.forEach((verdict, k) => {
        if (verdict === undefined) at[k] = look;
      });
      const now = evidence.map((looks, k) => looks[at[k]]);
      const limits = recognitionLimits(
        now.map(({ j }) => ({ j, looks: [{ j }] })),
        delta,
        alpha,
        (k, level) => lookLevel(level, now[k].inspections),
      );
      limits.forEach(({ low, high }, k) => {
        if (verdicts[k] !== undefined) return;
        if (low > delta) verdicts[k] = 'unsafe';
        if (high < delta && look >= parts.length - 1) verdicts[k] = 'safe';
        if (verdicts[k] !== undefined && look < parts.length - 1) counts.early++;
      });
      if (verdicts.every((verdict) => verdict !== undefined)) break;
    }
    counts.decided += verdicts.filter((verdict) => verdict !== undefined).length;
    if (verdicts.some((verdict, k) => verdict === 'safe' && js[k] >= delta)) counts.falseSafe++;
    if (verdicts.some((verdict, k) => verdict === 'unsafe' && js[k] <= delta)) counts.falseUnsafe++;
  }
  return {
    falseSafe: counts.falseSafe / repetitions,
    falseUnsafe: counts.falseUnsafe / repetitions,
    decided: counts.decided / repetitions / js.length,
    early: counts.early / Math.max(1, counts.decided),
  };
}

test('at delta, any false "safe" or "unsafe" among fifteen is as rare as stated, over all looks', () => {
  const { falseSafe, falseUnsafe } = run(new Array<number>(15).fill(delta), 1000, 'at delta');
  assert.ok(falseSafe <= alpha / 2 + 0.01, `${falseSafe}`);
  assert.ok(falseUnsafe <= alpha / 2 + 0.01, `${falseUnsafe}`);
});

test('so it is where others are decided early, which leaves more of the error rate to the rest', () => {
  const js = [...new Array<number>(8).fill(0.5), ...new Array<number>(7).fill(delta)];
  const { falseSafe, falseUnsafe } = run(js, 1000, 'mixed');
  assert.ok(falseSafe <= alpha / 2 + 0.01, `${falseSafe}`);
  assert.ok(falseUnsafe <= alpha / 2 + 0.01, `${falseUnsafe}`);
});

test('what is plainly unsafe is so before all images are looked at, and nearly all is decided', () => {
  const unsafe = run(new Array<number>(15).fill(0.5), 100, 'unsafe');
  assert.ok(unsafe.decided > 0.99 && unsafe.early > 0.9, JSON.stringify(unsafe));
  const safe = run(new Array<number>(15).fill(0), 100, 'safe');
  assert.ok(safe.decided > 0.95 && safe.early === 0, JSON.stringify(safe));
});

test('one augmentation at delta alone: its chance is at most half of the error rate on either side', () => {
  const { falseSafe, falseUnsafe } = run([delta], 4000, 'one', true);
  assert.ok(falseSafe <= alpha / 2 + 0.006, `${falseSafe}`);
  assert.ok(falseUnsafe <= alpha / 2 + 0.006, `${falseUnsafe}`);
});
