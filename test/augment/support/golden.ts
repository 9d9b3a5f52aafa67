import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Image, Mask } from '../../../src/image/image.js';
import type { Params } from '../../../src/augment/index.js';

// The pictures on which the golden cases ran: the same as test/fixtures/augment/picture.py draws.

/** The folder of the golden results, from the package's root. */
export const fixtures = join(packageRoot(), 'test/fixtures/augment');

export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** One golden result: kept as a hash, or as bytes of all or some rows. */
export interface GoldenCase {
  transform: string;
  params: Params;
  target: 'image' | 'mask';
  width: number;
  height: number;
  channels: 1 | 3;
  outWidth: number;
  outHeight: number;
  sha256?: string;
  rows?: number[];
  at?: number;
  length?: number;
}

export interface Golden {
  albumentations: string;
  opencv: string;
  cases: GoldenCase[];
  bytes: Uint8Array;
}

export function readGolden(version: string): Golden {
  const path = join(fixtures, `albumentations-${version}`);
  const index = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Omit<Golden, 'bytes'>;
  return { ...index, bytes: gunzipSync(readFileSync(`${path}.bin.gz`)) };
}

export function shortHash(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 32);
}

const natural = readFileSync(join(fixtures, 'natural.rgb'));

function mirrored(i: number): number {
  const k = i % 126;
  return k < 64 ? k : 126 - k;
}

function noise(x: number, y: number, c: number): number {
  let h = (x * 73856093 + y * 19349663 + c * 83492791 + 12345) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0x5bd1e995) >>> 0;
  return (h >>> 15) & 255;
}

export function goldenPicture(width: number, height: number, channels: 1 | 3): Image {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const block = (x >> 4) * 5 + (y >> 4) * 3;
      for (let c = 0; c < channels; c++, i++)
        if (block % 11 === 10) data[i] = block % 2 === 0 ? 0 : 255;
        else if (block % 9 === 8) data[i] = noise(x, y, c);
        else data[i] = natural[(mirrored(y) * 64 + mirrored(x)) * 3 + c];
    }
  return { width, height, channels, data };
}

export function goldenMask(width: number, height: number): Mask {
  const data = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const label = (Math.floor(x / 5) * 7 + Math.floor(y / 3) * 11) % 20;
      data[i] = label === 19 ? 255 : label;
    }
  return { width, height, data };
}
