import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../src/run/files/index.js';
import { showEvents } from '../../src/cli/progress.js';

/** Shows events at given seconds and gives the lines. */
function linesOf(
  events: readonly (readonly [number, RunEvent])[],
  terminal = false,
  details = false,
): string[] {
  const lines: string[] = [];
  let second = 0;
  const show = showEvents(
    { terminal, write: (line) => lines.push(line), now: () => second },
    details,
  );
  for (const [at, event] of events) {
    second = at;
    show.onEvent(event);
  }
  show.end();
  return lines;
}

const progress = (done: number): RunEvent => ({
  type: 'progress',
  phase: 'train',
  done,
  total: 40_000,
  imagesPerSecond: 200,
  epoch: 2,
  epochs: 20,
  loss: 1.2345,
});

test('shows progress every ten seconds where there is no terminal', () => {
  const every = Array.from({ length: 31 }, (_, s) => [s, progress(200 * s)] as const);
  assert.deepEqual(linesOf(every), [
    '    5% epoch 2/20, loss 1.234, 200 images/s, 3 min left',
    '   10% epoch 2/20, loss 1.234, 200 images/s, 3 min left',
    '   15% epoch 2/20, loss 1.234, 200 images/s, 3 min left',
  ]);
});

test('shows plan, epochs with held-out figures, warnings and what stays undecided', () => {
  const metrics = { loss: 2, taskLoss: 1.7, augmentLoss: 0.3, taskAccuracy: 0.41 };
  const epoch = { type: 'epoch', epochs: 9, lr: 0.1, imagesPerSecond: 226.1, seconds: 7 } as const;
  const clean = { loss: 1, taskLoss: 1, taskAccuracy: 0.5 };
  const events: (readonly [number, RunEvent])[] = [
    [0, { type: 'phase', phase: 'train' }],
    [
      0,
      {
        ...{ type: 'plan', epochs: 9, stepsPerEpoch: 5, imagesPerSecond: 226, budget: 300 },
        ...{ seconds: 270, reason: '9 epochs fit 5 min' },
      },
    ],
    [1, { ...epoch, epoch: 1, train: metrics, judging: null }],
    [2, { ...epoch, epoch: 2, train: metrics, judging: metrics }],
    [2, { ...epoch, epoch: 4, train: clean, judging: clean, strength: 2.2501 }],
    [3, { type: 'steps', steps: 30, planned: 45 }],
    [3, { type: 'warning', code: 'DATA', message: '3 broken files are skipped' }],
    [4, { type: 'judging', round: 1, draws: 1, undecided: ['Blur', 'CLAHE'] }],
    [5, { type: 'stopped', reason: 'early', epoch: 2 }],
  ];
  const all = [
    'Joint learning ...',
    '  9 epochs fit 5 min; about 5 min in total',
    '  epoch 2/9: loss 2.000; held out, augmented: loss 2.000, accuracy 41.0 % (226 images/s)',
    '  epoch 4/9: loss 1.000; held out: loss 1.000, accuracy 50.0 %, policy at strength 2.25 (226 images/s)',
    '  the machine is slower than it was measured: 30 of 45 steps fit the budget',
    '  warning: 3 broken files are skipped',
    '  undecided after 1 draw: Blur, CLAHE',
    '  stopped early after epoch 2: the held-out loss has stopped falling',
  ];
  assert.deepEqual(linesOf(events), all);
  // On a terminal the bar shows what passes, unless details are wanted.
  assert.deepEqual(linesOf(events, true), [all[1], all[5], all[7]]);
  assert.deepEqual(linesOf(events, true, true), all);
});

test('says of each training of a comparison how long the others take', () => {
  const arm = { type: 'arm', task: 'safe@0', total: 3 } as const;
  const figures = [{ key: 'top1', label: 'top-1', better: 'higher', share: true }] as const;
  const lines = linesOf([
    [0, { ...arm, done: 1, metrics: { top1: 0.5 }, figures: [...figures], secondsLeft: 3700 }],
    [1, { ...arm, done: 2, failed: 'no memory', secondsLeft: 60 }],
    [2, { ...arm, done: 3, metrics: { top1: 0.5 }, figures: [...figures], secondsLeft: 0 }],
  ]);
  assert.deepEqual(lines, [
    '  [1/3] safe@0: top-1 50.0 %; about 1 h 02 min left',
    '  safe@0 failed: no memory',
    '  [3/3] safe@0: top-1 50.0 %',
  ]);
});

test('says how many groups images come in, and what the network computes in', () => {
  const [line] = linesOf([
    [
      0,
      {
        type: 'data',
        kind: 'folder',
        classes: 43,
        train: 1985,
        judging: 851,
        test: 330,
        height: 32,
        width: 32,
        skipped: 0,
        images: 2836,
        groups: 95,
        precision: 'bfloat16',
      },
    ],
  ]);
  assert.match(
    line,
    /330 for testing; 2,836 images in 95 groups; intervals are over groups; computing in bfloat16$/,
  );
});
