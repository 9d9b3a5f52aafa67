import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  allocateBuffer,
  applySteps,
  createTransform,
  freeBuffer,
  isTransformName,
  thesisNames,
  transformNames,
} from '../src/augment/index.js';
import { Rng } from '../src/core/index.js';
import type { Image } from '../src/image/image.js';
import { packageRoot } from '../src/core/index.js';
import { Peer } from './common/peer.js';
import { publish, rateCell, type Cell } from './common/report.js';
import { scalingCells } from './augment/scaling.js';

// Images per second of every transform with drawn parameters, one thread, against Albumentations on
// OpenCV on the same images: both in many short turns in one run, the fastest turn of each, since whatever else the
// machine does only slows a turn down. Ours reads and writes buffers of
// `allocateBuffer` (with `--plain`, ordinary ones, copied in and out); the peer hands over contiguous arrays. `--only NAME` measures one transform, `--sizes 32,256` some sizes.
// `--wide` measures the thirteen of the wide set, each against the library that it follows: Albumentations, or torchvision on Pillow's images.

const imageCount = 4;
const roundCount = 25;
const leastSeconds = 0.01;
type WidthHeight = readonly [width: number, height: number];
const imageSizes: readonly WidthHeight[] = [
  [32, 32],
  [64, 64],
  [256, 256],
  [2048, 1024],
];
const wideSizes: readonly WidthHeight[] = [
  [32, 32],
  [64, 64],
  [224, 224],
  [256, 256],
];
/** Three value transforms in a row, which fuse into one pass. */
const tables = ['RandomBrightness', 'RandomContrast', 'RandomGamma'];

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    sizes: { type: 'string' },
    plain: { type: 'boolean', default: false },
    wide: { type: 'boolean', default: false },
  },
});
const wideNames = transformNames.filter((name) => !thesisNames.includes(name));
const names: readonly string[] = flags.wide ? wideNames : thesisNames;
const sizes = (flags.wide ? wideSizes : imageSizes).filter(
  ([width]) => flags.sizes === undefined || flags.sizes.split(',').includes(String(width)),
);
const folder = mkdtempSync(join(tmpdir(), 'bench-augment-'));
const started = await Peer.start('augment', undefined, flags.wide ? ['wide'] : []);
const cells: Cell[] = [];
try {
  for (const [width, height] of sizes) {
    const images = Array.from({ length: imageCount }, (_, k) => photograph(width, height, k));
    const out = buffer(width * height * 3);
    const file = join(folder, `${width}.rgb`);
    writeFileSync(file, Buffer.concat(images.map((image) => image.data)));
    for (const name of names)
      if (flags.only === undefined || flags.only === name)
        cells.push(await compare(name, images, out, file, single(name)));
    if (!flags.wide && (flags.only === undefined || flags.only === 'sequence'))
      cells.push(await compare('sequence', images, out, file, sequence()));
    for (const used of [out, ...images.map((image) => image.data)]) freeBuffer(used);
  }
} finally {
  started?.peer.close();
  rmSync(folder, { recursive: true, force: true });
}
if (flags.only === undefined) cells.push(...summary(cells));
if (!flags.wide && (flags.only === undefined || flags.only === 'scaling'))
  cells.push(...(await scalingCells()));
publish('augment', cells, started?.versions ?? {});

type Work = (image: Image, out: Uint8Array) => void;

function single(name: string): Work {
  const transform = createTransform({ name });
  const rng = new Rng(1, 'bench', name);
  return (image, out) => void transform.apply(image, transform.sample(rng, image), out);
}

function sequence(): Work {
  const transforms = tables.map((name) => createTransform({ name }));
  const rng = new Rng(1, 'bench', 'sequence');
  return (image, out) => {
    const steps = transforms.map((t) => ({ name: t.name, params: t.sample(rng, image) }));
    applySteps(image, steps, { restore: 'none', out });
  };
}

async function compare(
  name: string,
  images: Image[],
  out: Uint8Array,
  file: string,
  work: Work,
): Promise<Cell> {
  const { width, height } = images[0];
  const mine: number[] = [];
  const theirs: number[] = [];
  const request = { name, images: file, width, height, seconds: leastSeconds };
  // The first rounds let compilers and caches warm up: not counted.
  for (let round = -5; round < roundCount; round++) {
    const rate = measure(work, images, out);
    const answer = await started?.peer.ask<{ imagesPerSecond: number }>(request);
    if (round < 0) continue;
    mine.push(rate);
    if (answer) theirs.push(answer.imagesPerSecond);
  }
  const peer = theirs.length > 0 ? Math.max(...theirs) : null;
  return rateCell(`${name} ${height}x${width}`, Math.max(...mine), peer, 'images/s');
}

function measure(work: Work, images: Image[], out: Uint8Array): number {
  const start = performance.now();
  let count = 0;
  for (;;) {
    for (const image of images) work(image, out);
    count += images.length;
    const seconds = (performance.now() - start) / 1000;
    if (seconds >= leastSeconds) return count / seconds;
  }
}

/** Geometric means and the slowest cell of each group that has a goal. */
function summary(all: readonly Cell[]): Cell[] {
  const single = all.filter((cell) => isTransformName(cell.case.split(' ')[0]));
  const large = (cell: Cell): boolean => cell.case.endsWith('1024x2048');
  return [
    ['up to 256x256', single.filter((c) => !large(c))] as const,
    ['1024x2048', single.filter(large)] as const,
  ].flatMap(([name, group]) => {
    const ratios = group.flatMap((cell) => (cell.ratio === null ? [] : [cell.ratio]));
    if (ratios.length === 0) return [];
    const mean = Math.exp(ratios.reduce((a, r) => a + Math.log(r), 0) / ratios.length);
    const least = Math.min(...ratios);
    return [
      { case: `geometric mean, ${name}`, ours: mean, peer: 1, unit: 'x', ratio: mean },
      { case: `slowest cell, ${name}`, ours: least, peer: 1, unit: 'x', ratio: least },
    ];
  });
}

function buffer(length: number): Uint8Array {
  return flags.plain ? new Uint8Array(length) : allocateBuffer(length);
}

/** A real photograph, 64x64, mirrored until it fills the size; k shifts it. */
function photograph(width: number, height: number, k: number): Image {
  const tile = readFileSync(join(packageRoot(), 'test/fixtures/augment/natural.rgb'));
  const mirror = (i: number): number => (i % 126 < 64 ? i % 126 : 126 - (i % 126));
  const data = buffer(width * height * 3);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++, i++)
        data[i] = tile[(mirror(y + 17 * k) * 64 + mirror(x + 29 * k)) * 3 + c];
  return { width, height, channels: 3, data };
}
