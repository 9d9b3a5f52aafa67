import type { Batch } from '../data/index.js';
import type { TransformSpec } from '../augment/transform.js';
import { InternalError } from '../core/index.js';
import type { Outputs } from './joint-objective.js';
import type { TaskScores } from '../tasks/index.js';
import { imageStatistics } from './statistics/image-statistics.js';
import { stumpScore, type Stumps } from './statistics/stumps.js';
import type { Look, Margins } from './views.js';

/** Some of the judging images in their order: from the one numbered `from` up to, and without, `to`. */
export interface ImageRange {
  readonly from: number;
  readonly to: number;
}

/** Judging images in a batch: where several networks judge, all of one fold. */
export interface JudgedBatch extends Batch {
  /** Default: 0. */
  readonly fold?: number;
}

/** The judging images under one recipe and draw, in the same order each time; null: clean. Default: all of them. */
export type JudgingPasses = (
  transforms: readonly TransformSpec[] | null,
  draw: number,
  images?: ImageRange,
) => AsyncIterable<JudgedBatch>;

/** What scores the judging images: the network of each fold, and statistics where there are any. */
export interface Observer {
  /** `parts`: of window and border too. */
  predict(batch: JudgedBatch, parts: boolean): Outputs;
  /** False where the task head knows other classes than these images': harm is not judged. Default true. */
  readonly taskKnown?: boolean;
  /** `[folds][K]`, one model for each label; undefined: statistics are not a look. */
  readonly statistics?: readonly (readonly Stumps[])[];
  /** `[K]`, true for windows: their statistics are taken inside `inside`. */
  readonly windows?: readonly boolean[];
  readonly inside?: Margins;
}

/** All judging images under one recipe, scored for every label. n: images, K: labels. */
export interface Scored {
  /** What the task head made of them. */
  readonly task: TaskScores;
  /** `[n, K]`, scores of each look: logits of the network, log odds (up to a constant) of the statistics. */
  readonly looks: { readonly [L in Look]?: Float32Array };
  /** K. */
  readonly width: number;
}

/** One label's part of the scores; every array is `[n]`, in the order of the judging images. */
export interface Pass {
  /** By each of the label's looks. */
  readonly scores: readonly Float64Array[];
  /** The network's logits of the whole images, whether that is one of the looks or not. */
  readonly network: Float64Array;
  /** What the task head made of the images. */
  readonly task: TaskScores;
}

/**
 * Scores every image of a pass.
 *
 * @param parts the window and the border of each image too: three forward passes instead of one
 */
export async function score(
  batches: AsyncIterable<JudgedBatch>,
  observer: Observer,
  parts = false,
): Promise<Scored> {
  const outputs: Outputs[] = [];
  const odds: Float32Array[] = [];
  const { statistics } = observer;
  for await (const batch of batches) {
    outputs.push(observer.predict(batch, parts));
    if (statistics === undefined) continue;
    // [B][F], once for all labels: the statistics cost more than the models that read them.
    const whole = statisticsOf(batch);
    const inner = parts ? statisticsOf(batch, observer.inside) : whole;
    for (let i = 0; i < batch.count; i++)
      odds.push(
        // [K] of image i.
        Float32Array.from(statistics[batch.fold ?? 0], (model, k) =>
          stumpScore(model, observer.windows?.[k] ? inner[i] : whole[i]),
        ),
      );
  }
  const [first, ...others] = outputs.map((o) => o.task);
  const task = first.join(others);
  const network = concatenate(outputs.map((o) => o.labels));
  // A look counts only where every batch has it.
  const part = (of: 'window' | 'border') =>
    outputs.every((o) => o[of] !== undefined) ? concatenate(outputs.map((o) => o[of]!)) : undefined;
  return {
    looks: {
      network,
      window: part('window'),
      border: part('border'),
      statistics: statistics === undefined ? undefined : concatenate(odds),
    },
    width: network.length / task.count,
    task,
  };
}

/**
 * The statistics of each image of a batch, `[B][F]`.
 *
 * @param margins where given, only what lies inside them is read
 */
export function statisticsOf(batch: Batch, margins?: Margins): Float64Array[] {
  const { images, size, count, channels } = batch;
  const length = count * size.height * size.width * channels;
  return imageStatistics(images.subarray(0, length), size, channels, margins);
}

/** One label's part of a scored pass, by the looks named. */
export function passOf(scored: Scored, label: number, looks: readonly Look[]): Pass {
  const column = (look: Look): Float64Array => columnOf(scored, label, look);
  return { scores: looks.map(column), network: column('network'), task: scored.task };
}

/** One label's scores by one look, `[n]`. @throws InternalError where the pass was not scored by it */
export function columnOf({ looks, width, task }: Scored, label: number, look: Look): Float64Array {
  const all = looks[look];
  if (all === undefined) throw new InternalError(`columnOf: this pass has no scores by ${look}`);
  return Float64Array.from({ length: task.count }, (_, i) => all[i * width + label]);
}

/** Scores of images and of those that follow them, under the same recipe. */
export function joinScored(first: Scored, next: Scored): Scored {
  const look = (of: Look): Float32Array | undefined => {
    const [a, b] = [first.looks[of], next.looks[of]];
    return a && b && concatenate([a, b]);
  };
  return {
    task: first.task.join([next.task]),
    looks: {
      network: look('network'),
      window: look('window'),
      border: look('border'),
      statistics: look('statistics'),
    },
    width: first.width,
  };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
