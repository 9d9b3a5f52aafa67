import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  manifestSchema,
  selectionSchema,
  type EventLine,
  type Selection,
} from '../../src/run/files/index.js';
import { PixelStore } from '../../src/data/index.js';
import { writeSamples } from '../../src/pictures/samples.js';

const measured = (j: number, half: number, taskChange: number) => ({
  params: {},
  n: 375,
  tpr: 0.1 + 0.9 * Math.max(0, j),
  fpr: 0.1 + 0.9 * Math.max(0, j) - j,
  j,
  jLow: j - half,
  jHigh: Math.min(1, j + half),
  auc: 0.5 + j / 2,
  thesis: { tpr: 0.12, fpr: 0.01 },
  taskChange: { value: taskChange, low: taskChange - 0.03, high: taskChange + 0.03 },
  taskAccuracy: 0.7 + taskChange,
});

/** A selection with one augmentation of each verdict and one control of each kind. */
export const selection: Selection = selectionSchema.parse({
  version: 1,
  rule: 'equivalence',
  status: 'partial',
  delta: 0.0682,
  deltaFrom: 'ControlShift1 has J up to 0.068',
  alpha: 0.05,
  cleanAccuracy: { value: 0.7, low: 0.66, high: 0.74 },
  smallestDifference: 0.0456,
  augmentations: [
    { name: 'Blur', ...measured(0.797, 0.06, -0.104), verdict: 'unsafe', reason: 'J above 0.068' },
    { name: 'HorizontalFlip', ...measured(0.012, 0.03, 0.003), verdict: 'safe', reason: 'J below' },
    { name: 'RandomCrop', ...measured(0.08, 0.04, -0.02), verdict: 'undecided', reason: 'open' },
  ],
  controls: [
    { name: 'ControlNothingA', kind: 'negative', ...measured(0, 0.01, 0), passed: true },
    { name: 'ControlShift1', kind: 'harmless', ...measured(0.03, 0.038, 0), passed: true },
    { name: 'ControlInvert', kind: 'positive', ...measured(0.9, 0.05, -0.3), passed: true },
  ],
  conflicts: [],
  pairs: [],
  safe: ['HorizontalFlip'],
  safeV2: ['HorizontalFlip'],
});

export const manifest = manifestSchema.parse({
  version: 1,
  command: 'safe-augment learn photos --budget 5m',
  created: '2026-01-02T03:04:05.678Z',
  versions: { 'safe-augment': '0.1.0', node: '20.0.0', libtorch: '1.13.0' },
  seed: 7,
  hardware: { cpu: 'a processor', cores: 2, memoryBytes: 2 ** 33, device: 'cpu' },
  threads: 2,
  workers: 1,
  data: {
    source: 'folder:/data/photos/',
    kind: 'folder',
    classes: ['cat', 'dog <&>'],
    images: 12345,
    height: 16,
    width: 16,
    fingerprint: 'f00d',
    skipped: ['cat/broken.png'],
  },
  split: { train: 1500, judging: 375, test: 500 },
});

const metrics = (loss: number) => ({
  loss,
  taskLoss: loss,
  augmentLoss: loss / 3,
  taskAccuracy: 1 - loss / 3,
});

/** Epochs 1 to 4, of which the second was told twice, as after an interruption. */
export const events: EventLine[] = [1, 2, 2, 3, 4].map((epoch, i) => ({
  time: '2026-01-02T03:05:00.000Z',
  type: 'epoch',
  epoch,
  epochs: 4,
  lr: 0.1 / epoch,
  imagesPerSecond: 200,
  seconds: 10,
  train: metrics(2 - 0.2 * i),
  judging: epoch % 2 === 0 ? metrics(2.2 - 0.2 * i) : null,
}));

/** Writes a run folder as `learn` leaves it, without its weights. */
export async function smallRun(changed: Partial<Selection> = {}, samples = true): Promise<string> {
  const run = mkdtempSync(join(tmpdir(), 'report-'));
  const write = (name: string, value: unknown) =>
    writeFileSync(join(run, name), JSON.stringify(value));
  write('selection.json', { ...selection, ...changed });
  write('manifest.json', manifest);
  writeFileSync(join(run, 'events.jsonl'), events.map((e) => `${JSON.stringify(e)}\n`).join(''));
  if (samples) {
    const pixels = (i: number) => Uint8Array.from({ length: 768 }, (_, p) => (p * (i + 3)) % 256);
    const images = [0, 1, 2, 3].map((i) => ({
      ...{ width: 16, height: 16, channels: 3 as const },
      data: pixels(i),
    }));
    const none = new Uint32Array(0);
    const data = {
      store: PixelStore.of(images),
      size: { width: 16, height: 16 },
      targets: { kind: 'class', classes: Int32Array.of(0, 1, 0, 1) } as const,
      classes: ['a', 'b'],
      splits: { train: Uint32Array.of(0, 1, 2, 3), val: none, test: none },
    };
    const augmentations = selection.augmentations.map(({ name }) => ({ name }));
    const settings = { seed: 1, restore: 'reflect' as const, controls: true, augmentations };
    await writeSamples(run, data, settings, selection);
  }
  return run;
}
