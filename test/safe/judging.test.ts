import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransformSpec } from '../../src/augment/index.js';
import type { Batch } from '../../src/data/index.js';
import { judge, labelsFor } from '../../src/safe/index.js';
import type { Outputs } from '../../src/safe/joint-objective.js';
import { drawsNothing } from '../../src/safe/judging.js';
import { ClassScores } from '../../src/tasks/classification.js';
import { Rng } from '../../src/core/index.js';

const size = { width: 32, height: 32 };
const labels = labelsFor([{ name: 'HorizontalFlip' }, { name: 'Blur' }], true);
const n = 240;

/** A network that sees some transforms perfectly and others not at all, with noise keyed by the pass. */
function simulate(seen: (name: string) => number) {
  const asked: string[] = [];
  let current: { names: string[]; draw: number } = { names: [], draw: 0 };
  const passes = (transforms: readonly TransformSpec[] | null, draw: number) => {
    current = { names: (transforms ?? []).map((t) => t.name), draw };
    asked.push(`${current.names.join('+')}@${draw}`);
    const classes = Int32Array.from({ length: n }, (_, i) => i % 2);
    const batch = { count: n, targets: { kind: 'class', classes } } as Batch;
    return (async function* () {
      yield batch;
    })();
  };
  const predict = (): Outputs => {
    const { names, draw } = current;
    const out = new Float32Array(n * labels.length);
    for (let i = 0; i < n; i++)
      labels.forEach(({ spec }, k) => {
        const image = new Rng('image', i, k).normal();
        const noise = new Rng('noise', i, k, draw, names.join()).normal();
        out[i * labels.length + k] =
          image + 0.6 * noise + (names.includes(spec.name) ? seen(spec.name) : 0);
      });
    // Two classes, nine of ten right.
    const correct = Float64Array.from({ length: n }, (_, i) => Number(i % 20 >= 2));
    const task = new ClassScores(
      correct,
      correct.map((right) => (right === 1 ? 0 : 20)),
      Int32Array.from({ length: n }, (_, i) => i % 2),
    );
    return { task, labels: out };
  };
  return { asked, passes, observer: { predict } };
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

test('transforms that draw nothing are distinguished from those that do', () => {
  for (const name of ['HorizontalFlip', 'Transpose', 'ToGray', 'CenterCrop'])
    assert.equal(drawsNothing({ name }, size), true, name);
  for (const name of ['RandomCrop', 'RandomRotate90', 'Blur', 'GaussNoise'])
    assert.equal(drawsNothing({ name }, size), false, name);
});
