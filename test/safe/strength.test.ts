import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransformSpec } from '../../src/augment/index.js';
import { Rng } from '../../src/core/index.js';
import type { Batch } from '../../src/data/index.js';
import { judge, judgeStrength, labelsFor } from '../../src/safe/index.js';
import type { Sight } from '../../src/safe/growth.js';
import type { Outputs } from '../../src/safe/joint-objective.js';
import { ClassScores } from '../../src/tasks/classification.js';

const n = 1600;
const calibration = 400;
const size = { width: 32, height: 32 };
const labels = labelsFor([{ name: 'RandomContrast' }], false);

/** Passes over augmented images that ranges took, beside that of the full range. */
let passesTaken = 0;

/** The ranges of an augmentation that moves the network's scores by `shift` at any magnitude, and `earlier` had them moved by `before`. */
async function ranges(
  shift: number,
  sight?: Sight,
  before?: number,
  more: { known?: number; keepsAll?: boolean } = {},
) {
  let applied = false;
  const passes = (transforms: readonly TransformSpec[] | null) => {
    applied = transforms !== null;
    passesTaken += Number(applied);
    return (async function* () {
      yield { count: n, targets: { kind: 'class', classes: new Int32Array(n) } } as Batch;
    })();
  };
  const predicting = (by: number) => (): Outputs => {
    const rng = new Rng('scores', by, String(applied));
    return {
      labels: Float32Array.from({ length: n }, () => rng.normal() + (applied ? by : 0)),
      task: new ClassScores(new Float64Array(n).fill(1), new Float64Array(n).fill(0.01)),
    };
  };
  const observer = { predict: predicting(shift) };
  const verdict = { alpha: 0.05, delta: 0.15, rule: 'equivalence', thesis: null, seed: 0 } as const;
  const once = { draws: 1, maxDraws: 1 };
  const judged = await judge({ labels, passes, observer, size, calibration, ...once, verdict });
  const { skill, evidence, verdicts, clean } = judged;
  passesTaken = 0;
  const of = {
    label: 0,
    labels,
    measure: verdicts.augmentations[0].measure,
    evidence: evidence[0],
    clean,
    ...{ passes, observer, calibration, skill, size, sight, delta: 0.15, harmMargin: 0.2 },
    ...more,
  };
  if (before === undefined) return judgeStrength(of);
  return judgeStrength({ ...of, earlier: { observer: { predict: predicting(before) }, clean } });
}

test('a range is safe where J is below delta, and not where it may pass it by lag or by growth', async () => {
  const safeUpTo = async (...of: Parameters<typeof ranges>) => (await ranges(...of))[0].safeUpTo;
  const full = await safeUpTo(0.15);
  assert.ok(full !== null && full > 0);
  assert.equal(await safeUpTo(0.15, { share: 0.9, lag: 1 }), full);
  assert.equal(await safeUpTo(0.15, { share: 0.9, lag: 20 }), null);
  assert.equal(await safeUpTo(0.2, undefined, 0.2), full);
  assert.equal(await safeUpTo(0.2, undefined, 0), null);
});

test('ranges are judged from the smallest up to the first that is not safe, and the full one is not judged again', async () => {
  // Three parts of the range; growth takes a pass more for each that would be safe.
  for (const [shift, before, passes, points] of [
    [0.15, undefined, 3, 4],
    [0.15, 0.15, 6, 4],
    [1.5, 0, 1, 2],
  ] as const) {
    const [found] = await ranges(shift, undefined, before);
    assert.equal(passesTaken, passes);
    assert.equal(found.points.length, points);
    assert.equal(found.points.at(-1)!.magnitude, found.points[0].magnitude * 4);
  }
});

test('a network that sees too little gives no range', async () => {
  assert.deepEqual(await ranges(0, { share: 0.49, lag: 1 }), []);
  assert.equal((await ranges(0, { share: 0.5, lag: 1 })).length, 1);
});

test('the range that keeps the labels goes by harm alone, and is absent where harm is not judged', async () => {
  // Far above delta, and costs nothing.
  const [seen] = await ranges(3, undefined, undefined, { known: 0.8 });
  assert.equal(seen.safeUpTo, null);
  assert.equal(seen.keepsUpTo, seen.points.at(-1)!.magnitude);
  assert.ok(seen.points.every(({ harmFitted, harmHigh }) => harmFitted === 0 && harmHigh! > 0));
  const [little] = await ranges(3, undefined, undefined, { known: 0.3 });
  assert.deepEqual([little.keepsUpTo, little.keepOptions], [null, null]);
  // Its grade says that it keeps them all the way.
  const [graded] = await ranges(3, undefined, undefined, { known: 0.3, keepsAll: true });
  assert.equal(graded.keepsUpTo, seen.keepsUpTo);
  const [unknown] = await ranges(3);
  assert.ok(!('keepsUpTo' in unknown) && !('harm' in unknown.points[0]));
});
