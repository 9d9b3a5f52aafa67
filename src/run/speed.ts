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

/** Share of a budget that measuring may take in all, and the most seconds. */
const measuring = { share: 0.03, most: 20 };
/** Of these, the part that measures training; the rest measures forward passes. */
const trainingPart = 2 / 3;
/** Without a budget nothing but a forecast depends on the speed. */
const withoutBudget = 3;

/** Seconds that measuring may take in all. */
export function secondsToMeasure(budget: number | null): number {
  if (budget === null) return withoutBudget;
  return Math.min(measuring.most, budget * measuring.share);
}

/** How long to measure. */
export interface Measuring {
  /** Ends once it has so many calls, where `atLeast` has passed. Default 4. */
  readonly calls?: number;
  /** Seconds that it goes on for, however many calls those are. Default 0. */
  readonly atLeast?: number;
  /** Seconds that it may take: it ends with what it has before a call that would pass them. Default: no end. */
  readonly atMost?: number;
  /** Looked at before each call: once aborted, the measurement is given up. */
  readonly signal?: AbortSignal;
  /** A clock in milliseconds. */
  now?(): number;
}

/**
 * Median images a second of `run` over several calls; the first is not counted where there is time for another. The
 * median, since another program's burst of work would otherwise cost epochs of the whole run.
 *
 * @param run does one batch and returns its images
 * @throws `Interrupted`
 */
export async function measureSpeed(
  run: () => Promise<number>,
  { calls = 4, atLeast = 0, atMost = Infinity, signal, now = () => performance.now() }: Measuring,
): Promise<number> {
  const begin = now();
  const spent = (): number => (now() - begin) / 1000;
  const once = async (): Promise<{ seconds: number; rate: number }> => {
    // A step keeps the thread to itself: without a turn no signal ever comes in.
    await nextTurn();
    if (signal?.aborted) throw new Interrupted();
    const start = now();
    const images = await run();
    const seconds = (now() - start) / 1000;
    return { seconds, rate: images / seconds };
  };
  const first = await once();
  const rates: number[] = [];
  let longest = first.seconds;
  while (rates.length < calls || spent() < atLeast) {
    if (spent() + longest > atMost) break;
    const { seconds, rate } = await once();
    if (rates.length === 0) longest = 0;
    longest = Math.max(longest, seconds);
    rates.push(rate);
  }
  return rates.length === 0 ? first.rate : rates.sort((a, b) => a - b)[rates.length >> 1];
}

/** A training that is started only to be measured. */
export interface Trial<B> {
  readonly model: Module;
  readonly optimiser: Optimiser;
  readonly task: Objective<B>;
  /** Images of a step of the training itself, and the fewest that a step can have. */
  readonly batch: number;
  readonly fewest: number;
  /** Training images in batches of a size. */
  sourceOf(batch: number): BatchSource<B>;
  /** A forward pass without gradients. */
  predict(batch: B): unknown;
  /** How long measuring may take. See `secondsToMeasure`. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** A clock in milliseconds. */
  now?(): number;
}

/** A slow network is measured on batches of so many images, if they are fewer than a step's. */
const probe = 4;

/**
 * Measures this machine on this run; model and optimiser are freed.
 *
 * The first steps have few images. Where two whole batches would take longer than measuring may, by the speed of those, smaller
 * ones are measured, and nothing more where not even that fits: a batch of a large network on large images may take a minute.
 */
export async function measureTrial<B extends { readonly count: number }>(
  trial: Trial<B>,
): Promise<Speed> {
  const { model, optimiser, task, batch, fewest, seconds, signal } = trial;
  const now = trial.now ?? (() => performance.now());
  const small = Math.min(batch, Math.max(probe, fewest));
  let batches = batchesOf(trial.sourceOf(small));
  const step = async (): Promise<number> => {
    if (signal.aborted) throw new Interrupted();
    const next = await batches.next();
    scope(() => {
      const loss = task.batchLoss(next);
      backward(loss.total);
      optimiser.step();
      optimiser.zeroGrad();
      // Elsewhere than on the CPU, operators return before they are done.
      synchronise(loss.total.device);
      loss.figures();
    });
    return next.count;
  };
  try {
    model.train();
    const begin = now();
    const left = (): number => seconds * trainingPart - (now() - begin) / 1000;
    // The first step also builds what later ones use: where a second one is cheap, that one counts.
    let took = await timed(step, now);
    if (took < left() / 4) took = await timed(step, now);
    // Small batches pay more for each image than whole ones do: an estimate that errs on the slow side.
    const affordable = Math.floor((left() / 2 / took) * small);
    const size = Math.max(small, Math.min(batch, affordable));
    if (size !== small) {
      await batches.end();
      batches = batchesOf(trial.sourceOf(size));
    }
    const measure = (run: () => Promise<number>, time: number): Promise<number> =>
      measureSpeed(run, { atLeast: time, atMost: time, signal, now });
    const training = left() < took ? small / took : await measure(step, left());
    model.eval();
    const look = async (): Promise<number> => {
      const next = await batches.next();
      trial.predict(next);
      return next.count;
    };
    const judging = await measure(look, seconds * (1 - trainingPart));
    return { training, judging };
  } finally {
    await batches.end();
    optimiser.free();
    model.free();
  }
}

/** Seconds that a call takes. */
async function timed(run: () => Promise<unknown>, now: () => number): Promise<number> {
  const start = now();
  await run();
  return (now() - start) / 1000;
}

/** The batches of a source, epoch after epoch. */
function batchesOf<B>(source: BatchSource<B>) {
  let batches: AsyncIterator<B> | undefined;
  let epoch = 0;
  return {
    async next(): Promise<B> {
      for (;;) {
        batches ??= source.epoch(epoch++)[Symbol.asyncIterator]();
        const { value, done } = await batches.next();
        if (!done) return value;
        batches = undefined;
      }
    },
    async end(): Promise<void> {
      await batches?.return?.();
      batches = undefined;
    },
  };
}
