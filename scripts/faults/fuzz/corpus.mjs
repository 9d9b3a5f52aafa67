import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { tarGz, zip } from '../support/archives.mjs';
import { classFolders, pairs, picture, write } from '../support/base.mjs';
import { root } from '../support/command.mjs';
import { png } from '../support/png.mjs';
import { contentOf } from './targets.mjs';
import * as product from '../product.mjs';

/**
 * The whole files that mutations start from, a folder for each target.
 * @param {string} folder
 * @param {string} base data and runs of `makeBase`
 */
export async function makeCorpus(folder, base) {
  await images(join(folder, 'images'));
  masks(join(folder, 'masks'));
  pairs(join(folder, 'pairs'), { count: 4, width: 16, height: 12 });
  cifar(join(folder, 'cifar'));
  svhn(join(folder, 'svhn'));
  tinyImageNet(join(folder, 'tiny'));
  archives(join(folder, 'archives'));
  configs(join(folder, 'configs'));
  policies(join(folder, 'policies'));
  await cache(join(folder, 'cache'));
  for (const run of ['learned', 'several', 'trained', 'masked', 'compared']) {
    cpSync(join(base, run), join(folder, run), { recursive: true });
    rmSync(join(folder, run, 'report.html'), { force: true });
  }
  // A training that was stopped after its last epoch and can go on.
  cpSync(join(base, 'trained'), join(folder, 'stopped'), { recursive: true });
  rmSync(join(folder, 'stopped', 'results.json'));
  rmSync(join(folder, 'stopped', 'report.html'));
  // Gone on with from other working directories.
  const config = join(folder, 'stopped', 'config.json');
  const settings = JSON.parse(readFileSync(config, 'utf8'));
  writeFileSync(config, JSON.stringify({ ...settings, data: join(base, 'images') }));
}

async function images(folder) {
  mkdirSync(folder);
  const side = 24;
  const raw = { raw: { width: side, height: side, channels: 3 } };
  const plain = () => sharp(picture('fuzz', 0, side), raw);
  const files = {
    'rgb.png': plain().png(),
    'grey.png': plain().toColourspace('b-w').png(),
    'palette.png': plain().png({ palette: true }),
    'deep.png': plain().toColourspace('rgb16').png(),
    'interlaced.png': plain().png({ progressive: true }),
    'alpha.png': plain().ensureAlpha(0.5).png(),
    'plain.jpg': plain().jpeg(),
    'progressive.jpg': plain().jpeg({ progressive: true }),
    'grey.jpg': plain().toColourspace('b-w').jpeg(),
    'cmyk.jpg': plain().toColourspace('cmyk').jpeg(),
    'turned.jpg': plain().withMetadata({ orientation: 6 }).jpeg(),
    'lossy.webp': plain().webp(),
    'lossless.webp': plain().webp({ lossless: true }),
    'alpha.webp': plain().ensureAlpha(0.5).webp(),
    'lzw.tif': plain().tiff({ compression: 'lzw' }),
    'deep.tif': plain().toColourspace('rgb16').tiff({ compression: 'none' }),
    'palette.gif': plain().gif(),
    'lossy.avif': plain().avif(),
  };
  for (const [name, file] of Object.entries(files))
    writeFileSync(join(folder, name), await file.toBuffer());
  const rgb = picture('fuzz', 0, side);
  write(join(folder, 'bytes.ppm'), Buffer.concat([Buffer.from(`P6 ${side} ${side} 255\n`), rgb]));
  write(join(folder, 'text.pgm'), `P2 # text\n4 2\n4095\n${[...rgb.subarray(0, 8)].join(' ')}\n`);
  write(join(folder, 'plain.bmp'), bmp(side, 24, rgb));
  write(join(folder, 'palette.bmp'), bmp(side, 8, rgb.subarray(0, side * side)));
}

/** A BMP whose rows need no padding; of 8 bits with a palette of greys. */
function bmp(side, bits, pixels) {
  const palette = Buffer.from(Array.from({ length: bits === 8 ? 1024 : 0 }, (_, i) => i >> 2));
  const head = Buffer.alloc(54);
  head.write('BM');
  head.writeUInt32LE(54 + palette.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(side, 18);
  head.writeInt32LE(side, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  return Buffer.concat([head, palette, pixels]);
}

function masks(folder) {
  const values = Buffer.from(Array.from({ length: 16 * 12 }, (_, i) => i % 3));
  write(join(folder, 'grey.png'), png(16, 12, 1, values));
  write(join(folder, 'rgb.png'), png(16, 12, 3, Buffer.alloc(16 * 12 * 3, 1)));
  write(join(folder, 'palette.bmp'), bmp(16, 8, Buffer.alloc(16 * 16, 2)));
}

function cifar(folder) {
  const record = (key, i) => {
    const rgb = picture(`${key}${i}`, i % 2, 32);
    const planes = [0, 1, 2].map((c) => Buffer.from(rgb.filter((_, p) => p % 3 === c)));
    return Buffer.concat([Buffer.from([i % 10]), ...planes]);
  };
  const batch = (key) => Buffer.concat(Array.from({ length: 10 }, (_, i) => record(key, i)));
  write(join(folder, 'data_batch_1.bin'), batch('train'));
  write(join(folder, 'test_batch.bin'), batch('test'));
  const names = Array.from({ length: 10 }, (_, i) => `class_${i}\n`).join('');
  write(join(folder, 'batches.meta.txt'), names);
}

function svhn(folder) {
  mkdirSync(folder);
  const from = join(root, 'test/fixtures/svhn');
  copyFileSync(join(from, 'compressed.mat'), join(folder, 'train_32x32.mat'));
  copyFileSync(join(from, 'plain.mat'), join(folder, 'test_32x32.mat'));
}

function tinyImageNet(folder) {
  for (const [label, id] of ['n1', 'n2'].entries())
    for (let i = 0; i < 2; i++)
      write(
        join(folder, `train/${id}/images/${i}.png`),
        png(8, 8, 3, picture(`${id}${i}`, label, 8)),
      );
  for (let i = 0; i < 2; i++)
    write(join(folder, `val/images/${i}.png`), png(8, 8, 3, picture(`val${i}`, i, 8)));
  write(join(folder, 'val/val_annotations.txt'), '0.png\tn1\t0\t0\t9\t9\n1.png\tn2\t0\t0\t9\t9\n');
  write(join(folder, 'wnids.txt'), 'n1\nn2\n');
  write(join(folder, 'words.txt'), 'n0\tentity\nn1\tgoldfish, Carassius auratus\nn2\tox\n');
}

function archives(folder) {
  const files = [
    ['set/a.bin', Buffer.from('aaa')],
    ['set/deep/b.bin', Buffer.alloc(5_000, 'some bytes ')],
  ];
  write(join(folder, 'set.tar.gz'), tarGz(files));
  write(join(folder, 'set.zip'), zip(files));
}

function configs(folder) {
  write(
    join(folder, 'settings.yaml'),
    'preset: quick\nepochs: 3\nsize: 48x64\nmodel:\n  name: resnet-small\n  width: 8\n' +
      'optimiser: { name: adamw, lr: 0.01 }\nschedule:\n  name: onecycle\n  warmup: 0.1\nbudget: 20m\n' +
      'augmentations:\n  - Blur\n  - name: RandomCrop\n    options: { height: 20, width: 20 }\n',
  );
  const json = { epochs: 3, batch: 16, subset: { min: 0, max: 3 }, thesis: null, seed: 7 };
  write(join(folder, 'settings.json'), JSON.stringify(json));
}

function policies(folder) {
  mkdirSync(folder);
  const from = join(root, 'test/fixtures/augment/policies');
  for (const name of readdirSync(from))
    if (/^albumentations-[\d.]+\.json$|^ours-.*\.json$/.test(name))
      copyFileSync(join(from, name), join(folder, name));
  const leaf = (name, more = {}) => ({
    __class_fullname__: name,
    always_apply: false,
    p: 0.5,
    ...more,
  });
  const album = {
    __version__: '1.3.1',
    transform: {
      ...leaf('Compose', { p: 1 }),
      transforms: [
        leaf('HorizontalFlip'),
        { ...leaf('OneOf'), transforms: [leaf('VerticalFlip'), leaf('Transpose')] },
        leaf('RandomCrop', { height: 20, width: 20, p: 1 }),
        leaf('PadIfNeeded', { p: 1, border_mode: 4, min_width: 32, min_height: 32 }),
      ],
    },
  };
  write(join(folder, 'albumentations.json'), JSON.stringify(album));
  const member = { kind: 'transform', name: 'HorizontalFlip', options: {}, p: 0.5 };
  const some = { kind: 'someOf', members: [member, { ...member, name: 'Blur' }], n: 1, p: 1 };
  const own = { version: 1, restore: 'reflect', size: { width: 32, height: 32 }, root: some };
  write(join(folder, 'own.json'), JSON.stringify(own));
}

/** Enough pixels for the cache's files, and what they should be when they are read back. */
async function cache(folder) {
  classFolders(join(folder, 'images'), { count: 12, side: 16, key: 'cache' });
  process.env.SAFE_AUGMENT_CACHE = join(folder, 'kept/cache');
  const data = await product.openDataset(join(folder, 'images'), {
    size: { width: 512, height: 512 },
  });
  writeFileSync(join(folder, 'expected'), contentOf(data));
}
