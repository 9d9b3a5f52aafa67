import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransformSpec } from '../../src/augment/index.js';
import type { Batch } from '../../src/data/index.js';
import { judge, labelsFor } from '../../src/safe/index.js';
import type { ImageRange } from '../../src/safe/scoring.js';
import type { Outputs } from '../../src/safe/joint-objective.js';
import { drawsNothing, mayLeave } from '../../src/safe/collecting/draws.js';
import { ClassScores } from '../../src/tasks/classification.js';
import { Rng } from '../../src/core/index.js';

const size = { width: 32, height: 32 };
const labels = labelsFor([{ name: 'HorizontalFlip' }, { name: 'Blur' }], true);
const images = 240;

/**
 * A network that sees some transforms perfectly and others not at all, with noise keyed by the pass.
 *
 * @param lost share of the images whose class it no longer knows under a transform. Default: none
 */
function simulate(
  seen: (name: string) => number,
  n = images,
  lost: (name: string) => number = () => 0,
) {
  const asked: string[] = [];
  const scored: { name: string; from: number; to: number }[] = [];
  let current: { names: string[]; draw: number } & ImageRange = {
    names: [],
    draw: 0,
    from: 0,
    to: n,
  };
  const passes = (
    transforms: readonly TransformSpec[] | null,
    draw: number,
    images?: ImageRange,
  ) => {
    const { from, to } = images ?? { from: 0, to: n };
    current = { names: (transforms ?? []).map((t) => t.name), draw, from, to };
    asked.push(`${current.names.join('+')}@${draw}`);
    scored.push({ name: current.names.join('+'), from, to });
    const classes = Int32Array.from({ length: to - from }, (_, i) => (from + i) % 2);
    const batch = { count: to - from, targets: { kind: 'class', classes } } as Batch;
    return (async function* () {
      yield batch;
    })();
  };
  const predict = (): Outputs => {
    const { names, draw, from, to } = current;
    const count = to - from;
    const out = new Float32Array(count * labels.length);
    for (let i = 0; i < count; i++)
      labels.forEach(({ spec }, k) => {
        const image = new Rng('image', from + i, k).normal();
        const noise = new Rng('noise', from + i, k, draw, names.join()).normal();
        out[i * labels.length + k] =
          image + 0.6 * noise + (names.includes(spec.name) ? seen(spec.name) : 0);
      });
    // Two classes, nine of ten right.
    const missed = Math.max(0, ...names.map(lost));
    const correct = Float64Array.from({ length: count }, (_, i) =>
      Number((from + i) % 20 >= 2 + 18 * missed),
    );
    const task = new ClassScores(
      correct,
      correct.map((right) => (right === 1 ? 0 : 20)),
      Int32Array.from({ length: count }, (_, i) => (from + i) % 2),
    );
    return { task, labels: out };
  };
  return { asked, scored, passes, observer: { predict } };
}

const verdict = { alpha: 0.05, delta: 0.1, rule: 'equivalence', thesis: null, seed: 0 } as const;
/** Controls and blur are obvious; the flip has a J of about 0.09, hard to tell from 0.1. */
const obvious = (name: string): number =>
  /Invert|HeavyNoise|Posterize|Blur/.test(name) ? 8 : name === 'HorizontalFlip' ? 0.25 : 0;

test('what stays undecided is drawn again, a flip on images shifted by a pixel', async () => {
  const { asked, passes, observer } = simulate(obvious);
  const result = await judge({
    labels,
    passes,
    observer,
    size,
    calibration: 60,
    draws: 1,
    maxDraws: 4,
    verdict,
  });
  const [flip, blur] = result.verdicts.augmentations;
  assert.equal(blur.verdict, 'unsafe');
  assert.equal(blur.measure.draws, 1);
  assert.ok(flip.measure.draws > 1);
  assert.ok(asked.includes('ControlShift1@1') && asked.includes('ControlShift1+HorizontalFlip@1'));
  assert.ok(!asked.some((pass) => pass.startsWith('Blur@1')));
});

test('further draws narrow the interval', async () => {
  const width = async (maxDraws: number) => {
    const { passes, observer } = simulate(obvious);
    const options = { labels, passes, observer, size, calibration: 60, draws: 1, verdict };
    const { verdicts } = await judge({ ...options, maxDraws });
    const { j } = verdicts.augmentations[0];
    return j.high - j.low;
  };
  assert.ok((await width(6)) < 0.8 * (await width(1)));
});

test('no draw is spent on a network that missed the positive controls', async () => {
  const { asked, passes, observer } = simulate(() => 0);
  const options = { labels, passes, observer, size, calibration: 60, draws: 1, maxDraws: 4 };
  const { verdicts } = await judge({ ...options, verdict });
  assert.equal(verdicts.status, 'undertrained');
  assert.ok(!asked.some((pass) => pass.endsWith('@1')));
});

test('what is plainly unsafe and breaks labels leaves after a quarter of the images, what is not gets them all, none twice', async () => {
  const calibration = 60;
  const all = 860;
  const simulated = () =>
    simulate(
      (name) => (name === 'HorizontalFlip' ? 0 : obvious(name)),
      all,
      (name) => Number(name === 'Blur'),
    );
  const { scored, passes, observer } = simulated();
  const result = await judge({
    ...{ labels, passes, observer, size, calibration },
    images: all - calibration,
    parts: [0.25, 0.5],
    draws: 1,
    maxDraws: 4,
    verdict,
  });
  const [flip, blur] = result.verdicts.augmentations;
  assert.deepEqual([flip.verdict, blur.verdict], ['safe', 'unsafe']);
  assert.deepEqual([flip.measure.n, blur.measure.n], [800, 200]);
  assert.equal(blur.grading?.grade, 'label-breaking');
  const rangesOf = (name: string): string[] =>
    scored.filter((pass) => pass.name === name).map(({ from, to }) => `${from}-${to}`);
  assert.deepEqual(rangesOf('Blur'), ['0-260']);
  assert.deepEqual(rangesOf('HorizontalFlip'), ['0-260', '260-460', '460-860']);
  // Clean images in parts, so that every label is compared with its own; harmless controls, which delta comes from, at once.
  assert.deepEqual(rangesOf(''), ['0-260', '260-460', '460-860']);
  assert.deepEqual(rangesOf('ControlJpeg'), ['0-860']);
  assert.deepEqual(rangesOf('ControlInvert'), ['0-260']);
  assert.equal(result.clean.task.count, all);
  // The same scores as those of one pass over them.
  const once = simulated();
  const whole = await judge({
    ...{ labels, passes: once.passes, observer: once.observer, size, calibration },
    draws: 1,
    maxDraws: 1,
    verdict,
  });
  assert.deepEqual(
    [...result.evidence[0].draws[0].applied.network],
    [...whole.evidence[0].draws[0].applied.network],
  );
  assert.equal(flip.measure.j.mean, whole.verdicts.augmentations[0].measure.j.mean);
});

test('what is unsafe stays for all images where it may keep the labels, and is not drawn again for its grade', async () => {
  const gradedAt = async (lost: number, known = true) => {
    const { passes, observer } = simulate(
      (name) => (name === 'HorizontalFlip' ? 0 : obvious(name)),
      860,
      (name) => (name === 'Blur' ? lost : 0),
    );
    const { verdicts } = await judge({
      ...{ labels, passes, size, calibration: 60, images: 800, parts: [0.25, 0.5] },
      observer: { ...observer, taskKnown: known },
      draws: 1,
      maxDraws: 4,
      verdict,
    });
    const { verdict: ruled, measure, grading } = verdicts.augmentations[1];
    assert.equal(ruled, 'unsafe');
    assert.equal(measure.draws, 1);
    return [measure.n, grading?.grade];
  };
  assert.deepEqual(await gradedAt(0), [800, 'label-keeping']);
  // About its margin: a quarter of the images does not decide it, and neither do all.
  assert.deepEqual(await gradedAt(0.1), [800, 'undecided']);
  // Half of the images do.
  assert.deepEqual(await gradedAt(0.15), [400, 'label-breaking']);
  assert.deepEqual(await gradedAt(1), [200, 'label-breaking']);
  // The task head knows other classes: there is no grade to wait for.
  assert.deepEqual(await gradedAt(0, false), [200, undefined]);
});

test('where time runs out, a label keeps what it has been seen on', async () => {
  const { scored, passes, observer } = simulate(obvious, 860);
  const { verdicts } = await judge({
    ...{ labels, passes, observer, size, calibration: 60, images: 800, parts: [0.25, 0.5] },
    draws: 1,
    maxDraws: 4,
    verdict,
    // Until the flip has been seen on half of the images.
    mayContinue: () => !scored.some(({ name, to }) => name === 'HorizontalFlip' && to === 460),
  });
  const [flip, blur] = verdicts.augmentations;
  assert.equal(blur.verdict, 'unsafe');
  assert.equal(flip.verdict, 'undecided');
  assert.equal(flip.measure.n, 400);
});

test('time for the next pass, those through the earlier weights and later ones is reserved before looks and draws', async (t) => {
  // A clock that goes on by a second whenever it is read: the same in every run.
  let now = 0;
  t.mock.method(performance, 'now', () => (now += 1000));
  const reservedFirst = async (more: Partial<Parameters<typeof judge>[0]>): Promise<number> => {
    now = 0;
    const { passes, observer } = simulate(obvious, 860);
    const reserved: number[] = [];
    await judge({
      ...{ labels, passes, observer, size, calibration: 60, images: 800, parts: [0.25, 0.5] },
      ...more,
      draws: 1,
      maxDraws: 4,
      verdict,
      mayContinue: (seconds) => reserved.push(seconds) > 0,
    });
    assert.ok(reserved.every((seconds) => Number.isFinite(seconds) && seconds > 0));
    return reserved[0];
  };
  const { observer: earlier } = simulate(obvious, 860);
  const pass = await reservedFirst({});
  assert.equal(await reservedFirst({ laterPasses: 4 }), 5 * pass);
  // The clean images, the flip, which is safe so far, and the blur, which is harmless.
  assert.equal(await reservedFirst({ earlier }), 4 * pass);
  assert.equal(await reservedFirst({ earlier, laterPasses: 2 }), 6 * pass);
});

test('where time runs out, verdicts come before grades', async () => {
  const { scored, passes, observer } = simulate(obvious, 860);
  const { verdicts } = await judge({
    ...{ labels, passes, observer, size, calibration: 60, images: 800, parts: [0.25, 0.5] },
    draws: 1,
    maxDraws: 4,
    verdict,
    mayContinue: () => !scored.some(({ name, to }) => name === 'HorizontalFlip' && to === 860),
  });
  const [flip, blur] = verdicts.augmentations;
  assert.deepEqual([flip.measure.n, blur.measure.n], [800, 200]);
  assert.equal(blur.verdict, 'unsafe');
});

test('further draws may decide while they take variance out, or the margin lies near the interval’s end', () => {
  const interval = { value: 0.12, low: 0.02, high: 0.22 };
  const after = (now: number) => ({ now, most: 6 });
  assert.equal(mayLeave(interval, 0.15, 1, after(1)), true);
  // Two draws have the variance of one: no draw will change anything.
  assert.equal(mayLeave(interval, 0.15, 1, after(2)), false);
  assert.equal(mayLeave(interval, 0.15, 1.9, after(2)), true);
  assert.equal(mayLeave(interval, 0.21, 1.1, after(2)), true);
});

test('transforms that draw nothing are distinguished from those that do', () => {
  for (const name of ['HorizontalFlip', 'Transpose', 'ToGray', 'CenterCrop'])
    assert.equal(drawsNothing({ name }, size), true, name);
  for (const name of ['RandomCrop', 'RandomRotate90', 'Blur', 'GaussNoise'])
    assert.equal(drawsNothing({ name }, size), false, name);
});
