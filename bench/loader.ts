import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thesisSet } from '../src/augment/index.js';
import type { Recipe } from '../src/augment/transform.js';
import { createLoader, openDataset, type Dataset } from '../src/data/index.js';
import { packageRoot } from '../src/core/index.js';
import { Peer } from './common/peer.js';
import { costCell, median, publish, rateCell, type Cell } from './common/report.js';
import { fullImages } from './loader/full-images.js';

// The joint recipe (0 to 5 of the fifteen transforms an image) with one worker, on the 2,000 training
// images of examples/cifar10-mini, against PyTorch's DataLoader with Albumentations and one worker
// process. Decoding is outside the timing on both sides; so is the start of the workers.

const batchSize = 256;
const batchesAhead = 3;
const roundCount = 5;
const imageSides = [32, 64];
/** A step that computes 1000 images a second: several times as fast as DenseNet-121 on two cores. */
const stepSeconds = batchSize / 1000;

const recipe: Recipe = {
  kind: 'joint',
  transforms: thesisSet(),
  min: 0,
  max: 5,
  restore: 'reflect',
};

interface Measured {
  readonly imagesPerSecond: number;
  readonly waitShare: number;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-loader-'));
const started = await Peer.start('loader');
const cells: Cell[] = [];
try {
  for (const side of imageSides) cells.push(...(await measureSide(side)));
  cells.push(await memoryGrowth());
  cells.push(...(await fullImages(folder)));
} finally {
  started?.peer.close();
  rmSync(folder, { recursive: true, force: true });
}
publish('loader', cells, started?.versions ?? {});

async function measureSide(side: number): Promise<Cell[]> {
  const data = await openImages(side);
  const file = join(folder, `${side}.bin`);
  writeFileSync(file, trainPixels(data));
  const loader = createLoader({
    store: data.store,
    targets: data.targets,
    seed: 1,
    workers: 1,
    prefetch: batchesAhead,
  });
  let epoch = 0;
  const ours = async (step: number): Promise<Measured> => {
    const batches = loader.epoch({
      indices: data.splits.train,
      batch: batchSize,
      epoch: epoch++,
      recipe,
      shuffle: true,
      dropLast: true,
    });
    for await (const batch of batches) if (batch.count > 0) busy(step);
    return batches.stats();
  };
  const peer = async (step: number): Promise<Measured | undefined> =>
    started?.peer.ask<Measured>({
      images: file,
      side,
      batch: batchSize,
      prefetch: batchesAhead,
      step,
    });

  const compare = async (step: number): Promise<[Measured[], Measured[]]> => {
    const results: [Measured[], Measured[]] = [[], []];
    // The first round starts workers and lets the compiler warm up: not counted.
    for (let round = -1; round < roundCount; round++) {
      const mine = await ours(step);
      const theirs = await peer(step);
      if (round < 0) continue;
      results[0].push(mine);
      if (theirs) results[1].push(theirs);
    }
    return results;
  };
  const middle = (runs: Measured[], key: keyof Measured): number | null =>
    runs.length === 0 ? null : median(runs.map((run) => run[key]));

  const [fast, fastPeer] = await compare(0);
  const [slow, slowPeer] = await compare(stepSeconds);
  await loader.close();
  const percent = (share: number | null): number | null => (share === null ? null : 100 * share);
  const name = `${side}x${side}, 1 worker`;
  return [
    rateCell(
      `joint recipe, ${name}`,
      middle(fast, 'imagesPerSecond') ?? 0,
      middle(fastPeer, 'imagesPerSecond'),
      'images/s',
    ),
    costCell(
      `share of time spent waiting, steps of 1,000 images/s, ${name}`,
      percent(middle(slow, 'waitShare')) ?? 0,
      percent(middle(slowPeer, 'waitShare')),
      '% of the epoch',
    ),
  ];
}

/** Resident memory after many epochs against that after a few. */
async function memoryGrowth(): Promise<Cell> {
  const data = await openImages(32);
  const loader = createLoader({ store: data.store, targets: data.targets, seed: 1 });
  const run = async (epochs: number): Promise<number> => {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const options = {
        indices: data.splits.train,
        batch: batchSize,
        epoch,
        recipe,
        shuffle: true,
      };
      for await (const batch of loader.epoch(options)) busy(batch.count > 0 ? 0 : 1);
    }
    return process.memoryUsage.rss() / 2 ** 20;
  };
  const early = await run(20);
  const late = await run(60);
  await loader.close();
  return costCell(
    'resident memory: growth over 60 epochs of 2,000 images',
    late - early,
    null,
    'MB',
  );
}

function openImages(side: number): Promise<Dataset> {
  return openDataset(join(packageRoot(), 'examples/cifar10-mini'), {
    size: { width: side, height: side },
  });
}

function trainPixels(data: Dataset): Uint8Array {
  return Buffer.concat([...data.splits.train].map((i) => data.store.view(i)));
}

/** Computes for so long without giving the event loop a turn, as a training step does. */
function busy(seconds: number): void {
  const until = performance.now() + 1000 * seconds;
  while (performance.now() < until);
}
