import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeImage, decodeMask, encodeMaskPng, writePng } from '../../src/image/index.js';
import { cli } from './support/run-cli.js';
import { smallData } from './support/small-data.js';

let folder: string;
let image: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'small-'));
  const data = smallData(folder, 2, 6);
  const [name] = readdirSync(data).sort();
  image = join(data, name, readdirSync(join(data, name)).sort()[0]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('apply prints parameters that, given again, make the same bytes', async () => {
  const drawn = await cli(
    ['apply', '--transform', 'ShiftScaleRotate', '--seed', '5', image, 'a.png'],
    folder,
  );
  assert.equal(drawn.code, 0, drawn.err);
  const params = JSON.stringify(JSON.parse(drawn.out));
  const again = await cli(
    ['apply', '--transform', 'ShiftScaleRotate', '--params', params, image, 'b.png'],
    folder,
  );
  assert.equal(again.code, 0, again.err);
  const a = await decodeImage(join(folder, 'a.png'));
  assert.deepEqual(a, await decodeImage(join(folder, 'b.png')));
  assert.notDeepEqual(a.data, (await decodeImage(image)).data);
});

test('--json prints results and mistakes as JSON, alone on standard output', async () => {
  const parsed = async (args: string[], code = 0) => {
    const done = await cli([...args, '--json'], folder);
    assert.equal(done.code, code, done.err);
    return JSON.parse(done.out);
  };
  const applied = await parsed(['apply', image, 'json.png', '--transform', 'ToGray']);
  assert.deepEqual(applied, { file: 'json.png', params: {} });
  const data = relative(folder, resolve(image, '../..'));
  assert.deepEqual(await parsed(['preview', data, '--columns', '2', '--out', 'j.png']), {
    file: 'j.png',
  });
  const { error } = await parsed(['preview', 'nowhere'], 2);
  assert.match(error.where, /nowhere/);
  assert.ok(error.code && error.message && error.remedy);
});

test('completions of bash offer commands, options and their values, and leave files to bash', async () => {
  const { code, out } = await cli(['completion', 'bash'], folder);
  assert.equal(code, 0);
  const offered = (...words: string[]): string[] => {
    const script = `${out}
COMP_WORDS=(safe-augment "$@"); COMP_CWORD=$#; _safe_augment; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const printed = execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
    return printed.split('\n').filter((word) => word !== '');
  };
  assert.deepEqual(offered('le'), ['learn']);
  assert.deepEqual(offered('learn', '--fi'), ['--fit']);
  assert.deepEqual(offered('learn', '--fit', ''), ['crop', 'pad', 'stretch']);
  assert.deepEqual(offered('train', '--policy', 'keep'), ['keep', 'keep-v2']);
  assert.deepEqual(offered('learn', '--out', 'r'), []);
  assert.deepEqual(offered('learn', 'photos'), []);
  assert.deepEqual(offered('completion', ''), ['bash', 'zsh']);
});

test('apply moves a mask along with its image', async () => {
  // The image's first channel as its mask.
  const { width, height, data } = await decodeImage(image);
  const first = { width, height, data: data.filter((_, i) => i % 3 === 0) };
  writeFileSync(join(folder, 'first.png'), await encodeMaskPng(first));
  const done = await cli(
    [
      'apply',
      '--transform',
      'HorizontalFlip',
      '--mask',
      'first.png',
      'mask.png',
      '--',
      image,
      'c.png',
    ],
    folder,
  );
  assert.equal(done.code, 0, done.err);
  const [moved, mask] = await Promise.all(
    ['c.png', 'mask.png'].map((name) => decodeImage(join(folder, name))),
  );
  // Flipped, it must still be the first channel.
  for (let i = 0; i < 32 * 32; i++) assert.equal(mask.data[3 * i], moved.data[3 * i]);
});

test("apply shows a label of one's own outside a mask, within 0 to 255", async () => {
  const { width, height, data } = await decodeImage(image);
  const first = { width, height, data: data.filter((_, i) => i % 3 === 0) };
  writeFileSync(join(folder, 'labels.png'), await encodeMaskPng(first));
  const shift = '{"angle":0,"scale":1,"dx":0.5,"dy":0}';
  const run = (fill: string): ReturnType<typeof cli> =>
    cli(
      ['apply', '--transform', 'ShiftScaleRotate', '--params', shift, '--mask-fill', fill].concat([
        '--mask',
        'labels.png',
        'moved.png',
        '--',
        image,
        'd.png',
      ]),
      folder,
    );
  const done = await run('255');
  assert.equal(done.code, 0, done.err);
  const moved = await decodeMask(join(folder, 'moved.png'));
  for (let y = 0; y < 32; y++)
    for (let x = 0; x < 16; x++) {
      assert.equal(moved.data[y * 32 + x], 255);
      assert.equal(moved.data[y * 32 + x + 16], first.data[y * 32 + x]);
    }
  const wrong = await run('256');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /class index/);
});

test('preview draws a row for every augmentation and the originals above', async () => {
  const done = await cli(
    ['preview', 'images', '--out', 'sheet.png', '--columns', '3', '--transform', 'Blur', 'CLAHE'],
    folder,
  );
  assert.equal(done.code, 0, done.err);
  const sheet = await decodeImage(join(folder, 'sheet.png'));
  assert.equal(sheet.height, 3 * 96 + 2 * 2);
  assert.ok(readFileSync(join(folder, 'sheet.png')).length > 1000);
});

test('preview takes masks as learn does, and draws them as outlines that move with the image', async () => {
  const grey = { width: 64, height: 64, channels: 3 as const, data: new Uint8Array(64 * 64 * 3) };
  grey.data.fill(100);
  // The left quarter is of another class; masks have half the size of their images.
  const mask = Uint8Array.from({ length: 32 * 32 }, (_, i) => (i % 32 < 8 ? 255 : 0));
  mkdirSync(join(folder, 'pairs/images'), { recursive: true });
  mkdirSync(join(folder, 'pairs/masks'));
  for (const i of [0, 1]) {
    await writePng(join(folder, `pairs/images/${i}.png`), grey);
    const bytes = await encodeMaskPng({ width: 32, height: 32, data: mask });
    writeFileSync(join(folder, `pairs/masks/${i}.png`), bytes);
  }
  const args = ['preview', 'pairs', '--out', 'pairs.png', '--columns', '2', '--size', '64'];
  const flip = ['--transform', 'HorizontalFlip'];
  const refused = await cli([...args, ...flip], folder);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /--mask-values 0,255/);
  const values = [...args, '--mask-values', '0,255'];
  const wrong = await cli([...values, ...flip], folder);
  assert.match(wrong.err, /--resize-masks/);
  const done = await cli([...values, '--resize-masks', ...flip], folder);
  assert.equal(done.code, 0, done.err);
  const { data, width } = await decodeImage(join(folder, 'pairs.png'));
  // The second column's tile ends at the right edge of the sheet.
  const coloured = (y: number): number[] =>
    Array.from({ length: 64 }, (_, x) => x).filter((x) => {
      const at = (y * width + width - 64 + x) * 3;
      return data[at] !== 100;
    });
  assert.deepEqual(coloured(30), [15, 16]);
  assert.deepEqual(coloured(66 + 30), [47, 48]);
});

test('apply moves a mask in colours, and keeps these', async () => {
  const { width, height } = await decodeImage(image);
  const colours = [
    [128, 64, 128],
    [0, 0, 0],
  ];
  const data = Uint8Array.from(
    Array.from({ length: width * height }, (_, i) => colours[i % width < 5 ? 0 : 1]).flat(),
  );
  await writePng(join(folder, 'street.png'), { width, height, channels: 3, data });
  const flip = ['apply', '--transform', 'HorizontalFlip', '--mask', 'street.png', 'moved2.png'];
  const done = await cli([...flip, '--', image, 'f.png'], folder);
  assert.equal(done.code, 0, done.err);
  const moved = await decodeImage(join(folder, 'moved2.png'));
  for (let x = 0; x < width; x++)
    assert.deepEqual(
      [...moved.data.subarray(3 * x, 3 * x + 3)],
      colours[x >= width - 5 ? 0 : 1],
      `x ${x}`,
    );
});

test('preview draws a baseline with everything that it is made of', async () => {
  const args = ['--columns', '3', '--transform', 'crop-flip-cutout', '--out', 'baseline.png'];
  const done = await cli(['preview', 'images', ...args], folder);
  assert.equal(done.code, 0, done.err);
  const { data, width, height, channels } = await decodeImage(join(folder, 'baseline.png'));
  assert.equal(height, 2 * 96 + 2);
  // Cutout's grey covers up to a quarter of each image in the second row, and hardly any of the originals.
  const greyFrom = (first: number, end: number): number => {
    let count = 0;
    for (let at = first * width * channels; at < end * width * channels; at += channels)
      if (data[at] === 128 && data[at + 1] === 128 && data[at + 2] === 128) count++;
    return count;
  };
  assert.ok(greyFrom(98, height) > 100 + 2 * greyFrom(0, 96));
});

test('apply and preview replace no input, and write PNG under its own name', async () => {
  writeFileSync(join(folder, 'label.png'), readFileSync(join(folder, 'first.png')));
  const before = [image, 'label.png'].map((path) => readFileSync(resolve(folder, path)));
  const flip = ['apply', '--transform', 'HorizontalFlip'];
  const mask = (to: string): string[] => ['--mask', 'label.png', to, '--', image];
  for (const [args, message] of [
    [[...flip, image, image], /would replace an input/],
    [[...flip, image, relative(folder, image)], /would replace an input/],
    [[...flip, ...mask(image), 'e.png'], /would replace an input/],
    [[...flip, ...mask('label.png'), 'e.png'], /would replace an input/],
    [[...flip, ...mask('e.png'), 'label.png'], /would replace an input/],
    [[...flip, ...mask('e.png'), 'e.png'], /written to the same file/],
    [[...flip, image, 'e.jpg'], /PNG only[^]*got: +\.jpg[^]*e\.png/],
    [['preview', 'images', '--out', image], /replace a file in the data folder/],
    [['preview', 'images', '--out', 'sheet.jpg'], /PNG only[^]*sheet\.png/],
    [['preview', 'images', '--out', 'sheet'], /no ending/],
  ] as [string[], RegExp][]) {
    const { code, err } = await cli(args, folder);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, message);
  }
  const now = [image, 'label.png'].map((path) => readFileSync(resolve(folder, path)));
  assert.deepEqual(now, before);
  for (const name of ['e.png', 'e.jpg', 'sheet.jpg', 'sheet'])
    assert.ok(!existsSync(join(folder, name)), name);
});
