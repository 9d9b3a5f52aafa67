import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { buildReport } from '../../src/report/index.js';
import { manifest, smallRun } from './small-run.js';

const interval = { value: 0.6, low: 0.5, high: 0.7 };
const figures = [{ key: 'top1', label: 'top-1', better: 'higher', share: true }];
const training = {
  version: 1,
  command: 'train',
  task: 'classification',
  policy: 'none',
  figures,
  test: { images: 100, metrics: { top1: 0.6 }, first: interval, perImage: '' },
  heldOut: { images: 50, metrics: { top1: 0.61 } },
  best: { epoch: 1, loss: 1 },
  epochs: 4,
  images: 4000,
  seconds: 40,
};
const arm = {
  name: 'none',
  policy: 'none',
  pretrained: false,
  figures: { top1: interval },
  toNone: interval,
  toAll: null,
  images: 4000,
  seconds: 40,
  runs: [{ seed: 1, folder: 'none', metrics: { top1: 0.6 }, images: 4000, seconds: 40 }],
};
const comparison = {
  ...{ version: 1, command: 'compare', task: 'classification', status: 'partial', figures },
  ...{ seeds: [1], epochs: 4, imagesPerEpoch: 1000, testImages: 100, intervals: 'images' },
  arms: [arm, { ...arm, name: 'safe' }],
  payoff: [{ arm: 'safe', against: [{ name: 'none', difference: interval }] }],
  singles: {
    rows: [{ name: 'Blur', gain: interval, verdict: 'safe', j: 0.1 }],
    correlation: 0.5,
    correlationInterval: interval,
  },
  missing: [],
  failed: [],
};

function finished(command: string, results: object): string {
  const run = mkdtempSync(join(tmpdir(), 'damaged-'));
  writeFileSync(join(run, 'config.json'), JSON.stringify({ command }));
  writeFileSync(join(run, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(run, 'results.json'), JSON.stringify(results));
  return run;
}

const runs: Record<string, () => Promise<string> | string> = {
  learn: () => smallRun({}, false),
  train: () => finished('train', training),
  compare: () => finished('compare', comparison),
};
const files = ['manifest.json', 'selection.json', 'results.json'];

for (const [name, make] of Object.entries(runs))
  test(`a ${name} run with any value missing or wrong has a report, or is named as damaged`, async () => {
    const run = await make();
    await buildReport(run);
    for (const file of files) {
      const path = join(run, file);
      const text = textOf(path);
      if (text === undefined) continue;
      for (const [where, damaged] of damages(JSON.parse(text))) {
        writeFileSync(path, JSON.stringify(damaged));
        await reportOrRefusal(run, `${file} ${where}`);
      }
      writeFileSync(path, text);
    }
    rmSync(run, { recursive: true });
  });

test('a figure without a value, or events that are no file, are named', async () => {
  const { test: part, ...rest } = training;
  const run = finished('train', { ...rest, test: { ...part, metrics: {} } });
  await assert.rejects(buildReport(run), { code: 'RUN_DAMAGED', message: /test\.metrics\.top1/ });
  const other = finished('compare', { ...comparison, arms: [{ ...arm, figures: {} }] });
  const message = /arms\.0\.figures\.top1/;
  await assert.rejects(buildReport(other), { code: 'RUN_DAMAGED', message });
  const learned = await smallRun({}, false);
  rmSync(join(learned, 'events.jsonl'));
  mkdirSync(join(learned, 'events.jsonl'));
  await assert.rejects(buildReport(learned), { code: 'RUN_DAMAGED', message: /got: +a folder/ });
  for (const folder of [run, other, learned]) rmSync(folder, { recursive: true });
});

async function reportOrRefusal(run: string, where: string): Promise<void> {
  try {
    await buildReport(run);
  } catch (error) {
    assert.ok(error instanceof UserError, `${where}: ${String((error as Error).stack)}`);
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The value with one of its parts removed, or replaced by something else, each in turn. */
function* damages(value: unknown, where = ''): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const set = (other: unknown): unknown =>
      Array.isArray(value)
        ? value.flatMap((one: unknown, i) =>
            String(i) !== key ? [one] : other === undefined ? [] : [other],
          )
        : { ...value, [key]: other };
    for (const other of [undefined, null, 'x', -1, []])
      yield [`${where}.${key} = ${JSON.stringify(other)}`, set(other)];
    // The first of a list stands for the others.
    if (Array.isArray(value) && key !== '0') continue;
    for (const [inner, damaged] of damages(part, `${where}.${key}`)) yield [inner, set(damaged)];
  }
}
