import { targetsAs, type BatchTargets } from '../data/index.js';
import {
  averagePrecision,
  averagePrecisionInfluence,
  mean,
  meanDifferences,
  meanInterval,
  meanOfPresent,
  pairedInterval,
  pairedMean,
  rankingOf,
  type Estimate,
  type GroupOf,
  type Ranking,
} from '../metrics/index.js';
import type { LabelFigure, TrainingResult } from '../run/files/index.js';
import {
  bceWithLogits,
  fromFloat32,
  later,
  sigmoid,
  type Device,
  type Tensor,
} from '../tensor/index.js';
import { requireNoLogits } from './class-balance.js';
import { packedPerImage } from './classification.js';
import { likeliest, percent, predictImages, type Likelihood } from './predict-images.js';
import type {
  Evaluating,
  Evaluation,
  HeadLoss,
  LabelledBatch,
  PredictionRequest,
  DescribedPrediction,
  ScoreByImage,
  ScoresPair,
  Task,
  TaskHead,
  TaskScores,
} from './task.js';

/** The predicted labels of an image. */
export interface LabelPrediction {
  readonly file: string;
  /** The most likely first; each has its own probability, and they need not sum to 1. */
  readonly labels: readonly Likelihood[];
}

/** Multi-label classification: any number of labels an image, judged by mean average precision. */
export const multiLabel: Task<LabelPrediction> = {
  name: 'multi-label',
  targets: 'labels',
  outputs: 'image',
  preset: 'quick',
  mostInBatch: null,
  figures: () => [
    { key: 'map', label: 'mean AP', better: 'higher', share: true },
    { key: 'labelAccuracy', label: 'label acc.', better: 'higher', share: true },
    { key: 'loss', label: 'test loss', better: 'lower', share: false },
  ],
  head: ({ classes }, { device, classBalance }) => {
    requireNoLogits(classBalance, 'have several labels');
    return new MultiLabelHead(device, classes);
  },
  facts: () => ({}),
  perImage: (result) => influencesIn(result) ?? packedPerImage(result),
  scoreKind: 'continuous',
  predict: predictLabels,
};

/** Each label is predicted independently: sigmoid cross-entropy, mean over labels. */
export class MultiLabelHead implements TaskHead {
  readonly epochFigure = 'taskAp';

  constructor(
    private readonly device: Device,
    private readonly names: readonly string[],
  ) {}

  /** @param logits `[B,L]` */
  loss(logits: Tensor, { targets, count }: LabelledBatch): HeadLoss {
    const { labels } = targetsAs(targets, 'labels');
    const truth = fromFloat32(Float32Array.from(labels), [count, this.names.length], this.device);
    // The batch gives place to the next one before this is read.
    const has = labels.slice();
    const taskAccuracy = later(logits, (values) =>
      mean(shareRight(values.toFloat32Array(), has, this.names.length)),
    );
    const loss = bceWithLogits(logits, truth);
    return { loss, figures: () => ({ taskAccuracy: taskAccuracy() }) };
  }

  score(logits: Tensor, { targets }: LabelledBatch): LabelScores {
    const { labels } = targetsAs(targets, 'labels');
    return new LabelScores(logits.toFloat32Array(), labels.slice(), this.names);
  }

  /** An image's labels stay what they are, whatever part of the image is shown. */
  hide(targets: BatchTargets): BatchTargets {
    return targets;
  }

  evaluate(): Evaluating {
    const parts: LabelScores[] = [];
    return {
      add: (logits, batch) => void parts.push(this.score(logits, batch)),
      end: () => evaluationOf(parts[0].join(parts.slice(1))),
    };
  }
}

/** Logits and truth of every label. */
export class LabelScores implements TaskScores {
  readonly correct: Float64Array;
  readonly losses: Float64Array;
  private ranked: readonly Ranking[] | undefined;

  /** @param logits `[n,L]`; `truth` `[n,L]`, 0 or 1; `names` `[L]` */
  constructor(
    private readonly logits: Float32Array,
    private readonly truth: Uint8Array,
    private readonly names: readonly string[],
  ) {
    this.correct = shareRight(logits, truth, names.length);
    this.losses = lossesOf(logits, truth, names.length);
  }

  get count(): number {
    return this.correct.length;
  }

  from(start: number): LabelScores {
    const at = start * this.names.length;
    return new LabelScores(this.logits.subarray(at), this.truth.subarray(at), this.names);
  }

  join(others: readonly this[]): LabelScores {
    const all: readonly LabelScores[] = [this, ...others];
    return new LabelScores(
      Float32Array.from(all.flatMap((part) => [...part.logits])),
      Uint8Array.from(all.flatMap((part) => [...part.truth])),
      this.names,
    );
  }

  /**
   * Each image's part in the mean average precision, whose mean over images is that figure; guessing is to rank the
   * images at random, which comes to each label's share.
   */
  answers(): ScoreByImage {
    const known = this.rankings().filter(({ truth }) => truth.includes(1));
    const values = new Float64Array(this.count).fill(this.figure());
    for (const ranking of known)
      averagePrecisionInfluence(ranking).forEach((part, i) => (values[i] += part / known.length));
    const chance = known.length === 0 ? 0 : mean(known.map(({ truth }) => mean(truth)));
    return { values, kind: 'continuous', chance };
  }

  /**
   * The probability that the truth of a label gets, images with and without the label weighing the same: mean over
   * labels. Saying the same of every image comes to one half, and what is above that is half the distance between the
   * mean probabilities of images with and without the label (Tjur's coefficient of discrimination, 2009).
   */
  skill(): ScoreByImage {
    const width = this.names.length;
    const shares = this.names.map((_, l) => mean(this.column(this.truth, l)));
    const mixed = shares.flatMap((share, l) => (share > 0 && share < 1 ? [l] : []));
    const values = Float64Array.from({ length: this.count }, (_, i) => {
      let sum = 0;
      for (const l of mixed) {
        const p = 1 / (1 + Math.exp(-this.logits[i * width + l]));
        const has = this.truth[i * width + l] === 1;
        sum += has ? p / (2 * shares[l]) : (1 - p) / (2 * (1 - shares[l]));
      }
      return sum / Math.max(1, mixed.length);
    });
    return { values, kind: 'continuous', chance: mixed.length === 0 ? 0 : 0.5 };
  }

  /** Mean average precision over the labels that any image has. */
  figure(): number {
    const value = meanOfPresent(this.rankings().map((ranking) => averagePrecision(ranking)));
    return Number.isNaN(value) ? 0 : value;
  }

  interval(groupOf?: GroupOf): Estimate {
    return meanInterval(this.answers().values, 'continuous', 0.05, groupOf);
  }

  change(draws: readonly ScoresPair<this>[], groupOf?: GroupOf): Estimate {
    const values = draws.map(
      ({ applied, without }) => [applied.answers().values, without.answers().values] as const,
    );
    return pairedInterval(pairedMean(meanDifferences(values), 'continuous', groupOf), 0.05);
  }

  epochFigures() {
    return { taskAp: this.figure() };
  }

  details() {
    return { taskFigure: 'mean average precision', labels: this.labelFigures() };
  }

  /** Average precision of each label, and the share of the images that have it. */
  labelFigures(): LabelFigure[] {
    return this.rankings().map((ranking, l) => {
      const value = averagePrecision(ranking);
      return {
        name: this.names[l],
        averagePrecision: Number.isNaN(value) ? null : value,
        share: mean(ranking.truth),
      };
    });
  }

  private rankings(): readonly Ranking[] {
    this.ranked ??= this.names.map((_, l) =>
      rankingOf(this.column(this.logits, l), Uint8Array.from(this.column(this.truth, l))),
    );
    return this.ranked;
  }

  private column(all: ArrayLike<number>, l: number): number[] {
    const width = this.names.length;
    return Array.from({ length: all.length / width }, (_, i) => all[i * width + l]);
  }
}

/** Share of the labels of each image that are on the right side of probability 0.5. `[n]` */
function shareRight(logits: Float32Array, truth: Uint8Array, width: number): Float64Array {
  const right = new Float64Array(truth.length / width);
  truth.forEach((has, at) => {
    if (logits[at] > 0 === (has === 1)) right[Math.floor(at / width)] += 1 / width;
  });
  // Thirds and the like add up to a little more than 1.
  return right.map((share) => Math.min(1, share));
}

/** Sigmoid cross-entropy of each image, mean over labels, in nats. `[n]` */
function lossesOf(logits: Float32Array, truth: Uint8Array, width: number): Float64Array {
  const losses = new Float64Array(truth.length / width);
  logits.forEach((x, at) => {
    const nats = Math.max(x, 0) - x * truth[at] + Math.log1p(Math.exp(-Math.abs(x)));
    losses[Math.floor(at / width)] += nats / width;
  });
  return losses;
}

/** Mean average precision over the set; loss and the share of right labels are means over images. */
function evaluationOf(scores: LabelScores): Evaluation {
  const labelAccuracy = mean(scores.correct);
  const map = scores.figure();
  return {
    images: scores.count,
    metrics: { loss: mean(scores.losses), map, labelAccuracy },
    epoch: { taskAccuracy: labelAccuracy, taskAp: map },
    perImage: scores.correct,
    // Its value is the figure itself, not a mean that rounding moves by a last digit.
    interval: (groupOf) => ({ ...scores.interval(groupOf), value: map }),
    kept: () => ({
      labels: scores.labelFigures(),
      parts: Buffer.from(Float32Array.from(scores.answers().values).buffer).toString('base64'),
    }),
  };
}

/** Each test image's part in the mean average precision, as `results.json` keeps it. */
function influencesIn({ test: { parts } }: TrainingResult): Float64Array | undefined {
  if (parts === undefined) return undefined;
  return Float64Array.from(new Float32Array(Uint8Array.from(Buffer.from(parts, 'base64')).buffer));
}

/** The likeliest labels of each image with their probabilities. */
async function* predictLabels(
  request: PredictionRequest,
): AsyncGenerator<DescribedPrediction<LabelPrediction>> {
  const { network, top } = request;
  for await (const { file, values } of predictImages(request, sigmoid)) {
    const labels = likeliest(values, network.classes, top);
    const text = `${file}: ${labels.map((l) => `${l.name} ${percent(l.probability)}`).join(', ')}`;
    yield { prediction: { file, labels }, text };
  }
}
