import type { Batch, EpochOptions, Loader } from '../data/index.js';
import type { Size } from '../image/types.js';
import type { BatchStream } from '../train/index.js';

/** No gradients are kept, so a forward pass may be larger than a training batch; of large images, smaller. */
const mostImages = 256;
const mostPixels = mostImages * 64 * 64;

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
