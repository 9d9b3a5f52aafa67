import type { Batch } from '../data/index.js';
import { crossEntropies, topKCorrect } from '../metrics/index.js';
import { createTransform } from '../augment/index.js';
import type { TransformSpec } from '../augment/types.js';
import { Rng } from '../core/index.js';
import type { Size } from '../image/types.js';
import type { Outputs } from './joint.js';
import type { Pass } from './measure.js';

/** The judging images under one recipe and draw, in the same order each time; null: clean. */
export type JudgingPasses = (
  transforms: readonly TransformSpec[] | null,
  draw: number,
) => AsyncIterable<Batch>;

/** The judging images under a recipe, seen by the network: the columns of all labels. */
export interface Scored {
  /** `[n, K]` logits of the recognition head. */
  readonly labels: Float32Array;
  /** K. */
  readonly width: number;
  readonly correct: Uint8Array;
  readonly losses: Float64Array;
}

/** Runs both heads over a pass. */
export async function score(
  batches: AsyncIterable<Batch>,
  predict: (batch: Batch) => Outputs,
): Promise<Scored> {
  const parts: Outputs[] = [];
  const truth: number[] = [];
  for await (const batch of batches) {
    parts.push(predict(batch));
    truth.push(...batch.labels);
  }
  const task = concatenate(parts.map((p) => p.task));
  const labels = concatenate(parts.map((p) => p.labels));
  const classes = task.length / truth.length;
  return {
    labels,
    width: labels.length / truth.length,
    correct: topKCorrect(task, truth, classes),
    losses: crossEntropies(task, truth, classes),
  };
}

/** One label's view of a scored pass. */
export function passOf(scored: Scored, label: number): Pass {
  const { labels, width, correct, losses } = scored;
  const scores = new Float64Array(correct.length);
  for (let i = 0; i < scores.length; i++) scores[i] = labels[i * width + label];
  return { scores, correct, losses };
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
