import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransformSpec } from '../../src/augment/index.js';
import { ClassScores } from '../../src/tasks/classification.js';
import { Rng } from '../../src/core/index.js';
import type { Batch } from '../../src/data/index.js';
import { judge, judgeKeepPairs, judgePairs, labelsFor, safeMembers } from '../../src/safe/index.js';
import type { Outputs } from '../../src/safe/joint-objective.js';

const n = 600;
const size = { width: 32, height: 32 };
const names = ['HorizontalFlip', 'RandomContrast', 'RandomGamma'];
const labels = labelsFor(
  names.map((name) => ({ name })),
  true,
);

/** A network that knows two classes, and what is applied: harm and sight depend on what is together. */
function simulate(harms: (names: string[]) => number, seen: (names: string[]) => number) {
  let current: string[] = [];
  const passes = (transforms: readonly TransformSpec[] | null) => {
    current = (transforms ?? []).map((t) => t.name);
    const classes = Int32Array.from({ length: n }, (_, i) => i % 2);
    const batch = { count: n, targets: { kind: 'class', classes } } as Batch;
    return (async function* () {
      yield batch;
    })();
  };
  const predict = (): Outputs => {
    const key = current.join();
    const out = new Float32Array(n * labels.length);
    const task = new ClassScores(
      new Float64Array(n),
      new Float64Array(n),
      Int32Array.from({ length: n }, (_, i) => i % 2),
    );
    for (let i = 0; i < n; i++) {
      const wrong = new Rng('harm', i).float() < 0.05 + harms(current);
      task.correct[i] = wrong ? 0 : 1;
      task.losses[i] = wrong ? 20 : 0;
      labels.forEach(({ spec, kind }, k) => {
        const own = current.includes(spec.name);
        const shift = own
          ? kind === 'positive'
            ? 9
            : kind === 'augmentation'
              ? seen(current)
              : 0
          : 0;
        out[i * labels.length + k] =
          new Rng('image', i, k).normal() + 0.3 * new Rng('pass', i, k, key).normal() + shift;
      });
    }
    return { task, labels: out };
  };
  return { passes, observer: { predict } };
}

async function pairsOf(harms: (names: string[]) => number, seen: (names: string[]) => number) {
  const { passes, observer } = simulate(harms, seen);
  const calibration = 150;
  const result = await judge({
    labels,
    passes,
    observer,
    size,
    calibration,
    draws: 1,
    maxDraws: 1,
    verdict: { alpha: 0.05, delta: 0.2, rule: 'equivalence', thesis: null, seed: 0 },
  });
  const safe = safeMembers(labels, result.verdicts);
  assert.equal(safe.length, 3, 'all three are safe alone');
  const { clean, skill } = result;
  const options = { labels, safe, passes, observer, clean, calibration, skill, alpha: 0.05 };
  return { options, pairs: await judgePairs({ ...options, images: Infinity }) };
}

const both = (names: string[], a: string, b: string) => names.includes(a) && names.includes(b);

test('pairs that are no more than their members are in no conflict', async () => {
  const { pairs } = await pairsOf(
    () => 0,
    () => 0,
  );
  assert.equal(pairs.judged.length, 3);
  assert.deepEqual(
    pairs.judged.filter((p) => p.conflict),
    [],
  );
});

test('a pair that harms the task more than its members explain is a conflict', async () => {
  const { pairs } = await pairsOf(
    (own) => (both(own, 'HorizontalFlip', 'RandomGamma') ? 0.25 : 0),
    () => 0,
  );
  const found = pairs.judged.filter((p) => p.conflict);
  assert.deepEqual(
    found.map((p) => [...p.members].sort()),
    [['HorizontalFlip', 'RandomGamma']],
  );
  assert.match(found[0].evidence, /harm .*beyond both alone/);
});

test('so is one that is recognised more', async () => {
  const { pairs } = await pairsOf(
    () => 0,
    (own) => (both(own, 'RandomContrast', 'RandomGamma') ? 3 : 0),
  );
  const found = pairs.judged.filter((p) => p.conflict);
  assert.equal(found.length, 1);
  assert.match(found[0].evidence, /J .*beyond both alone/);
});

test('pairs beyond the images allowed are counted as left', async () => {
  const { options } = await pairsOf(
    () => 0,
    () => 0,
  );
  const { judged, left, images } = await judgePairs({ ...options, images: 2 * n });
  assert.deepEqual([judged.length, left, images], [2, 1, 2 * n]);
});

test('where the task head knows other classes, J alone decides and no harm is reported', async () => {
  const { options } = await pairsOf(
    (own) => (both(own, 'HorizontalFlip', 'RandomGamma') ? 0.25 : 0),
    (own) => (both(own, 'RandomContrast', 'RandomGamma') ? 3 : 0),
  );
  const observer = { ...options.observer, taskKnown: false };
  const { judged } = await judgePairs({ ...options, observer, images: Infinity });
  assert.deepEqual(
    judged.filter((p) => p.conflict).map((p) => [...p.members].sort()),
    [['RandomContrast', 'RandomGamma']],
  );
  for (const { harm, moreHarm, conflict, evidence } of judged) {
    assert.deepEqual([harm, moreHarm], [undefined, undefined]);
    assert.match(evidence, conflict ? /^J / : /^harm not measured; J /);
  }
});

test('what keeps the labels is judged in pairs by harm alone, and pairs of safe members are not scored again', async () => {
  // The network recognises the flip, and that with RandomContrast it costs more than both alone.
  const { passes, observer } = simulate(
    (own) => (both(own, 'HorizontalFlip', 'RandomContrast') ? 0.25 : 0),
    (own) => (own.includes('HorizontalFlip') ? 3 : 0),
  );
  const calibration = 150;
  const verdict = { alpha: 0.05, delta: 0.2, rule: 'equivalence', thesis: null, seed: 0 } as const;
  const once = { draws: 1, maxDraws: 1 };
  const judged = await judge({ labels, passes, observer, size, calibration, ...once, verdict });
  const { verdicts, clean, skill } = judged;
  assert.deepEqual(
    verdicts.augmentations.map(({ grading }) => grading?.grade),
    ['label-keeping', 'safe', 'safe'],
  );
  const options = { labels, passes, observer, clean, calibration, skill, alpha: 0.05 };
  const safe = safeMembers(labels, verdicts);
  const pairs = await judgePairs({ ...options, safe, images: Infinity });
  const scored: string[] = [];
  const keep = await judgeKeepPairs(verdicts, pairs, {
    ...options,
    images: Infinity,
    onPair: (_done, _total, name) => scored.push(name),
  });
  assert.deepEqual([...scored].sort(), [
    'HorizontalFlip + RandomContrast',
    'HorizontalFlip + RandomGamma',
  ]);
  assert.deepEqual(
    keep.judged.filter((p) => p.conflict).map((p) => [...p.members].sort()),
    [['HorizontalFlip', 'RandomContrast']],
  );
  assert.deepEqual([keep.judged.length, keep.left], [3, 0]);
  // One pair of safe members and one more are all that the images allow.
  const few = await judgeKeepPairs(verdicts, pairs, { ...options, images: 2 * n });
  assert.deepEqual([few.judged.length, few.left], [2, 1]);
});
