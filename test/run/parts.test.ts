import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PixelStore, type Dataset } from '../../src/data/index.js';
import { partsTable } from '../../src/run/parts.js';

const data: Dataset = {
  kind: 'folder',
  root: '/',
  classes: ['cat', 'dog'],
  items: ['cat/1_0.png', 'cat/1_1.png', 'dog/2_0.png'].map((name) => ({ name, split: 'train' })),
  targets: { kind: 'class', classes: Int32Array.of(0, 0, 1) },
  splits: { train: Uint32Array.of(0, 1, 2), val: new Uint32Array(0), test: new Uint32Array(0) },
  size: { width: 1, height: 1 },
  store: PixelStore.allocate(3, { width: 1, height: 1 }),
  normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
  fingerprint: '',
  badFiles: [],
  ignoredFiles: 0,
  duplicates: { testInTrain: 0, withinTrain: 0, otherClass: 0, examples: [] },
  nearDuplicates: [],
  warnings: [],
};
const none = new Uint32Array(0);
const split = {
  train: Uint32Array.of(0, 1),
  judging: Uint32Array.of(2),
  calibration: none,
  test: none,
  judgingFrom: 'train',
  trainedOnly: [],
} as const;

test('parts.csv has a column of groups where images belong together', () => {
  assert.equal(
    partsTable([{ data, split }]),
    'file,class,part\ncat/1_0.png,cat,train\ncat/1_1.png,cat,train\ndog/2_0.png,dog,judging\n',
  );
  const groups = { of: Int32Array.of(0, 0, 1), names: ['1', '2, left'] };
  assert.equal(
    partsTable([{ data: { ...data, groups }, split }]),
    'file,class,part,group\ncat/1_0.png,cat,train,1\ncat/1_1.png,cat,train,1\ndog/2_0.png,dog,judging,"2, left"\n',
  );
});

test('parts.csv says in what fold an image judges, and in what fold it calibrates', () => {
  const fold = (train: number, judging: number, calibration: number) => ({
    ...split,
    train: Uint32Array.of(train),
    judging: Uint32Array.of(judging),
    calibration: Uint32Array.of(calibration),
  });
  const folds = [fold(0, 1, 2), fold(1, 2, 0), fold(2, 0, 1)];
  assert.equal(
    partsTable([{ data, split: folds[0], folds }]),
    'file,class,part,fold,calibratesFold\ncat/1_0.png,cat,judging,3,2\ncat/1_1.png,cat,judging,1,3\ndog/2_0.png,dog,judging,2,1\n',
  );
});
