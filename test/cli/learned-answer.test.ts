import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from '../../src/cli/learned-answer.js';
import { nextSteps, whatWouldDecide } from '../../src/report/index.js';
import type { Selection } from '../../src/run/files/index.js';
import { selection } from '../report/small-run.js';

const run = { out: 'runs/my photos', data: 'my photos', budget: 600 };
const shown = (selected: Selection, width = 100): string[] =>
  answer(
    selected,
    { steps: nextSteps(selected, run), surer: whatWouldDecide(selected, run) },
    { colour: false, width },
  ).split('\n');

const graded = (grades: readonly Selection['augmentations'][number]['grade'][]): Selection => ({
  ...selection,
  augmentations: selection.augmentations.map((a, i) => ({ ...a, grade: grades[i] })),
});

test('says what was found, what to do with it, and what would make it surer', () => {
  assert.deepEqual(shown(graded(['label-breaking', 'safe', 'undecided'])), [
    'Safe (not detected, no harm): HorizontalFlip',
    'Breaks the labels: Blur (−10 points)',
    'Undecided: RandomCrop',
    'Accuracy on the judging images: 70.0 % [66.0, 74.0]',
    // Half of [.04, .12] is .04 around .08, which lies .0118 above delta.
    'RandomCrop lies so near a limit that more than 10 times the images would be needed.',
    '',
    "What to expect    safe-augment recommend 'runs/my photos'",
    "Train with it     safe-augment train 'my photos' --policy recommended --from 'runs/my photos'",
    "Use it elsewhere  safe-augment export 'runs/my photos' --format torchvision --set recommended --out policy.py",
    "See what pays     safe-augment compare 'my photos' --from 'runs/my photos' --budget 2h",
  ]);
});

test('says the share of right pixels beside the mean IoU', () => {
  const masks = { ...selection, taskFigure: 'mean IoU', pixelAccuracy: 0.9561 };
  const line = 'Mean IoU on the judging images: 70.0 % [66.0, 74.0]; pixel accuracy 95.6 %';
  assert.ok(shown(masks).includes(line));
});

test('how many images would decide follows from interval and distance', () => {
  const [blur, flip, crop] = selection.augmentations;
  const wide = { ...crop, j: 0.12, jLow: 0.02, jHigh: 0.22 };
  const harmed = {
    ...flip,
    ...{ name: 'VerticalFlip', verdict: 'undecided' as const },
    harm: { value: 0.1, low: -0.1, high: 0.3 },
  };
  const later = {
    ...flip,
    name: 'Transpose',
    verdict: 'undecided' as const,
    reason: 'train longer',
  };
  const selected = { ...selection, delta: 0.2, harmMargin: 0.2 };
  const said = (augmentations: Selection['augmentations']): string =>
    whatWouldDecide({ ...selected, augmentations }, run).join(' ');
  // (.10 / .08)^2 = 1.5625, and (.2 / .1)^2 = 4.
  assert.equal(
    said([blur, wide, harmed]),
    'More images: about 1.6 times as many for RandomCrop and 4 times as many for VerticalFlip, if J and harm stay as measured.',
  );
  assert.equal(
    said([later]),
    'More time (--budget 20m): a network trained longer may decide Transpose.',
  );
  assert.match(said([flip, blur]), /^Every verdict is decided\. A run with another --seed/);
});

test('what keeps no label is not recommended, and a run without verdict says why', () => {
  const breaking = graded(['label-breaking', 'label-breaking', 'undecided']);
  const none = breaking.augmentations.map((a) => ({ ...a, verdict: 'unsafe' as const }));
  const lines = shown({ ...breaking, safe: [], augmentations: none });
  assert.equal(lines[0], 'Safe (not detected, no harm): none');
  assert.match(lines.at(-1)!, /--policy none$/);
  const reason =
    'undertrained: the accuracy is not shown to be better than guessing; check the labels';
  const augmentations = selection.augmentations.map((a) => ({ ...a, reason }));
  assert.deepEqual(shown({ ...selection, status: 'undertrained', augmentations }), [
    'No verdict: the accuracy is not shown to be better than guessing; check the labels.',
  ]);
});

test('fifteen augmentations with long names fit 22 lines of 80 columns, and break between words', () => {
  const [first] = selection.augmentations;
  const grades = ['safe', 'label-keeping', 'label-breaking', 'undecided'] as const;
  const augmentations = Array.from({ length: 15 }, (_, i) => ({
    ...first,
    name: `ShiftScaleRotate${i}`,
    verdict: (['safe', 'unsafe', 'undecided'] as const)[i % 3],
    grade: grades[i % 4],
  }));
  const lines = shown({ ...selection, augmentations }, 80);
  assert.ok(lines.length <= 22, `${lines.length} lines`);
  for (const line of lines.slice(0, -4)) assert.ok(line.length <= 80, line);
});
