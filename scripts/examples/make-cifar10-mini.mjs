// Makes examples/cifar10-mini from CIFAR-10 in class folders (train/CLASS/*.png, test/CLASS/*.png):
//   node scripts/examples/make-cifar10-mini.mjs CIFAR10_DIR [OUT_DIR]
// The choice depends on the file names alone, so the same source gives the same sample anywhere.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const seed = 'cifar10-mini';
const perClass = { train: 200, test: 50 };

const [source, out = fileURLToPath(new URL('../../examples/cifar10-mini', import.meta.url))] =
  process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node scripts/examples/make-cifar10-mini.mjs CIFAR10_DIR [OUT_DIR]');
  process.exit(2);
}
if (existsSync(join(out, 'train'))) {
  console.error(`${join(out, 'train')} exists: remove it first`);
  process.exit(2);
}

const keyOf = (text) => createHash('sha256').update(`${seed}/${text}`).digest('hex');
const pixels = (image) => sharp(image).raw().toBuffer();
let total = 0;
for (const [part, count] of Object.entries(perClass)) {
  for (const name of readdirSync(join(source, part)).sort()) {
    const chosen = readdirSync(join(source, part, name))
      .filter((file) => file.endsWith('.png'))
      .map((file) => ({ file, key: keyOf(`${part}/${name}/${file}`) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, count);
    if (chosen.length < count) throw new Error(`${part}/${name} has only ${chosen.length} images`);
    const folder = join(out, part, name);
    mkdirSync(folder, { recursive: true });
    for (const [i, { file }] of chosen.entries()) {
      const original = join(source, part, name, file);
      // Which filter compresses best differs from image to image.
      const candidates = await Promise.all(
        [true, false].map((adaptiveFiltering) =>
          sharp(original).png({ compressionLevel: 9, adaptiveFiltering }).toBuffer(),
        ),
      );
      const png = candidates.reduce((a, b) => (b.length < a.length ? b : a));
      if (!(await pixels(png)).equals(await pixels(original))) throw new Error(`${file} changed`);
      writeFileSync(join(folder, `${String(i + 1).padStart(4, '0')}.png`), png);
      total += png.length;
    }
  }
}
console.log(`${out}: ${(total / 1e6).toFixed(1)} MB`);
