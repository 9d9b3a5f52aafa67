import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransform, type TransformSpec } from '../../src/augment/index.js';
import { Rng } from '../../src/core/index.js';
import type { Batch } from '../../src/data/index.js';
import { judge, judgeStrength, labelsFor } from '../../src/safe/index.js';
import type { GroupOf } from '../../src/metrics/index.js';
import type { ImageRange } from '../../src/safe/scoring.js';
import type { Sight } from '../../src/safe/growth.js';
import type { Outputs } from '../../src/safe/joint-objective.js';
import { ClassScores } from '../../src/tasks/classification.js';

const n = 1600;
const calibration = 400;
const size = { width: 32, height: 32 };
const labels = labelsFor([{ name: 'RandomContrast' }], false);
const limitOf = (spec: TransformSpec): number =>
  Number([createTransform(spec).options.limit].flat().at(-1));
const fullLimit = limitOf(labels[0].spec);

/** Passes over augmented images that ranges took, beside that of the full range. */
let passesTaken = 0;

/** The ranges of an augmentation that moves the network's scores by `shift` at any magnitude, and `earlier` had them moved by `before`. */
async function ranges(
  shift: number,
  sight?: Sight,
  before?: number,
  more: { known?: number; keepsAll?: boolean; groupOf?: GroupOf; parts?: number[] } = {},
  /** Share of the images whose class is lost by a part of the range, in (0, 1]; before: by the earlier weights. */
  lost: (part: number, before: boolean) => number = () => 0,
) {
  let applied = false;
  let part = 0;
  let first = 0;
  let count = n;
  const passes = (
    transforms: readonly TransformSpec[] | null,
    _draw: number,
    images?: ImageRange,
  ) => {
    applied = transforms !== null;
    part = transforms === null ? 0 : limitOf(transforms[0]) / fullLimit;
    const { from, to } = images ?? { from: 0, to: n };
    first = from;
    count = to - from;
    passesTaken += Number(applied);
    return (async function* () {
      yield { count, targets: { kind: 'class', classes: new Int32Array(count) } } as Batch;
    })();
  };
  const predicting =
    (by: number, earlier = false) =>
    (): Outputs => {
      const rng = new Rng('scores', by, String(applied));
      const wrong = applied ? lost(part, earlier) : 0;
      // Of every hundred images the first are wrong.
      const isRight = (i: number): boolean => (first + i) % 100 >= 100 * wrong;
      const length = count;
      return {
        labels: Float32Array.from({ length }, () => rng.normal() + (applied ? by : 0)),
        task: new ClassScores(
          Float64Array.from({ length }, (_, i) => Number(isRight(i))),
          Float64Array.from({ length }, (_, i) => (isRight(i) ? 0.01 : 20)),
          Int32Array.from({ length }, (_, i) => (first + i) % 10),
        ),
      };
    };
  const observer = { predict: predicting(shift) };
  const verdict = { alpha: 0.05, delta: 0.15, rule: 'equivalence', thesis: null, seed: 0 } as const;
  const once = { draws: 1, maxDraws: 1 };
  const { groupOf, parts } = more;
  const looks = { images: n - calibration, parts };
  const options = { labels, passes, observer, size, calibration, groupOf, ...looks, ...once };
  const judged = await judge({ ...options, verdict });
  const { skill, evidence, verdicts, clean } = judged;
  if (parts !== undefined) assert.ok(evidence[0].clean.task.count < n);
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
  const predict = predicting(before, true);
  return judgeStrength({ ...of, earlier: { observer: { predict }, clean } });
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

test('ranges are judged on while the labels may be kept, and the earlier weights are asked of what is harmless', async () => {
  // Far above delta everywhere. A fiftieth of the labels is lost at a quarter of the range, a tenth at half of it, all from three quarters on.
  const steep = (part: number): number => (part < 0.4 ? 0.02 : part < 0.6 ? 0.1 : 1);
  const [alone] = await ranges(3, undefined, undefined, { known: 0.8 }, steep);
  assert.equal(alone.keepsUpTo, fullLimit / 2);
  assert.equal(passesTaken, 3);
  // The parts that are harmless take a pass more each; the one that breaks labels does not.
  const [same] = await ranges(3, undefined, 3, { known: 0.8 }, steep);
  assert.equal(same.keepsUpTo, fullLimit / 2);
  assert.equal(passesTaken, 5);
  // Nothing was lost by the earlier weights: at this pace half of the range breaks labels too.
  const grown = (part: number, before: boolean): number => (before ? 0 : steep(part));
  const [growing] = await ranges(3, undefined, 3, { known: 0.8 }, grown);
  assert.equal(growing.keepsUpTo, fullLimit / 4);
  // Labels break at once: the first part says so.
  const [broken] = await ranges(3, undefined, 3, { known: 0.8 }, () => 1);
  assert.equal(broken.keepsUpTo, null);
  assert.equal(passesTaken, 1);
  // So does it where the task is hardly known, and where the grade keeps the full range already.
  for (const more of [{ known: 0.1 }, { known: 0.8, keepsAll: true }]) {
    await ranges(3, undefined, 3, more);
    assert.equal(passesTaken, 1);
  }
});

test('ranges of a label that left early are judged on all images and their groups', async () => {
  const groupOf = Int32Array.from({ length: n }, (_, i) => Math.floor(i / 2));
  // The full range is plain to see and breaks labels, narrower ones do neither.
  const at = (part: number): number => Number(part > 0.9);
  const early = { known: 0.8, parts: [0.25] };
  const [single] = await ranges(3, undefined, undefined, early, at);
  const [grouped] = await ranges(3, undefined, undefined, { ...early, groupOf }, at);
  assert.deepEqual([single.keepsUpTo, grouped.keepsUpTo], [fullLimit * 0.75, fullLimit * 0.75]);
  // Half as many observations.
  for (const [i, { high, harmHigh }] of grouped.points.entries()) {
    assert.ok(high >= single.points[i].high, `${high} at point ${i}`);
    assert.ok(harmHigh! > single.points[i].harmHigh!, `${harmHigh} at point ${i}`);
  }
});
