import type { Batch, EpochOptions, Loader } from '../data/index.js';
import type { BatchStream } from '../train/index.js';

/** An epoch of the loader as `fit` and the evaluations take it. */
export function streamOf(loader: Loader, options: EpochOptions): BatchStream<Batch> {
  const epoch = loader.epoch(options);
  return {
    [Symbol.asyncIterator]: () => epoch,
    waited: () => epoch.stats().waitSeconds,
  };
}
