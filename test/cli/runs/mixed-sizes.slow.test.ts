import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { readLearnConfig, readTrainConfig } from '../../../src/config/index.js';
import { manifestSchema, readRunFile } from '../../../src/run/files/index.js';
import { cli } from '../support/run-cli.js';
import { projectRoot, smallData } from '../support/small-data.js';

// Images as people have them: no two of one size, some on end, some grey.
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mixed-'));
  const images = smallData(folder, 2, 24, 'alike');
  await mixed(images, 'small', [24, 44]);
  await mixed(images, 'large', [70, 150]);
  await scenes();
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Copies of images, their sides between two lengths; every fourth is grey. */
async function mixed(from: string, name: string, [low, high]: [number, number]): Promise<void> {
  for (const label of readdirSync(from)) {
    mkdirSync(join(folder, name, label), { recursive: true });
    for (const [i, file] of readdirSync(join(from, label)).sort().entries()) {
      const side = (n: number): number => low + ((17 * n) % (high - low + 1));
      const image = sharp(join(from, label, file)).resize(side(i), side(i + 3), { fit: 'fill' });
      if (i % 4 === 0) image.toColourspace('b-w');
      await image.png().toFile(join(folder, name, label, file.replace(/\.\w+$/, '.png')));
    }
  }
}

/** Street scenes and masks of two aspect ratios. */
async function scenes(): Promise<void> {
  const source = join(projectRoot, 'examples', 'camvid-mini', 'train');
  for (const part of ['images', 'labels']) mkdirSync(join(folder, 'scenes', part), { recursive: true });
  for (const [i, file] of readdirSync(join(source, 'images')).sort().slice(0, 12).entries()) {
    const name = basename(file, '.jpg');
    const window = i % 3 === 0 ? { left: 0, top: 8, width: 128, height: 80 } : undefined;
    for (const [part, from] of [
      ['images', `${name}.jpg`],
      ['labels', `${name}.png`],
    ]) {
      const picture = sharp(join(source, part, from));
      if (window) picture.extract(window);
      if (part === 'labels') picture.toColourspace('b-w');
      await picture.png({ palette: false }).toFile(join(folder, 'scenes', part, `${name}.png`));
    }
  }
  copyFileSync(join(source, '..', 'classes.txt'), join(folder, 'scenes', 'classes.txt'));
}

const quick = ['--threads', '1', '--workers', '0', '--set', 'model.width=8'];
const dataOf = (run: string) => readRunFile(join(folder, run), 'manifest', manifestSchema).data;

test('learn, train on its set, compare, judge others and predict: no size is asked for', async () => {
  const learned = await cli(
    ['learn', 'small', '--epochs', '1', '--no-controls', '--set', 'delta=0.1', '--out', 'l', ...quick],
    folder,
  );
  assert.equal(learned.code, 0, learned.err);
  assert.match(
    learned.out,
    /48 images of \d+x\d+ to \d+x\d+, worked on at \d+x\d+ \(crop\)$/m,
  );
  const { height, width, fit } = dataOf('l');
  assert.ok(height === width && height >= 24 && height <= 44, `${height}x${width}`);
  assert.equal(fit, 'crop');
  const config = readLearnConfig(join(folder, 'l', 'config.json'));
  assert.deepEqual([config.size, config.fit], [{ height, width }, 'crop']);
  assert.equal(config.model.name, 'resnet-small');

  // Other images at the run's size, larger ones too.
  const train = ['train', 'large', '--policy', 'HorizontalFlip', '--from', 'l', '--epochs', '1'];
  const trained = await cli([...train, '--out', 't', ...quick], folder);
  assert.equal(trained.code, 0, trained.err);
  assert.deepEqual([dataOf('t').height, dataOf('t').width, dataOf('t').fit], [height, width, 'crop']);

  const judged = await cli(['judge', 'l', 'large', '--out', 'j', '--threads', '1'], folder);
  assert.equal(judged.code, 0, judged.err);
  assert.deepEqual([dataOf('j').height, dataOf('j').width, dataOf('j').fit], [height, width, 'crop']);

  const predicted = await cli(['predict', 't', 'large', 'small', '--json'], folder);
  assert.equal(predicted.code, 0, predicted.err);
  assert.equal(predicted.out.trim().split('\n').length, 96);

  const compare = ['compare', 'small', '--arms', 'none,HorizontalFlip', '--seeds', '1'];
  const compared = await cli([...compare, '--epochs', '1', '--out', 'c', ...quick], folder);
  assert.equal(compared.code, 0, compared.err);
  const arm = readTrainConfig(join(folder, 'c', 'arms', 'none-seed0', 'config.json'));
  assert.deepEqual([arm.size, arm.fit], [{ height, width }, 'crop']);
});

test('larger ones go to the pre-trained network, which a resumed run keeps', async () => {
  const args = ['--policy', 'none', '--epochs', '1', '--batch', '8', '--threads', '1'];
  const { code, out, err } = await cli(['train', 'large', ...args, '--out', 'p'], folder);
  assert.equal(code, 0, err);
  assert.match(out, /efficientnet-lite0\.safetensors: loaded 294 of 296 tensors/);
  const { model } = readTrainConfig(join(folder, 'p', 'config.json'));
  assert.equal(model.name, 'efficientnet-lite0');
  // The median of the shorter sides is 91.
  assert.deepEqual([dataOf('p').height, dataOf('p').width], [96, 96]);
  const resumed = await cli(['train', '--resume', '--out', 'p'], folder);
  assert.equal(resumed.code, 0, resumed.err);
});

test('images with masks: sides in multiples of 32, and predictions at each image’s own size', async () => {
  const args = ['--policy', 'all', '--epochs', '1', '--batch', '4', ...quick];
  const { code, out, err } = await cli(
    ['train', 'scenes', '--model', 'resnet-small', ...args, '--out', 'm'],
    folder,
  );
  assert.equal(code, 0, err);
  assert.match(out, /12 images of 80x128 to 96x128, worked on at 96x128 \(crop\)$/m);
  const predicted = await cli(['predict', 'm', join('scenes', 'images')], folder);
  assert.equal(predicted.code, 0, predicted.err);
  for (const file of readdirSync(join(folder, 'scenes', 'images'))) {
    const { height, width } = await sharp(join(folder, 'scenes', 'images', file)).metadata();
    const mask = await sharp(join(folder, 'm', 'predictions', file)).metadata();
    assert.deepEqual([mask.height, mask.width], [height, width], file);
  }
});

test('values of masks are proposed, and taken from the command line', async () => {
  cpSync(join(folder, 'scenes'), join(folder, 'nameless'), { recursive: true });
  rmSync(join(folder, 'nameless', 'classes.txt'));
  const args = ['train', 'nameless', '--policy', 'none', '--size', '24x32', '--epochs', '1'];
  const refused = await cli([...args, '--out', 'n', ...quick], folder);
  assert.equal(refused.code, 2);
  const [, option] = /: (--mask-values [\d,]+) makes each of them a class/.exec(refused.err) ?? [];
  assert.ok(option, refused.err);
  const { code, out, err } = await cli(
    [...args, ...option.split(' '), '--out', 'n', '--batch', '4', ...quick],
    folder,
  );
  assert.equal(code, 0, err);
  assert.match(out, /using preset segmentation/);
  const values = option.split(' ')[1].split(',');
  assert.deepEqual(dataOf('n').classes, values);
  assert.deepEqual(dataOf('n').segmentation?.values, values.map(Number));
});

test('preview shows them as they are worked on', async () => {
  const { code, err } = await cli(['preview', 'large', '--out', 'sheet.png', '--columns', '3'], folder);
  assert.equal(code, 0, err);
  assert.ok(readFileSync(join(folder, 'sheet.png')).length > 1000);
});
