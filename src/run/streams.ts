import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Recipe } from '../augment/index.js';
import type { LearnConfig } from '../config/index.js';
import type { Batch, EpochOptions, Loader } from '../data/index.js';
import type { Size } from '../image/image.js';
import type { BatchSource, BatchStream } from '../train/index.js';
import type { Plan } from './files/index.js';
import type { PreparedData } from './prepare.js';

/** A forward pass keeps no gradients, so it may be larger than a training batch; for large images it is smaller. */
const mostImages = 256;
const mostPixels = 2 ** 19;

/** Images of a forward pass. */
export function forwardBatch({ width, height }: Size): number {
  return Math.max(1, Math.min(mostImages, Math.floor(mostPixels / (width * height))));
}

/** An epoch of the loader as `fit` and the evaluations take it. */
export function streamOf(loader: Loader, options: EpochOptions): BatchStream<Batch> {
  const epoch = loader.epoch(options);
  return {
    [Symbol.asyncIterator]: () => epoch,
    waited: () => epoch.stats().waitSeconds,
  };
}

/**
 * A pass that can be stopped between its batches. Signals come in meanwhile: images that are decoded in the main thread
 * would leave them no turn.
 *
 * @param check called before each batch; may throw to stop
 */
export function stoppable<B>(
  stream: AsyncIterable<B> & Partial<BatchStream<B>>,
  check: () => void,
): BatchStream<B> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const batch of stream) {
        await nextTurn();
        check();
        yield batch;
      }
    },
    waited: () => stream.waited?.() ?? 0,
  };
}

/** Steps of an epoch, and the images in them: whole batches only. */
export function epochOf({ split, batch }: Pick<PreparedData, 'split' | 'batch'>) {
  const batches = Math.floor(split.train.length / batch);
  return { batches, images: batches * batch };
}

/** Which random streams a pass draws from, and in what batches. */
export type PassKey = Required<Pick<EpochOptions, 'batch' | 'epoch' | 'purpose'>>;

/** A pass over the training images under a recipe, shuffled. */
export function shuffledPass(
  { granularity }: Pick<LearnConfig, 'granularity'>,
  { loader, split, share }: PreparedData,
  recipe: Recipe,
  key: PassKey,
): BatchStream<Batch> {
  return streamOf(loader, {
    ...key,
    indices: split.train,
    recipe,
    granularity,
    shuffle: true,
    dropLast: true,
    share,
  });
}

/**
 * The training images, shuffled anew each epoch.
 *
 * @param recipeOf what an epoch, from 0 on, does to them; `epochs` where the training has others than planned; `strength` where it grows
 */
export function trainingEpochs(
  config: Pick<LearnConfig, 'granularity'>,
  prepared: PreparedData,
  recipeOf: (epoch: number, epochs?: number, strength?: number) => Recipe,
): BatchSource<Batch> {
  const { batch } = prepared;
  return {
    ...epochOf(prepared),
    epoch(epoch, epochs, strength) {
      const recipe = recipeOf(epoch, epochs, strength);
      return shuffledPass(config, prepared, recipe, { batch, epoch, purpose: 'train' });
    },
  };
}

/** The same source with shorter epochs, where the plan has them: another part of the images in each. */
export function partOf<B>(
  source: BatchSource<B>,
  { imagesPerEpoch: images }: Pick<Plan, 'imagesPerEpoch'>,
): BatchSource<B> {
  if (images === undefined || images >= source.images) return source;
  const batches = Math.max(1, Math.floor((images * source.batches) / source.images));
  return {
    ...source,
    batches,
    images: (batches * source.images) / source.batches,
    epoch(epoch, epochs, strength) {
      const stream = source.epoch(epoch, epochs, strength);
      return {
        waited: () => stream.waited(),
        async *[Symbol.asyncIterator]() {
          let left = batches;
          for await (const batch of stream) {
            yield batch;
            if (--left === 0) break;
          }
        },
      };
    },
  };
}

/** Images as they are, in their order. @param purpose default `clean` */
export function cleanPass(
  { loader, data }: Pick<PreparedData, 'loader' | 'data'>,
  indices: Uint32Array,
  purpose = 'clean',
): BatchStream<Batch> {
  return streamOf(loader, { indices, batch: forwardBatch(data.size), purpose });
}
