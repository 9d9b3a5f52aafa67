import { backward, scope } from '../tensor/index.js';
import type { Module, Optimiser } from '../nn/index.js';
import type { BatchSource, Objective } from '../train/index.js';
import { measureSpeed, type Speed } from './plan.js';

/** A training that is only begun to be measured. */
export interface Trial<B> {
  readonly model: Module;
  readonly optimiser: Optimiser;
  readonly task: Objective<B>;
  readonly source: BatchSource<B>;
  /** A forward pass without gradients. */
  predict(batch: B): unknown;
  /** How long to measure training; forward passes take half of it. See `secondsToMeasure`. */
  readonly seconds: number;
}

/** Measures this machine on the run in hand; model and optimiser are thrown away. */
export async function measureTrial<B extends { readonly count: number }>(
  trial: Trial<B>,
): Promise<Speed> {
  const { model, optimiser, task, source, seconds } = trial;
  let batches: AsyncIterator<B> | undefined;
  const nextBatch = async (): Promise<B> => {
    for (let epoch = 0; ; epoch++) {
      batches ??= source.epoch(epoch)[Symbol.asyncIterator]();
      const { value, done } = await batches.next();
      if (!done) return value;
      batches = undefined;
    }
  };
  try {
    model.train();
    const training = await measureSpeed(
      async () => {
        const batch = await nextBatch();
        scope(() => {
          backward(task.batchLoss(batch).total);
          optimiser.step();
          optimiser.zeroGrad();
        });
        return batch.count;
      },
      { seconds },
    );
    model.eval();
    const judging = await measureSpeed(
      async () => {
        const batch = await nextBatch();
        trial.predict(batch);
        return batch.count;
      },
      { seconds: seconds / 2 },
    );
    return { training, judging };
  } finally {
    await batches?.return?.();
    optimiser.free();
    model.free();
  }
}
