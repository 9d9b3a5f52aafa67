import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Rng } from '../../src/core/index.js';
import { encodePng, type Image, type Size } from '../../src/image/index.js';

const imageSize: Size = { width: 16, height: 12 };

/** An image of noise; another key, other pixels. */
export function noise(key: string | number, size: Size = imageSize): Image {
  const data = new Uint8Array(size.width * size.height * 3);
  const rng = new Rng('noise', key);
  for (let i = 0; i < data.length; i++) data[i] = rng.int(0, 256);
  return { ...size, channels: 3, data };
}

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'data-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function write(folder: string, path: string, data: string | Uint8Array = ''): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), data);
}

/** Writes `count` PNGs of noise into the folder `path`: 0.png, 1.png, ... */
export async function writeImages(
  folder: string,
  path: string,
  count: number,
  size: Size = imageSize,
): Promise<void> {
  for (let i = 0; i < count; i++)
    write(folder, `${path}/${i}.png`, await encodePng(noise(`${path}/${i}`, size)));
}

/** `images` in CIFAR's binary form: label bytes, then three planes. All must be 32x32. */
export function cifarRecords(images: { labels: number[]; image: Image }[]): Uint8Array {
  const records = images.map(({ labels, image: { data } }) => {
    const planes = [0, 1, 2].map((c) => data.filter((_, i) => i % 3 === c));
    return Buffer.concat([Uint8Array.from(labels), ...planes]);
  });
  return Buffer.concat(records);
}

export const cifarSize: Size = { width: 32, height: 32 };

/** A path below test/fixtures, which the compiler does not copy: looked for from the package's root. */
export function fixturePath(path: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'test/fixtures', path);
}

/** The bytes of a file below test/fixtures. */
export function fixture(path: string): Buffer {
  return readFileSync(fixturePath(path));
}
