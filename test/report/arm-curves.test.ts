import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { armCurves } from '../../src/report/charts/arm-curves.js';
import { curvesOfArms, leaders } from '../../src/report/comparison/curves-of-arms.js';
import type { ArmResult, Comparison } from '../../src/run/files/index.js';

const epoch = (number: number, accuracy: number | null): string => {
  const metrics = { loss: 1, taskLoss: 1, augmentLoss: 0, taskAccuracy: accuracy ?? 0 };
  return `${JSON.stringify({
    ...{ time: '2026-01-01T00:00:00.000Z', type: 'epoch', epoch: number, epochs: 4, lr: 0.1 },
    ...{
      imagesPerSecond: 1,
      seconds: 1,
      train: metrics,
      judging: accuracy === null ? null : metrics,
    },
  })}\n`;
};

test('curves are means over the seeds of an arm; a stage of its own ends with the last epoch', (t) => {
  const run = mkdtempSync(join(tmpdir(), 'arm-curves-'));
  t.after(() => rmSync(run, { recursive: true }));
  const write = (folder: string, lines: string[]): void => {
    mkdirSync(join(run, folder), { recursive: true });
    writeFileSync(join(run, folder, 'events.jsonl'), lines.join(''));
  };
  // Told twice by a resumed training, and one epoch without a look at held-out images.
  write('arms/none-0', [
    epoch(1, 0.9),
    epoch(1, 0.2),
    epoch(2, null),
    epoch(3, 0.4),
    epoch(4, 0.5),
  ]);
  write('arms/none-1', [epoch(1, 0.4), epoch(3, 0.6), epoch(4, 0.7)]);
  write('arms/all-safe-0', [epoch(1, 0.3), epoch(2, 0.8)]);
  const arm = (name: string, ...folders: string[]) =>
    ({ name, runs: folders.map((folder) => ({ folder })) }) as unknown as ArmResult;
  const arms = [
    arm('none', 'arms/none-0', 'arms/none-1'),
    arm('all+safe', 'arms/all-safe-0'),
    arm('gone', 'arms/gone'),
    { ...arm('same', 'arms/none-0'), sameAs: 'none' },
    { ...arm('Blur', 'arms/none-0'), single: true },
  ];
  const found = curvesOfArms(run, { arms, epochs: 4 } as unknown as Comparison);
  assert.deepEqual(
    found.map(({ name }) => name),
    ['none', 'all+safe', 'gone'],
  );
  assert.deepEqual(
    found[0].points.map(([e, v]) => [e, Number(v.toFixed(6))]),
    [
      [1, 0.3],
      [3, 0.5],
      [4, 0.6],
    ],
  );
  assert.deepEqual(found[1].points, [
    [3, 0.3],
    [4, 0.8],
  ]);
  assert.deepEqual(found[2].points, []);
});

test('the lines are named where they end, and no two names cover each other', () => {
  const ends = [0.8, 0.801, 0.802, 0.3, 0.3, 0.3];
  const curves = ends.map((end, i) => ({
    name: `arm ${i}`,
    points: [
      [1, 0.1],
      [10, end],
    ] as const,
  }));
  const svg = armCurves(curves).toString();
  const heights = [...svg.matchAll(/y="([\d.]+)" style/g)]
    .map(([, y]) => Number(y))
    .sort((a, b) => a - b);
  assert.equal(heights.length, ends.length);
  for (let i = 1; i < heights.length; i++) assert.ok(heights[i] - heights[i - 1] > 14.9);
  assert.ok(heights.at(-1)! <= 380);
  assert.match(svg, /aria-label="Accuracy of 6 arms over 10 epochs; at the end: arm 0 80.0 %/);
  assert.ok(armCurves([{ name: 'none', points: [[1, 0.5]] }]).isEmpty);
  assert.match(armCurves(curves, true).toString(), /^<svg role="img" xmlns=/);
});

test('who is ahead is told at epochs that were looked at, whatever their distance', () => {
  const every = (name: string, value: (epoch: number) => number) => ({
    name,
    points: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 62].map(
      (epoch) => [epoch, value(epoch)] as const,
    ),
  });
  const curves = [every('early', () => 0.5), every('late', (epoch) => epoch / 62)];
  assert.equal(
    leaders(curves),
    'Ahead: early after 5, early after 15, early after 30, late after 62.',
  );
});
