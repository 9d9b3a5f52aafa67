// Makes examples/camvid-mini from CamVid with SegNet's masks (train/images, train/labels, ...):
//   node scripts/examples/make-camvid-mini.mjs CAMVID_DIR [OUT_DIR]
// Frames are taken at even distances in the order of their names, so the same source gives the same sample.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const imageCounts = { train: 120, val: 80, test: 40 };
const imageSize = { width: 128, height: 96 };
const classes = [
  ['sky', '#808080'],
  ['building', '#800000'],
  ['pole', '#c0c080'],
  ['road', '#804080'],
  ['pavement', '#3c28de'],
  ['tree', '#808000'],
  ['sign', '#c08080'],
  ['fence', '#404080'],
  ['car', '#400080'],
  ['pedestrian', '#404000'],
  ['bicyclist', '#0080c0'],
  ['void', '#000000'],
];

const [source, out = fileURLToPath(new URL('../../examples/camvid-mini', import.meta.url))] =
  process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node scripts/examples/make-camvid-mini.mjs CAMVID_DIR [OUT_DIR]');
  process.exit(2);
}
if (existsSync(join(out, 'train'))) {
  console.error(`${join(out, 'train')} exists: remove it first`);
  process.exit(2);
}

let total = 0;
for (const [part, count] of Object.entries(imageCounts)) {
  const names = readdirSync(join(source, part, 'images')).sort();
  for (const kind of ['images', 'labels']) mkdirSync(join(out, part, kind), { recursive: true });
  for (let i = 0; i < count; i++) {
    const name = names[Math.floor(((i + 0.5) * names.length) / count)].replace(/\.[a-z]+$/, '');
    const file = names.find((each) => each.startsWith(`${name}.`));
    const image = await sharp(join(source, part, 'images', file))
      .resize({ ...SIZE, fit: 'fill', kernel: 'lanczos3' })
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const mask = await reducedMask(join(source, part, 'labels', `${name}.png`));
    writeFileSync(join(out, part, 'images', `${name}.jpg`), image);
    writeFileSync(join(out, part, 'labels', `${name}.png`), mask);
    total += image.length + mask.length;
  }
}
const lines = classes.map(([name, colour]) => `${name} ${colour}\n`);
writeFileSync(join(out, 'classes.txt'), lines.join(''));
console.log(`${out}: ${(total / 1e6).toFixed(1)} MB`);

/** The label under the centre of each pixel, as a palette-free 8-bit PNG. */
async function reducedMask(path) {
  const { data, info } = await sharp(path)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const reduced = Buffer.alloc(imageSize.width * imageSize.height);
  const at = (i, from, to) => Math.floor(((i + 0.5) * from) / to);
  for (let y = 0; y < imageSize.height; y++)
    for (let x = 0; x < imageSize.width; x++) {
      const row = at(y, info.height, imageSize.height);
      const column = at(x, info.width, imageSize.width);
      reduced[y * imageSize.width + x] = data[(row * info.width + column) * info.channels];
    }
  return sharp(reduced, { raw: { ...SIZE, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
}
