import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../src/core/index.js';
import { openDataset, splitJudging, withTestPart, type Dataset } from '../../src/data/index.js';
import { splitNaming, type PartSetting } from '../../src/run/split-settings.js';
import { smallData } from '../cli/support/small-data.js';

let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'shares-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const settings: PartSetting[] = [{ name: 'testShare', value: 0.2, instead: '0.1' }];

/** Images per class that the error asks for, with these shares of 2 images per class. */
async function asked(testShare: number, judging: number, calibration: number): Promise<number> {
  const split = (all: Dataset) => {
    const data = withTestPart(all, testShare);
    return splitJudging(data, { judging, calibration, seed: 3 });
  };
  const dataOf = (perClass: number) =>
    openDataset(smallData(folder, 3, perClass, `${testShare}-${judging}-${perClass}`));
  const messageFor = async (perClass: number): Promise<string> => {
    const data = await dataOf(perClass);
    try {
      splitNaming(settings, data, split);
      return '';
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
      return error.message;
    }
  };
  const said = /at least (\d+) images in each class, with testShare 0\.2/.exec(await messageFor(2));
  assert.ok(said, 'no number in the message');
  const fewest = Number(said[1]);
  assert.notEqual(await messageFor(fewest - 1), '', `${fewest - 1} images are enough`);
  assert.equal(await messageFor(fewest), '', `${fewest} images are not enough`);
  return fewest;
}

test('the number of images that the error asks for is enough, and one fewer is not', async () => {
  assert.equal(await asked(0.2, 0.15, 0.05), 4);
  assert.equal(await asked(0.2, 0.0375, 0.0125), 4);
  // With 7 one of the three classes is only trained on.
  assert.equal(await asked(0.6, 0.15, 0.05), 7);
});

test('no number is made up where more training images would not help', async () => {
  const data = await openDataset(smallData(folder, 3, 4, 'val'));
  // One validation image in each of two classes: none is left to calibrate by.
  const val = data.splits.train.filter((_, i) => i === 0 || i === 4);
  const train = data.splits.train.filter((i) => !val.includes(i));
  const own = { ...data, splits: { ...data.splits, val, train } };
  assert.throws(
    () =>
      splitNaming(settings, own, (all) =>
        splitJudging(all, { judging: 0.15, calibration: 0.05, seed: 3 }),
      ),
    (error) =>
      error instanceof UserError &&
      /testShare/.test(error.message) &&
      !/in each class/.test(error.message),
  );
});

test('groups by likeness alone stop nothing; groups that were asked for do', async () => {
  const data = await openDataset(smallData(folder, 3, 8, 'alike'));
  const split = (all: Dataset) => ({
    data: all,
    split: splitJudging(all, { judging: 0.3, seed: 0 }),
  });
  const of = data.targets.kind === 'class' ? data.targets.classes : new Int32Array(0);
  const groups = { of: Int32Array.from(of), names: data.classes };
  const parts = splitNaming(settings, { ...data, groups: { ...groups, byLikeness: true } }, split);
  assert.equal(parts.data.groups, undefined);
  assert.match(parts.data.warnings.join('\n'), /each counts by itself/);
  assert.deepEqual(parts.split, splitJudging(data, { judging: 0.3, seed: 0 }));
  assert.throws(() => splitNaming(settings, { ...data, groups }, split), {
    code: 'SPLIT_TOO_SMALL',
  });
});
