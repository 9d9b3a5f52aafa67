import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  fifteen,
  learnSchema,
  presets,
  resolveLearnConfig,
  type LearnInput,
} from '../../src/config/index.js';

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new assert.AssertionError({ message: 'expected an error' });
}

function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'config-')), name);
  writeFileSync(path, text);
  return path;
}

describe('resolveLearnConfig', () => {
  test('fills in every default', () => {
    const c = resolveLearnConfig({ flags: { data: 'photos' } });
    assert.equal(c.out, 'runs/photos');
    assert.deepEqual(
      c.augmentations.map((a) => a.name),
      [...fifteen],
    );
    assert.deepEqual(c.subset, { min: 0, max: 5 });
    assert.equal(c.epochs, 'auto');
    assert.equal(c.optimiser.name, 'auto');
  });

  test('names the run of a single file without its ending', () => {
    for (const data of ['sets/pneumoniamnist.npz', 'npz:pneumoniamnist.NPZ'])
      assert.equal(resolveLearnConfig({ flags: { data } }).out, 'runs/pneumoniamnist');
  });

  test('takes the table of labels and its columns', () => {
    const columns = { fileColumn: null, labelColumn: null, splitColumn: null, groupColumn: null };
    const none = { file: null, ...columns, maskValues: null, resizeMasks: false };
    assert.deepEqual(resolveLearnConfig({ flags: { data: 'photos' } }).labels, none);
    const labels = { file: 'all.csv', labelColumn: 'diagnosis' };
    const c = resolveLearnConfig({ flags: { data: 'photos', labels } });
    assert.deepEqual(c.labels, { ...none, ...labels });
    for (const wrong of [{ file: '' }, { column: 'x' }, { labelColumn: 3 }])
      assert.throws(
        () =>
          resolveLearnConfig({
            // A wrong setting, as a file or the command line may have it.
            flags: JSON.parse(JSON.stringify({ data: 'photos', labels: wrong })),
          }),
        /labels\./,
      );
  });

  test('resolves its own result to itself, for every preset', () => {
    for (const preset of Object.keys(presets)) {
      const c = resolveLearnConfig({ preset, flags: { data: 'cifar10:somewhere/cifar10' } });
      assert.deepEqual(learnSchema.parse(JSON.parse(JSON.stringify(c))), c);
      assert.equal(c.out, 'runs/cifar10');
    }
  });

  test('images with masks are judged as those with a class, and their recipe is chosen likewise', () => {
    const of = (preset: string) => resolveLearnConfig({ preset, flags: { data: 'scenes' } });
    const [quick, masks] = [of('quick'), of('segmentation')];
    assert.deepEqual(masks.judging, quick.judging);
    assert.deepEqual(masks.optimiser, quick.optimiser);
    assert.ok(masks.judging.fraction > 0.2 && masks.judging.maxDraws > 3);
  });

  test('lays flags over the file over the preset', () => {
    const path = file(
      'run.yaml',
      'preset: thesis-cifar10\nbatch: 64\nseed: 7\nmodel: {width: 16}\n',
    );
    const c = resolveLearnConfig({ file: path, flags: { data: 'd', seed: 9 } });
    assert.equal(c.model.name, 'densenet121');
    assert.equal(c.model.width, 16);
    assert.equal(c.batch, 64);
    assert.equal(c.seed, 9);
    assert.equal(c.granularity, 'batch');
  });

  test('lets whoever sets epochs drop the budget below, and the other way round', () => {
    const epochs = resolveLearnConfig({ preset: 'demo', flags: { data: 'd', epochs: 3 } });
    assert.deepEqual([epochs.epochs, epochs.budget], [3, null]);
    const budget = resolveLearnConfig({
      preset: 'thesis-cifar10',
      flags: { data: 'd', budget: '1h30m' },
    });
    assert.deepEqual([budget.epochs, budget.budget], ['auto', 5400]);
    const both = resolveLearnConfig({ flags: { data: 'd', budget: '90s', epochs: 3 } });
    assert.deepEqual([both.epochs, both.budget], [3, 90]);
  });

  test('replaces a schedule by another one and merges into the same one', () => {
    const other = resolveLearnConfig({
      preset: 'thesis-cifar10',
      flags: { data: 'd', schedule: { name: 'cosine' } },
    });
    assert.deepEqual(other.schedule, { name: 'cosine', warmupEpochs: 0, minLr: 0 });
    const same = resolveLearnConfig({
      preset: 'thesis-cifar10',
      flags: { data: 'd', schedule: { name: 'plateau', patience: 3 } },
    });
    assert.deepEqual(same.schedule, { name: 'plateau', factor: 0.1, patience: 3, minLr: 0 });
  });

  test('reads sizes as numbers, text and objects', () => {
    const size = (value: LearnInput['size']) =>
      resolveLearnConfig({ flags: { data: 'd', size: value } }).size;
    assert.deepEqual(size(64), { height: 64, width: 64 });
    assert.deepEqual(size('48x64'), { height: 48, width: 64 });
    assert.deepEqual(size({ height: 3, width: 4 }), { height: 3, width: 4 });
    assert.equal(size(null), null);
    assert.deepEqual(size(16383), { height: 16383, width: 16383 });
    for (const large of [16384, '16384', '9x16384'])
      assert.throws(() => size(large), /size: .*1638[34]/);
  });
});

describe('mistakes in a configuration', () => {
  test('are all reported at once, with their paths', () => {
    const flags = {
      data: 'd',
      batc: 3,
      epochs: 0,
      budget: 'soon',
      augmentations: ['Blur', { name: 'Blur', optins: {} }],
      schedule: { name: 'cosin' },
      model: { width: 1, wide: 2 },
      subset: { min: 6 },
      rule: 'thesis',
    } as unknown as LearnInput;
    const text = messageOf(() => resolveLearnConfig({ flags }));
    for (const part of [
      'problems in the configuration',
      'batc: unknown setting',
      'epochs: expected',
      "budget: expected a duration such as '90s', '20m' or '1h30m', got \"soon\"",
      'augmentations[1].optins: unknown setting',
      'schedule.name:',
      'model.width:',
      'model.wide: unknown setting',
    ])
      assert.ok(text.includes(part), `${part} is missing in\n${text}`);
  });

  test('between settings are found beside others', () => {
    const flags = { data: 'd', seed: -1, subset: { min: 6 }, rule: 'thesis', controls: false };
    const text = messageOf(() => resolveLearnConfig({ flags: flags as LearnInput }));
    assert.match(text, /^3 problems/);
    assert.match(text, /subset\.min: expected at most subset\.max \(5\), got 6/);
    assert.match(text, /thesis: expected thresholds/);
  });

  test('name the missing data once', () => {
    const text = messageOf(() => resolveLearnConfig({}));
    assert.match(text, /^One problem/);
    assert.match(text, /data: expected a folder/);
  });

  test('refuse an augmentation that is listed twice', () => {
    const flags: LearnInput = { data: 'd', augmentations: ['Blur', 'CLAHE', 'Blur'] };
    const text = messageOf(() => resolveLearnConfig({ flags }));
    assert.match(text, /augmentations\[2\]\.name: Blur is listed twice \(also at 0\)/);
  });

  test('name an unknown preset, an unreadable file, bad YAML and a list', () => {
    const resolve = (sources: Parameters<typeof resolveLearnConfig>[0]) =>
      messageOf(() => resolveLearnConfig(sources));
    assert.match(resolve({ preset: 'fast' }), /Unknown preset[^]*quick, demo[^]*"fast"/);
    assert.match(resolve({ file: 'no/such.yaml' }), /Cannot read[^]*no\/such\.yaml[^]*ENOENT/);
    assert.match(resolve({ file: file('a.yaml', 'a: [1') }), /not valid YAML/);
    assert.match(resolve({ file: file('a.json', '[1]') }), /a mapping[^]*a list/);
  });
});
