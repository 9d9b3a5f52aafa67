import type { Batch } from '../data/index.js';
import { createTransform } from '../augment/index.js';
import { crop } from '../augment/fast/crop.js';
import type { Margins } from './views.js';
import type { TransformSpec } from '../augment/types.js';
import { InternalError, Rng } from '../core/index.js';
import type { Size } from '../image/types.js';
import type { Outputs } from './joint.js';
import type { Pass } from './measure.js';
import type { TaskScores } from '../tasks/index.js';
import { imageStatistics } from './statistics.js';
import { stumpScore, type Stumps } from './stumps.js';

/** The judging images under one recipe and draw, in the same order each time; null: clean. */
export type JudgingPasses = (
  transforms: readonly TransformSpec[] | null,
  draw: number,
) => AsyncIterable<Batch>;

/** How an image can be looked at: by the network, whole or in parts, or by its statistics. */
export type Look = 'network' | 'window' | 'border' | 'statistics';

/** The judging images under a recipe, seen in every way asked for. */
export interface Scored {
  /** What the task head made of them. */
  readonly task: TaskScores;
  /** `[n, K]` scores of each look: logits, or log odds up to a constant. */
  readonly looks: { readonly [L in Look]?: Float32Array };
  /** K. */
  readonly width: number;
}

/** What looks at the images. */
export interface Observer {
  /** `parts`: window and border too. */
  predict(batch: Batch, parts: boolean): Outputs;
  /** False where the task head knows other classes than these images': nothing is said of harm. */
  readonly taskKnown?: boolean;
  /** One for each label; undefined: statistics are not looked at. */
  readonly statistics?: readonly Stumps[];
  /** `[K]`: windows, whose statistics are taken inside `inside`. */
  readonly windows?: readonly boolean[];
  readonly inside?: Margins;
}

/** Looks at every image of a pass. */
export async function score(
  batches: AsyncIterable<Batch>,
  observer: Observer,
  parts = false,
): Promise<Scored> {
  const outputs: Outputs[] = [];
  const odds: Float32Array[] = [];
  const { statistics } = observer;
  for await (const batch of batches) {
    outputs.push(observer.predict(batch, parts));
    if (statistics === undefined) continue;
    const whole = statisticsOf(batch);
    const inner = parts ? statisticsOf(batch, observer.inside) : whole;
    for (let i = 0; i < batch.count; i++)
      odds.push(
        Float32Array.from(statistics, (model, k) =>
          stumpScore(model, observer.windows?.[k] ? inner[i] : whole[i]),
        ),
      );
  }
  const [first, ...others] = outputs.map((o) => o.task);
  const task = first.join(others);
  const network = concatenate(outputs.map((o) => o.labels));
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

/** The statistics of each image of a batch, of the part inside `margins` where these are given. */
export function statisticsOf(batch: Batch, margins?: Margins): Float64Array[] {
  const { images, size, count, channels } = batch;
  const length = size.height * size.width * channels;
  return Array.from({ length: count }, (_, i) => {
    const image = images.subarray(i * length, (i + 1) * length);
    if (margins === undefined) return imageStatistics(image, size, channels);
    const { left, right, top, bottom } = margins;
    const inner = { width: size.width - left - right, height: size.height - top - bottom };
    const part = new Uint8Array(inner.width * inner.height * channels);
    crop(image, size.width, channels, left, top, inner.width, inner.height, part);
    return imageStatistics(part, inner, channels);
  });
}

/** One label's view of a scored pass, in the looks named. */
export function passOf(scored: Scored, label: number, looks: readonly Look[]): Pass {
  const { width, task } = scored;
  const column = (look: Look): Float64Array => {
    const all = scored.looks[look];
    if (all === undefined) throw new InternalError(`passOf: nothing was seen by ${look}`);
    return Float64Array.from({ length: task.count }, (_, i) => all[i * width + label]);
  };
  return { scores: looks.map(column), network: column('network'), task };
}

/** Samples compared to see whether a transform draws anything. */
const probes = 8;

/** True where a transform does the same in every draw, such as a flip or a crop at the centre. */
export function drawsNothing(spec: TransformSpec, size: Size): boolean {
  const transform = createTransform(spec);
  const drawn = Array.from({ length: probes }, (_, i) =>
    JSON.stringify(transform.sample(new Rng('probe', spec.name, i), size)),
  );
  return drawn.every((params) => params === drawn[0]);
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
