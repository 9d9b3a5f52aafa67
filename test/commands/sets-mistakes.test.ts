import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UserError } from '../../src/core/index.js';
import { resolveLearnConfig, type LearnInput } from '../../src/config/index.js';
import { runFiles } from '../../src/run/files/index.js';
import { listImagesBelow } from '../../src/data/index.js';
import { decodeImage, resizeImage, writePng } from '../../src/image/index.js';
import { learn } from '../../src/commands/learn/learn.js';
import { smallData } from '../cli/support/small-data.js';
import { smallLabels } from '../cli/support/small-labels.js';
import { smallPairs } from '../cli/support/small-pairs.js';

let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mistakes-'));
  smallData(folder, 2, 24, 'images');
  smallData(folder, 3, 24, 'others');
  smallPairs(folder, { train: 4, val: 4, test: 0 });
  await smallLabels(folder, { train: 24, test: 4 });
  symlinkSync(join(folder, 'images'), join(folder, 'link'));
  cpSync(join(folder, 'others'), join(folder, 'small'), { recursive: true });
  for (const image of listImagesBelow(join(folder, 'small')).images) {
    const path = join(folder, 'small', image);
    await writePng(path, await resizeImage(await decodeImage(path), { width: 16, height: 16 }));
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

const cases: [name: string, data: string[], settings: LearnInput, code: string, RegExp][] = [
  ['the same folder by a link', ['images', 'link'], {}, 'DATA_TWICE', /given twice/],
  [
    'a folder within the other',
    ['images', 'images/airplane'],
    {},
    'DATA_TWICE',
    /is inside another/,
  ],
  ['one that is missing', ['images', 'nowhere'], {}, 'DATA_MISSING', /nowhere/],
  [
    'images with masks',
    ['images', 'scenes'],
    { size: 32 },
    'SEVERAL_TASK',
    /masks cannot share a network[^]*scenes/,
  ],
  [
    'several labels for each image beside classes',
    ['small', 'labelled'],
    {},
    'SEVERAL_TASK',
    /different tasks[^]*labelled[^]*a class for each image, like .*small[^]*labels\.csv/,
  ],
  [
    'classes beside several labels for each image',
    ['labelled', 'small'],
    {},
    'SEVERAL_TASK',
    /different tasks[^]*small[^]*several labels for each image[^]*like .*labelled/,
  ],
  [
    'a batch larger than all images',
    ['images', 'others'],
    { batch: 999 },
    'BATCH_TOO_LARGE',
    /where: .*images, .*others[^]*at least 999 training images[^]*at most \d+, or omit it/,
  ],
  [
    'a misspelt transform',
    ['images', 'others'],
    { augmentations: ['Blurr'] },
    'TRANSFORM_UNKNOWN',
    /did you mean "Blur"/,
  ],
];

for (const [name, data, settings, code, text] of cases)
  test(`${name} is named, and leaves no run behind`, async () => {
    const out = join(folder, 'wrong');
    const places = data.map((each) => join(folder, each));
    const config = resolveLearnConfig({
      flags: { epochs: 1, batch: 8, threads: 1, workers: 0, ...settings, data: places, out },
    });
    const hooks = { onEvent: () => {}, signal: new AbortController().signal };
    await assert.rejects(learn(config, hooks), (error: Error) => {
      assert.ok(error instanceof UserError, error.stack);
      assert.equal(error.code, code);
      assert.match(error.message, text);
      return true;
    });
    assert.ok(!existsSync(join(out, runFiles.config)));
  });

test('sizes that are not restored are refused', () => {
  const flags = { data: ['a', 'b'], restore: 'none', granularity: 'batch' } as const;
  assert.throws(
    () => resolveLearnConfig({ flags }),
    /restore: 'none' leaves images of different sizes/,
  );
});
