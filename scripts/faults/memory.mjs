import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fewLabels, pairs, quick, write } from './support/base.mjs';
import {
  lastWords,
  memoryBound,
  root,
  runCommand,
  slowness,
  verdictOf,
} from './support/command.mjs';
import { png, writeBlackPng, zlibZeros } from './support/png.mjs';

/** A process is ended once it has this many times the bound: the machine is not to swap. */
const far = 1.5;

/**
 * What is written to disk small and decodes large, and the networks that take most: no command may have more than the
 * bound resident, whether it ends well or with a clean error.
 */
export async function memory({ tally, work, long }) {
  // Memory is what is looked at: a training may take long on a busy machine, and is none that hangs.
  const limit = (long ? 3600 : 900) * slowness();
  for (const { name, make, args, onlyLong } of cases) {
    if (onlyLong && !long) continue;
    const folder = join(work, 'case');
    mkdirSync(folder);
    try {
      make(folder);
      const ended = await runCommand(args, {
        cwd: folder,
        limit,
        most: far * memoryBound,
        env: { SAFE_AUGMENT_CACHE: join(folder, 'cache') },
      });
      const verdict = verdictOf(ended);
      const peak = `${(ended.peak / 2 ** 30).toFixed(2)} GB${ended.stopped ? ' and rising' : ''}`;
      const mapped = `VmHWM ${(ended.resident / 2 ** 30).toFixed(2)} GB`;
      tally.notes.push(
        `${name}: ${peak} resident (${mapped}), ${verdict}, ${Math.round(ended.seconds)} s`,
      );
      const bad = ended.peak > memoryBound;
      tally.record(name, bad ? 'memory' : verdict, {
        what: bad ? `${name}: ${peak} resident` : lastWords(ended),
        again: args.join(' '),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

const cases = [
  {
    name: 'learn with masks, 96x96',
    make: (folder) => pairs(join(folder, 'data'), { count: 40, width: 96, height: 96 }),
    args: [
      ...['learn', 'pairs:data', '--epochs', '1', '--batch', '16', '--threads', '1'],
      ...['--set', 'budget=null', '--set', 'judging.maxDraws=1', '--augmentations'],
      'Blur,HorizontalFlip,Transpose',
    ],
  },
  {
    name: 'learn with masks, 96x96, every label',
    onlyLong: true,
    make() {},
    args: [
      ...['learn', join(root, 'examples/camvid-mini'), '--size', '96', '--epochs', '2'],
      ...['--set', 'budget=null', '--out', 'out'],
    ],
  },
  {
    name: 'a grey mask of 30,000 x 30,000',
    make(folder) {
      pairs(join(folder, 'data'), { count: 14 });
      writeBlackPng(join(folder, 'data/labels/3.png'), 30_000, 30_000);
    },
    args: ['train', 'pairs:data', '--policy', 'none', ...quick],
  },
  {
    name: 'a grey image of 30,000 x 30,000',
    make(folder) {
      classes(folder, 8);
      writeBlackPng(join(folder, 'data/a/large.png'), 30_000, 30_000);
    },
    args: ['preview', 'data', '--size', '32', '--columns', '2'],
  },
  {
    name: 'eight images of 16,000 x 16,000, --size 32',
    make(folder) {
      mkdirSync(join(folder, 'data/b'), { recursive: true });
      mkdirSync(join(folder, 'data/a'));
      writeBlackPng(join(folder, 'data/a/0.png'), 16_000, 16_000);
      for (let i = 1; i < 8; i++)
        linkSync(join(folder, 'data/a/0.png'), join(folder, `data/${i % 2 ? 'b' : 'a'}/${i}.png`));
    },
    args: ['preview', 'data', '--size', '32', '--columns', '2'],
  },
  {
    name: 'a .mat of 3 MB that inflates to 3 GB',
    make(folder) {
      for (const part of ['train', 'test']) writeLargeMat(folder, `data/${part}_32x32.mat`);
    },
    args: ['preview', 'svhn:data', '--columns', '2'],
  },
  {
    name: '40 images, --size 6000x6000',
    onlyLong: true,
    make: (folder) => classes(folder, 20),
    args: ['preview', 'data', '--size', '6000x6000', '--columns', '1'],
  },
  {
    name: 'learn, 40 images, --size 6000x6000',
    onlyLong: true,
    make: (folder) => classes(folder, 20),
    args: ['learn', 'data', '--size', '6000x6000', '--threads', '1'],
  },
  ...['160', '224'].map((side) => ({
    name: `learn, ${side}x${side}, the usual batch`,
    onlyLong: true,
    make() {},
    args: [
      ...['learn', join(root, 'examples/cifar10-mini'), '--size', side, '--epochs', '1'],
      ...['--set', 'budget=null', ...fewLabels, '--out', 'out'],
    ],
  })),
  {
    name: '--size 16383',
    onlyLong: true,
    make: (folder) => classes(folder, 4),
    args: ['preview', 'data', '--size', '16383', '--columns', '1'],
  },
  {
    name: '--size 16384',
    onlyLong: true,
    make: (folder) => classes(folder, 4),
    args: ['preview', 'data', '--size', '16384', '--columns', '1'],
  },
  {
    name: 'learn, 64 images of 224x224',
    onlyLong: true,
    make: (folder) => classes(folder, 32),
    args: ['learn', 'data', '--size', '224', ...quick, ...fewLabels],
  },
];

/** Two classes, each of `count` images of 8x8. */
function classes(folder, count) {
  for (const [label, name] of ['a', 'b'].entries())
    for (let i = 0; i < count; i++)
      write(
        join(folder, 'data', name, `${i}.png`),
        png(8, 8, 3, Buffer.alloc(192, 40 * label + i)),
      );
}

/** A level 5 MAT-file with one compressed element of 3 GB of zeros. */
function writeLargeMat(folder, name) {
  const head = Buffer.alloc(128, ' ');
  head.write('MATLAB 5.0 MAT-file');
  head.writeUInt16LE(0x0100, 124);
  head.write('IM', 126);
  const data = Buffer.concat([...zlibZeros(3e9)]);
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15, 0);
  tag.writeUInt32LE(data.length, 4);
  write(join(folder, name), '');
  writeFileSync(join(folder, name), Buffer.concat([head, tag, data]));
}
