import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../src/core/index.js';
import { costCell, median, publish, type Cell } from './common/report.js';
import type { Opened } from './cache/opened.js';

// The cache of decoded images: how long data sets take to open, the first time and the next ones, and what memory
// they take then. Class folders hold a file an image, of which every one is looked at (but not read) at each start;
// CIFAR's batches hold them all in one. Each start is a process of its own; the operating system has seen
// the files shortly before.

const imageCounts = [10_000, 100_000];
const starts = 7;
const program = fileURLToPath(new URL('./cache/opened.js', import.meta.url));
const sample = join(packageRoot(), 'examples/cifar10-mini/train');

const folder = mkdtempSync(join(tmpdir(), 'bench-cache-'));
process.env.SAFE_AUGMENT_CACHE = join(folder, 'cache');
const cells: Cell[] = [];
try {
  for (const count of imageCounts) {
    cells.push(...measure('class folders, 32x32 PNG', writeFiles(count)));
    cells.push(...measure('CIFAR-10 batches', writeBatch(count)));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
publish('cache', cells, {});

/** Cells of one data set. */
function measure(name: string, data: string): Cell[] {
  const open = (): Opened =>
    JSON.parse(execFileSync(process.execPath, [program, data], { encoding: 'utf8' })) as Opened;
  const first = open();
  const next = Array.from({ length: starts }, open);
  const middle = (key: keyof Opened): number => median(next.map((start) => start[key]));
  const what = `${name}, ${first.images} images`;
  return [
    costCell(`first start, ${what}`, first.ms / 1000, null, 's'),
    costCell(`next start, median of ${starts}, ${what}`, middle('ms') / 1000, null, 's'),
    costCell(`resident memory afterwards, ${what}`, middle('resident'), null, 'MB'),
    costCell(`private memory after reading every pixel, ${what}`, middle('own'), null, 'MB'),
  ];
}

/** Class folders of the sample's images, over and over, in 100 classes. */
function writeFiles(count: number): string {
  const files = readdirSync(sample).flatMap((label) =>
    readdirSync(join(sample, label)).map((name) => readFileSync(join(sample, label, name))),
  );
  const data = join(folder, `files-${count}`);
  const place = (label: number): string => join(data, `class-${String(label).padStart(2, '0')}`);
  for (let label = 0; label < 100; label++) mkdirSync(place(label), { recursive: true });
  for (let i = 0; i < count; i++)
    writeFileSync(join(place(i % 100), `image-${i}.png`), files[i % files.length]);
  return data;
}

/** CIFAR-10's records, a label in turn, with pixels that differ from image to image. */
function writeBatch(count: number): string {
  const data = join(folder, `cifar-${count}`);
  mkdirSync(data);
  const test = 100;
  const bytes = Buffer.alloc(3073 * count);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = i % 3073 === 0 ? (i / 3073) % 10 : (i * 31) >> 7;
  writeFileSync(join(data, 'data_batch_1.bin'), bytes.subarray(0, 3073 * (count - test)));
  writeFileSync(join(data, 'test_batch.bin'), bytes.subarray(3073 * (count - test)));
  return data;
}
