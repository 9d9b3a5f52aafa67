import { targetsAs, type BatchTargets, type Dataset } from '../data/index.js';
import {
  balancedAccuracy,
  crossEntropies,
  mean,
  meanDifferences,
  pairedInterval,
  pairedMean,
  topKCorrect,
  type Estimate,
  type GroupOf,
} from '../metrics/index.js';
import type { Figure, TrainingResult } from '../run/files/index.js';
import {
  add,
  crossEntropy,
  fromFloat32,
  fromInt64,
  later,
  softmax,
  type Device,
  type Tensor,
} from '../tensor/index.js';
import { areUneven, balanceFor, sharesOf, type Balance } from './class-balance.js';
import { ClassEvaluating } from './class-evaluating.js';
import { likeliest, percent, predictImages, type Likelihood } from './predict-images.js';
import type {
  Evaluating,
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

/** The predicted classes of an image. */
export interface ClassPrediction {
  readonly file: string;
  /** The likeliest first. */
  readonly classes: readonly Likelihood[];
}

/** With fewer classes the true one is nearly always among the first five. */
const manyClasses = 20;

/**
 * Image classification: accuracy, with top-3 and top-5 where there are many classes (thesis, table 5.6), and balanced
 * accuracy, the mean of the classes' own accuracies, where one class has many more images than others.
 */
export const classification: Task<ClassPrediction> = {
  name: 'classification',
  outputs: 'image',
  preset: 'quick',
  mostInBatch: null,
  targets: 'class',
  figures: ({ classes, superclasses, targets }) => [
    share('top1', 'top-1'),
    ...(isUneven(targets, classes.length) ? [share('balanced', 'balanced accuracy')] : []),
    ...(classes.length >= manyClasses ? [share('top3', 'top-3'), share('top5', 'top-5')] : []),
    ...(superclasses ? [share('superclass', 'superclass')] : []),
    { key: 'loss', label: 'test loss', better: 'lower', share: false },
  ],
  head: (data, { device, classBalance, labelSmoothing }) =>
    new ClassificationHead(device, data.superclasses?.of, {
      labelSmoothing,
      ...balanceFor(data, classBalance),
    }),
  facts: () => ({}),
  perImage: packedPerImage,
  scoreKind: 'binary',
  predict: predictClasses,
};

/** Whether naming the commonest class is right much more often than naming any. */
function isUneven(targets: Dataset['targets'], classes: number): boolean {
  return targets.kind === 'class' && areUneven(targets.classes, classes);
}

function share(key: string, label: string): Figure {
  return { key, label, better: 'higher', share: true };
}

/** The first figure of every test image as `results.json` keeps it where it has one of its own. */
export function packedPerImage({ test }: TrainingResult): Float64Array {
  return Float64Array.from(Buffer.from(test.perImage, 'base64'), (byte) => byte / 255);
}

/** What the training loss differs in from plain cross-entropy. */
export interface ClassificationTraining extends Balance {
  /** Share of the training target that is spread over all classes, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * A class an image: softmax cross-entropy over the classes (thesis, equation 3.3), scored by right answers. Training
 * may smooth labels (Szegedy et al., 2016, section 7); scores never do.
 */
export class ClassificationHead implements TaskHead {
  readonly epochFigure = 'taskAccuracy';

  /**
   * @param superclassOf `[classes]`, the group of each class, where the data have groups
   */
  constructor(
    private readonly device: Device,
    private readonly superclassOf?: readonly number[],
    private readonly training: ClassificationTraining = {},
  ) {}

  /** @param logits `[B,classes]` */
  loss(logits: Tensor, { targets, count }: LabelledBatch): HeadLoss {
    const { classes: labels } = targetsAs(targets, 'class');
    const { device } = this;
    const { weights, adjustment, labelSmoothing } = this.training;
    const weight = weights && fromFloat32(weights, [weights.length], device);
    const trained = adjustment
      ? add(logits, fromFloat32(adjustment, [1, adjustment.length], device))
      : logits;
    const loss = crossEntropy(trained, fromInt64(labels, [count], device), {
      weight,
      labelSmoothing,
    });
    // The batch gives place to the next one before this is read.
    const truth = labels.slice();
    const classes = logits.shape[1];
    const taskAccuracy = later(logits, (values) =>
      mean(topKCorrect(values.toFloat32Array(), truth, classes)),
    );
    return { loss, figures: () => ({ taskAccuracy: taskAccuracy() }) };
  }

  score(logits: Tensor, { targets }: LabelledBatch): ClassScores {
    const { classes: labels } = targetsAs(targets, 'class');
    const values = logits.toFloat32Array();
    const classes = logits.shape[1];
    return new ClassScores(
      Float64Array.from(topKCorrect(values, labels, classes)),
      crossEntropies(values, labels, classes),
      labels.slice(),
    );
  }

  /** An image's class stays what it is, whatever part of the image is shown. */
  hide(targets: BatchTargets): BatchTargets {
    return targets;
  }

  evaluate(): Evaluating {
    return new ClassEvaluating(this.superclassOf);
  }
}

/** Right and wrong answers, and the probability of the true class. */
export class ClassScores implements TaskScores {
  /**
   * @param correct `[n]`, 1 where the answer is right
   * @param losses `[n]`, in nats
   * @param classes `[n]`, of each image; undefined where nothing is asked of the task head
   */
  constructor(
    readonly correct: Float64Array,
    readonly losses: Float64Array,
    readonly classes?: Int32Array,
  ) {}

  get count(): number {
    return this.correct.length;
  }

  from(start: number): ClassScores {
    const { correct, losses, classes } = this;
    return new ClassScores(
      correct.subarray(start),
      losses.subarray(start),
      classes?.subarray(start),
    );
  }

  join(others: readonly this[]): ClassScores {
    const all: readonly ClassScores[] = [this, ...others];
    const classes = all.flatMap((part) => (part.classes ? [...part.classes] : []));
    return new ClassScores(
      Float64Array.from(all.flatMap((part) => [...part.correct])),
      Float64Array.from(all.flatMap((part) => [...part.losses])),
      classes.length > 0 ? Int32Array.from(classes) : undefined,
    );
  }

  /** Accuracy; guessing is naming the commonest class. */
  answers(): ScoreByImage {
    const { classes, correct } = this;
    const chance = classes ? Math.max(...sharesOf(classes)) : 0;
    return { values: Float64Array.from(correct), kind: 'binary', chance };
  }

  /**
   * The probability of the true class, whose mean is the accuracy to be expected of the task head if it drew its
   * answers; guessing is to give each class its share.
   *
   * For an image near the decision boundary, right or wrong is nearly chance: the change of probability measures the
   * same with half the standard error or less (docs/decisions/034-harm-by-probability.md).
   */
  skill(): ScoreByImage {
    const { classes, losses } = this;
    const chance = classes ? sharesOf(classes).reduce((total, share) => total + share ** 2, 0) : 0;
    return { values: losses.map((nats) => Math.exp(-nats)), kind: 'continuous', chance };
  }

  figure(): number {
    return mean(this.answers().values);
  }

  interval(groupOf?: GroupOf): Estimate {
    return pairedInterval(pairedMean(this.correct, 'binary', groupOf), 0.05);
  }

  change(draws: readonly ScoresPair<this>[], groupOf?: GroupOf): Estimate {
    const values = draws.map(
      ({ applied, without }) => [applied.answers().values, without.answers().values] as const,
    );
    return pairedInterval(pairedMean(meanDifferences(values), 'binary', groupOf), 0.05);
  }

  epochFigures() {
    return {};
  }

  details() {
    const { classes, correct } = this;
    const shown = classes && new Set(classes).size;
    return classes && shown && areUneven(classes, shown)
      ? { balancedAccuracy: balancedAccuracy(classes, correct) }
      : {};
  }
}

/** The likeliest classes of each image with their probabilities. */
async function* predictClasses(
  request: PredictionRequest,
): AsyncGenerator<DescribedPrediction<ClassPrediction>> {
  const { network, top } = request;
  for await (const { file, values } of predictImages(request, (logits) => softmax(logits, 1))) {
    const classes = likeliest(values, network.classes, top);
    const text = `${file}: ${classes.map((c) => `${c.name} ${percent(c.probability)}`).join(', ')}`;
    yield { prediction: { file, classes }, text };
  }
}
