import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { packageRoot, writeAtomic } from '../../src/core/index.js';
import { encodePng } from '../../src/image/index.js';
import {
  comparisonSchema,
  selectionSchema,
  trainingResultSchema,
} from '../../src/run/files/index.js';
import { comparisonPage } from '../../src/report/comparison/comparison-page.js';
import { learnPage } from '../../src/report/learn/learn-page.js';
import { buildReport } from '../../src/report/index.js';
import { setsPage } from '../../src/report/sets-page.js';
import { trainingPage } from '../../src/report/training-page.js';
import { looks, needsChromium, startChromium, violationsOn } from '../live/chromium.js';
import { events, manifest, selection, smallRun } from './small-run.js';

const run = mkdtempSync(join(tmpdir(), 'accessible-'));
const interval = { value: 0.6, low: 0.5, high: 0.7 };
const figures = [{ key: 'top1', label: 'top-1', better: 'higher', share: true }];

/** The verdicts of a real run, with grades, pairs and ranges. */
function realSelection() {
  const path = join(packageRoot(), 'docs/results/cifar10-10k/selection.json');
  return selectionSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** A training with what each task adds. */
function training(test: object, more: object = {}): string {
  const result = trainingResultSchema.parse({
    ...{ version: 1, command: 'train', task: 'segmentation', policy: 'standard', figures },
    test: { images: 100, metrics: { top1: 0.6 }, first: interval, perImage: '', ...test },
    heldOut: { images: 50, metrics: { top1: 0.61 } },
    ...{ best: { epoch: 1, loss: 1 }, epochs: 4, images: 4000, seconds: 40, ...more },
  });
  return trainingPage({ run, manifest, result, events });
}

async function masks(): Promise<string> {
  const [width, height] = [62, 30];
  const data = new Uint8Array(width * height * 3).fill(90);
  const file = join(run, 'panels.png');
  writeAtomic(file, await encodePng({ width, height, channels: 3, data }));
  const tile = { height: 8, width: 14 };
  const classes = [
    { name: 'road', iou: 0.8, colour: '#804080' },
    { name: 'sky', iou: null, colour: '#4080c0' },
  ];
  const panels = { file: 'panels.png', rows: 3, columns: 4, tile, gap: 2 };
  return training({ classes }, { panels });
}

function comparison(): string {
  const arm = (name: string) => ({
    ...{ name, policy: name, pretrained: false, images: 4000, seconds: 40 },
    ...{ figures: { top1: interval }, toNone: interval, toAll: null },
    runs: [{ seed: 1, folder: `arms/${name}`, metrics: { top1: 0.6 }, images: 4000, seconds: 40 }],
  });
  const difference = { value: 0.1, low: 0.05, high: 0.15 };
  const parsed = comparisonSchema.parse({
    ...{ version: 1, command: 'compare', task: 'classification', status: 'partial', figures },
    ...{ seeds: [1], epochs: 4, imagesPerEpoch: 1000, testImages: 100, intervals: 'images' },
    arms: [arm('none'), arm('safe-v2')],
    payoff: [{ arm: 'safe-v2', against: [{ name: 'none', difference }] }],
    singles: {
      rows: [{ name: 'Blur', gain: difference, verdict: 'safe', j: 0.1 }],
      ...{ correlation: 0.5, correlationInterval: interval },
    },
    ...{ missing: ['all@1'], failed: [{ task: 'all@1', reason: 'no memory' }] },
  });
  const curves = parsed.arms.map(({ name }, k) => ({
    name,
    points: [1, 2, 3].map((epoch) => [epoch, 0.2 * epoch + 0.02 * k] as const),
  }));
  return comparisonPage({ manifest, comparison: parsed, events, curves });
}

const sets = [
  { name: 'photos', data: 'photos', selection, report: 'sets/photos/report.html' },
  { name: 'scans', data: 'scans', selection, report: 'sets/scans/report.html' },
];
const pages: Record<string, () => Promise<string> | string> = {
  'small run': async () => readFileSync(await buildReport(await smallRun()), 'utf8'),
  'real run': () => learnPage({ run, manifest, selection: realSelection(), samples: null, events }),
  'several data sets': () => setsPage({ manifest, events, sets }),
  'training on masks': masks,
  'training on labels': () =>
    training({ labels: [{ name: 'red', averagePrecision: 0.7, share: 0.4 }] }),
  comparison,
};

describe('axe finds nothing on the report of a', needsChromium, () => {
  let browser: Browser;
  before(async () => (browser = await startChromium()));
  after(async () => {
    await browser.close();
    rmSync(run, { recursive: true, force: true });
  });
  for (const [name, make] of Object.entries(pages))
    test(name, async () => {
      const html = await make();
      for (const options of looks) {
        const context = await browser.newContext(options);
        const page = await context.newPage();
        await page.setContent(html);
        const { colorScheme, viewport } = options;
        assert.deepEqual(await violationsOn(page), [], `${colorScheme}, ${viewport.width} px`);
        await context.close();
      }
    });
});
