import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Interrupted } from '../core/index.js';
import { backward, scope, synchronise } from '../tensor/index.js';
import type { Module, Optimiser } from '../nn/index.js';
import type { BatchSource, Objective } from '../train/index.js';

/** Images a second that this machine does in this run. */
export interface Speed {
  readonly training: number;
  readonly judging: number;
}

/** Share of a budget that measuring may take, and its bounds in seconds. */
const measuring = { share: 0.02, least: 2, most: 15 };

/** Seconds to measure for: a share of the budget; without a budget, nothing depends on the speed. */
export function secondsToMeasure(budget: number | null): number {
  if (budget === null) return 0;
  return Math.min(measuring.most, Math.max(measuring.least, budget * measuring.share));
}

/** How long to measure: both bounds are reached. */
export interface Measuring {
  /** Default 4. */
  readonly calls?: number;
  /** Default 0. */
  readonly seconds?: number;
  /** Looked at before each call: once aborted, the measurement is given up. */
  readonly signal?: AbortSignal;
  /** A clock in milliseconds. */
  now?(): number;
}

/**
 * Median images a second of `run` over several calls; the first is not counted. The median, since another
 * program's burst of work would otherwise cost epochs of the whole run.
 *
 * @param run does one batch and returns its images
 * @throws `Interrupted`
 */
export async function measureSpeed(
  run: () => Promise<number>,
  { calls = 4, seconds = 0, signal, now = () => performance.now() }: Measuring = {},
): Promise<number> {
  const once = async (): Promise<number> => {
    // A step keeps the thread to itself: without a turn no signal ever comes in.
    await nextTurn();
    if (signal?.aborted) throw new Interrupted();
    return run();
  };
  await once();
  const rates: number[] = [];
  const begin = now();
  for (let end = begin; rates.length < calls || end - begin < seconds * 1000;) {
    const start = end;
    const images = await once();
    end = now();
    rates.push((images * 1000) / (end - start));
  }
  return rates.sort((a, b) => a - b)[rates.length >> 1];
}

/** A training that is started only to be measured. */
export interface Trial<B> {
  readonly model: Module;
  readonly optimiser: Optimiser;
  readonly task: Objective<B>;
  readonly source: BatchSource<B>;
  /** A forward pass without gradients. */
  predict(batch: B): unknown;
  /** How long to measure training; forward passes take half of it. See `secondsToMeasure`. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Measures this machine on this run; model and optimiser are freed. */
export async function measureTrial<B extends { readonly count: number }>(
  trial: Trial<B>,
): Promise<Speed> {
  const { model, optimiser, task, source, seconds, signal } = trial;
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
          const loss = task.batchLoss(batch);
          backward(loss.total);
          optimiser.step();
          optimiser.zeroGrad();
          // Elsewhere than on the CPU, operators return before they are done.
          synchronise(loss.total.device);
          loss.figures();
        });
        return batch.count;
      },
      { seconds, signal },
    );
    model.eval();
    const judging = await measureSpeed(
      async () => {
        const batch = await nextBatch();
        trial.predict(batch);
        return batch.count;
      },
      { seconds: seconds / 2, signal },
    );
    return { training, judging };
  } finally {
    await batches?.return?.();
    optimiser.free();
    model.free();
  }
}
