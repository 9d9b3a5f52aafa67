import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveLearnConfig } from '../../src/config/index.js';
import { Rng } from '../../src/core/index.js';
import { createLoader, openDataset, targetsAs, type Dataset } from '../../src/data/index.js';
import { encodeMaskPng, encodePng, resizeImage, resizeMask } from '../../src/image/index.js';
import { buildModel } from '../../src/models/index.js';
import { Adam } from '../../src/nn/index.js';
import * as t from '../../src/tensor/index.js';
import { taskFor } from '../../src/tasks/index.js';
import { packageRoot } from '../../src/core/index.js';
import { costCell, rateCell, type Cell } from '../common/report.js';

// The preset thesis-cityscapes: images of 2048x1024 in PNG files, windows of 512 cut from them, everything
// at 256x256; how many images a second one worker makes, and how long training steps of the Feature Pyramid
// Network on DenseNet-121 (batch 8, two threads) wait for it. BENCH_CITYSCAPES=DIR takes Cityscapes itself;
// otherwise scenes of examples/camvid-mini are enlarged, with noise that makes their files even larger.

const fullSize = { width: 2048, height: 1024 };
const imageSize = { width: 256, height: 256 };
const fileCount = 12;
const batchSize = 8;
const stepCount = 4;

/** Cells of full images in files. @param folder for the files */
export async function fullImages(folder: string): Promise<Cell[]> {
  const source = process.env.BENCH_CITYSCAPES;
  const data = await openDataset(source ?? `pairs:${await enlarged(folder)}`, { size: imageSize });
  const config = resolveLearnConfig({
    preset: 'thesis-cityscapes',
    flags: { data: '-', out: '-' },
  });
  const { subset, restore } = config;
  const transforms = config.augmentations as { name: string }[];
  const recipe = { kind: 'joint', transforms, ...subset, restore } as const;
  const loader = createLoader({
    store: data.store,
    targets: data.targets,
    originals: data.originals,
    seed: 1,
    workers: 1,
  });
  // Every image several times under another number of the epoch: draws are keyed by both.
  const epoch = (number: number) =>
    loader.epoch({ indices: data.splits.train, batch: batchSize, epoch: number, recipe });
  try {
    let images = 0;
    let seconds = 0;
    for (let number = 0; number < 9; number++) {
      const batches = epoch(number);
      for await (const batch of batches) if (number > 0) images += batch.count;
      if (number > 0) seconds += batches.stats().seconds;
    }
    const waited = await waiting(data, epoch);
    const from = source === undefined ? 'enlarged scenes' : 'Cityscapes';
    return [
      rateCell(
        `windows of 512 from 1024x2048 PNG (${from}), 1 worker`,
        images / seconds,
        null,
        'images/s',
      ),
      costCell(
        'waiting, FPN on densenet121, 256x256, batch 8, same images',
        waited,
        null,
        '% of the steps',
      ),
    ];
  } finally {
    await loader.close();
  }
}

/** Share of the time of training steps spent waiting for batches, in per cent; the first step is left out. */
async function waiting(
  data: Dataset,
  epoch: (number: number) => ReturnType<ReturnType<typeof createLoader>['epoch']>,
): Promise<number> {
  t.setThreads(2);
  const { normalisation, classes } = data;
  const spec = {
    name: 'densenet121',
    outputs: 'pixel',
    classes: classes.length,
    labels: 0,
  } as const;
  const model = buildModel(spec, new Rng(1)).train();
  const optimiser = new Adam(model.namedParameters(), { lr: 1e-4 });
  const head = taskFor(data).head(data, { device: 'cpu', classBalance: 'none' });
  let waited = 0;
  let all = 0;
  let done = 0;
  for (let number = 100; done <= stepCount; number++) {
    const batches = epoch(number)[Symbol.asyncIterator]();
    for (;;) {
      const start = performance.now();
      const { value: batch, done: over } = await batches.next();
      const got = performance.now();
      if (over) break;
      t.scope(() => {
        const { count, size, channels } = batch;
        const shape = [count, size.height, size.width, channels] as const;
        const out = model.forward(t.imageBatch(batch.images, shape, normalisation));
        head.loss(out.task, batch).loss.backward();
        optimiser.step();
        optimiser.zeroGrad();
      });
      if (done > 0) {
        waited += got - start;
        all += performance.now() - start;
      }
      if (done++ === stepCount) break;
    }
    await batches.return?.();
  }
  return (100 * waited) / all;
}

async function enlarged(folder: string): Promise<string> {
  const small = await openDataset(join(packageRoot(), 'examples/camvid-mini'));
  const out = join(folder, 'scenes');
  for (const name of ['images', 'labels']) mkdirSync(join(out, name), { recursive: true });
  writeFileSync(join(out, 'classes.txt'), `${small.classes.join('\n')}\n`);
  for (let i = 0; i < fileCount; i++) {
    const image = await resizeImage(small.store.image(i), fullSize);
    const rng = new Rng('grain', i);
    for (let k = 0; k < image.data.length; k++) {
      const value = image.data[k] + rng.int(-3, 4);
      image.data[k] = Math.max(0, Math.min(255, value));
    }
    const mask = resizeMask(
      { ...small.size, data: targetsAs(small.targets, 'mask').store.view(i) },
      fullSize,
    );
    writeFileSync(join(out, 'images', `${i}.png`), await encodePng(image));
    writeFileSync(join(out, 'labels', `${i}.png`), await encodeMaskPng(mask));
  }
  return out;
}
