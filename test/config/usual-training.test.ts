import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  readLearnConfig,
  readTrainConfig,
  resolveCompareConfig,
  resolveLearnConfig,
  resolveTrainConfig,
  settleTraining,
  usualTraining,
  type TrainingCase,
} from '../../src/config/index.js';
import { batchFor, caseOn } from '../../src/run/data-defaults.js';

/** 10,000 images of CIFAR-10, a tenth of them held out. */
const thumbnails: TrainingCase = {
  heads: 'task',
  network: 'resnet-small',
  pretrained: false,
  oneClass: true,
  images: 9000,
  epochs: 30,
};
const train = (more: object = {}) =>
  resolveTrainConfig({ flags: { data: 'x', policy: 'none', ...more } });

test('the small network from scratch has SGD where it sees 200,000 images or more, AdamW before', () => {
  const nameAt = (epochs: number | null) => usualTraining({ ...thumbnails, epochs }).optimiser.name;
  assert.deepEqual([null, 10, 22, 23, 30, 100].map(nameAt), [
    ...['adamw', 'adamw', 'adamw'],
    ...['sgd', 'sgd', 'sgd'],
  ]);
  assert.equal(usualTraining({ ...thumbnails, images: 500, epochs: 500 }).optimiser.name, 'sgd');
});

test('deep networks, masks, several labels, joint learning and pre-trained trunks keep AdamW', () => {
  const others: Partial<TrainingCase>[] = [
    { network: 'densenet121' },
    { oneClass: false },
    { heads: 'both' },
    { pretrained: true },
  ];
  for (const other of others)
    assert.equal(usualTraining({ ...thumbnails, ...other }).optimiser.name, 'adamw');
});

test('a trunk that starts from weights is fine-tuned, for both heads or one, but not under masks', () => {
  for (const [heads, lr, headFactor] of [
    ['task', 2e-4, 4],
    ['both', 2e-4, 10],
  ] as const) {
    const { optimiser, pretrained, batch } = usualTraining({
      ...thumbnails,
      heads,
      pretrained: true,
    });
    assert.deepEqual([optimiser.name, optimiser.lr, batch], ['adamw', lr, 32]);
    assert.deepEqual(pretrained, { headFactor, headsFirst: 0, frozenStages: 0, norms: 'frozen' });
  }
  const lite0 = { ...thumbnails, network: 'efficientnet-lite0', pretrained: true } as const;
  assert.equal(usualTraining({ ...lite0, heads: 'both' }).pretrained.frozenStages, 3);
  assert.equal(usualTraining(lite0).pretrained.frozenStages, 0);
  const several = { ...lite0, heads: 'both', oneClass: false } as const;
  assert.equal(usualTraining(several).pretrained.frozenStages, 0);
  const masks = usualTraining({ ...thumbnails, pretrained: true, oneClass: false });
  assert.deepEqual([masks.optimiser.lr, masks.pretrained.norms], [0.003, 'trained']);
});

test('what is open is settled; what is given stays', () => {
  const usual = usualTraining(thumbnails);
  const open = settleTraining(train(), thumbnails);
  assert.deepEqual(open.optimiser, usual.optimiser);
  assert.equal(open.averaging, null);
  assert.equal(open.labelSmoothing, 0);
  const none = { headFactor: 1, headsFirst: 0, frozenStages: 0, norms: 'trained' };
  assert.deepEqual(open.pretrained, none);
  const given = settleTraining(
    train({
      optimiser: { lr: 0.02 },
      averaging: {},
      labelSmoothing: 0.1,
      pretrained: { norms: 'frozen', headFactor: 4, frozenStages: 2 },
    }),
    thumbnails,
  );
  assert.deepEqual(given.optimiser, { ...usual.optimiser, lr: 0.02 });
  assert.deepEqual(given.averaging, { decay: 0.999, warmup: true });
  assert.equal(given.labelSmoothing, 0.1);
  assert.deepEqual(given.pretrained, {
    ...{ headFactor: 4, headsFirst: 0, frozenStages: 2, norms: 'frozen' },
  });
  const adam = settleTraining(train({ optimiser: { name: 'adam' } }), thumbnails);
  assert.equal(adam.optimiser.name, 'adam');
  assert.deepEqual(settleTraining(open, thumbnails), open, 'settled once and for all');
});

test('all commands leave the optimiser open, the presets of the thesis do not', () => {
  assert.equal(train().optimiser.name, 'auto');
  assert.equal(
    resolveCompareConfig({ flags: { data: 'x', arms: ['none'] } }).optimiser.name,
    'auto',
  );
  assert.equal(resolveLearnConfig({ flags: { data: 'x' } }).optimiser.name, 'auto');
  const thesis = resolveTrainConfig({
    preset: 'thesis-cifar10',
    flags: { data: 'x', policy: 'none' },
  });
  assert.equal(thesis.optimiser.name, 'sgd');
});

test('runs of earlier versions go on without what they did not know', () => {
  const folder = mkdtempSync(join(tmpdir(), 'earlier-'));
  const older = (config: object): string => {
    const path = join(folder, 'config.json');
    const later =
      'averaging labelSmoothing precision pretrained decoding resizing namesAlike'.split(' ');
    const known = Object.entries(config).filter(([name]) => !later.includes(name));
    writeFileSync(path, JSON.stringify(Object.fromEntries(known)));
    return path;
  };
  const off = { headFactor: 1, headsFirst: 0, frozenStages: 0, norms: 'trained' };
  for (const read of [
    readTrainConfig(older(train({ out: 'r' }))),
    readLearnConfig(older(resolveLearnConfig({ flags: { data: 'x', out: 'r' } }))),
  ]) {
    assert.deepEqual(read.pretrained, off);
    assert.equal(read.averaging, null);
    assert.equal(read.labelSmoothing, 0);
    assert.equal(read.precision, 'float32');
    assert.equal(read.decoding, 'full');
    assert.equal(read.resizing, 'earlier');
    assert.equal(read.namesAlike, 'apart');
  }
  // A run that froze its norms before stages could be frozen goes on training all stages.
  const pretrained = { headFactor: 10, headsFirst: 0, norms: 'frozen' };
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify({ ...train({ out: 'r' }), pretrained }));
  assert.deepEqual(readTrainConfig(path).pretrained, { ...pretrained, frozenStages: 0 });
  rmSync(folder, { recursive: true });
});

test('the batch belongs to the choice, and gets smaller where images are few', () => {
  const data = { root: 'x', mostInBatch: null, pixels: 32 * 32, outputs: 'image' } as const;
  const batch = (images: number, usual: number | null) =>
    batchFor({ batch: 'auto' }, data, images, 'training', usual);
  assert.equal(batch(9000, null), 64);
  assert.equal(batch(9000, 128), 128);
  assert.equal(batch(500, 128), 32);
  assert.equal(batchFor({ batch: 50 }, data, 9000, 'training', 128), 50);
  assert.equal(
    batchFor({ batch: 'auto' }, { ...data, mostInBatch: 16 }, 9000, 'training', 128),
    16,
  );
});

test('whether a trunk is pre-trained follows from network, weights and size', () => {
  const on = (name: 'resnet-small' | 'efficientnet-lite0', side: number, weights = 'auto') =>
    caseOn(
      { model: { name, stem: 'auto', width: 16, weights } },
      {
        size: { height: side, width: side },
        store: { channels: 3 },
        targets: { kind: 'class' },
      },
      2,
      'task',
      null,
    ).pretrained;
  assert.deepEqual(
    [on('resnet-small', 160), on('efficientnet-lite0', 160), on('efficientnet-lite0', 32)],
    [false, true, false],
  );
  assert.equal(on('efficientnet-lite0', 160, 'none'), false);
});
