import type { PresetName, TrainConfig } from '../config/index.js';
import type { UserError } from '../core/index.js';
import type { Batch, Dataset, TargetKind, BatchTargets } from '../data/index.js';
import type { Fit, ImageNote, Size } from '../image/index.js';
import type { Estimate, GroupOf, ScoreKind } from '../metrics/index.js';
import type { TaskOutputs, TwoHeaded } from '../models/index.js';
import type { Figure, Manifest, Selection, Sheet, TrainingResult } from '../run/files/index.js';
import type { Device, Tensor } from '../tensor/index.js';
import type { Metrics } from '../train/index.js';

/**
 * What is learned of an image: the one place that knows it. Training, judging, reports and the command line ask a task
 * for what they need and never which one it is.
 *
 * A new task is a file with one of these, a line in `tasks` (index.ts), a reader of its data, and a section of the
 * report.
 */
export interface Task<P extends Predicted = Predicted> {
  /** The name in `results.json` and in the manifest. */
  readonly name: string;
  /** What the network's task head gives: logits of an image, `[B,classes]`, or of each pixel, `[B,classes,H,W]`. */
  readonly outputs: TaskOutputs;
  /** The preset for its data where the user names none. */
  readonly preset: PresetName;
  /** Images a step at most where the user leaves it open; null: as many as for a class an image. */
  readonly mostInBatch: number | null;
  /** What data say of an image for whom this is the task. */
  readonly targets: TargetKind;
  /** What its tests give, as tables show it; the first is the figure by which trainings are compared. */
  figures(data: Pick<Dataset, 'classes' | 'superclasses' | 'targets'>): Figure[];
  /** Loss and scores on these data. */
  head(data: TaskData, options: HeadOptions): TaskHead;
  /** What `manifest.json` says of the data beside their classes. */
  facts(data: TaskData): Partial<Manifest['data']>;
  /**
   * The first figure of every test image, as `results.json` keeps it: the mean over images is the set's figure, or
   * represents it where only differences matter. `[images]`
   */
  perImage(result: TrainingResult): Float64Array;
  /** Of `perImage`. */
  readonly scoreKind: ScoreKind;
  /**
   * Predictions of a trained network for image files, in their order.
   *
   * @throws UserError `IMAGE_*` at the first file that cannot be decoded, unless `onBadFile` is there
   */
  predict(request: PredictionRequest): AsyncGenerator<DescribedPrediction<P>>;
}

/** What a task must know of the data. */
export type TaskData = Pick<Dataset, 'classes' | 'superclasses' | 'targets' | 'store'> &
  Partial<Pick<Dataset, 'splits'>>;

/** How a task's loss is computed. */
export interface HeadOptions {
  readonly device: Device;
  /** How the training loss makes up for uneven classes, where the task can do that. */
  readonly classBalance: TrainConfig['classBalance'];
  /** Share of the training target that is spread over all classes, where the task is to name a class. In [0, 1); default 0. */
  readonly labelSmoothing?: number;
}

/** What a loss needs of a batch. */
export type LabelledBatch = Pick<Batch, 'count' | 'size' | 'targets'>;

/** The same with the images, for networks. */
export type ImageBatch = LabelledBatch & Pick<Batch, 'channels' | 'images'>;

/** How the logits of a task's head are scored on certain data. */
export interface TaskHead {
  /** The task's own figure among what an epoch tells of held-out images; higher is better. */
  readonly epochFigure: string;
  /** The loss of a batch. @param logits what the network's task head gives, gradients recorded */
  loss(logits: Tensor, batch: LabelledBatch): HeadLoss;
  /** Scores of a batch's images; gradients are not recorded. */
  score(logits: Tensor, batch: LabelledBatch): TaskScores;
  /**
   * A batch's targets with what is not shown to the network taken out of them; they themselves stay as they are.
   *
   * @param paint paints over the hidden part of each image's pixels, uint8 `[B,H,W,channels]`, in place
   */
  hide(
    targets: BatchTargets,
    paint: (pixels: Uint8Array, fill: readonly number[]) => void,
  ): BatchTargets;
  /** Collects a pass over images without augmentation. */
  evaluate(): Evaluating;
  /** Draws images with what the network says of them into a run folder; undefined where there is nothing to draw. */
  readonly drawPanels?: (run: string, batches: AsyncIterable<Batch>, see: See) => Promise<Sheet>;
}

/** Runs a batch through a network without gradients; the tensors live as long as `read` runs. */
export type See = <T>(batch: Batch, read: (logits: Tensor) => T) => T;

/** A task's loss as it is trained. */
export interface HeadLoss {
  /** Scalar, mean over images or pixels. */
  readonly loss: Tensor;
  /** Reads what the log shows, e.g. `taskAccuracy`; to be called when `BatchLoss.figures` is. */
  figures(): Readonly<Record<string, number>>;
}

/** A score of each image, and what guessing reaches in its mean. */
export interface ScoreByImage {
  /** `[n]`; their mean lies in [0, 1]. */
  readonly values: Float64Array;
  /** Binary: intervals are those of shares. */
  readonly kind: ScoreKind;
  /** In [0, 1]. */
  readonly chance: number;
}

/** The same images with and without something done to them. */
export interface ScoresPair<S> {
  readonly applied: S;
  readonly without: S;
}

/** What a task head made of images, in their order: all that judging knows of a task. */
export interface TaskScores {
  /** Images. */
  readonly count: number;
  /** `[n]`, share of the answers that are right, in [0, 1]: the image's class, or its pixels'. */
  readonly correct: Float64Array;
  /** `[n]`, mean loss in nats. */
  readonly losses: Float64Array;
  /** `[n]`, the class of each image, where it has just one: harm is then judged class by class too. */
  readonly classes?: Int32Array;
  /** The images from `start` on. */
  from(start: number): TaskScores;
  /** These images, then those of others, which must be of the same task. */
  join(others: readonly this[]): TaskScores;
  /** By right and wrong: the score that the task is judged by. */
  answers(): ScoreByImage;
  /** What harm is measured on: finer than right and wrong where the task has something finer. */
  skill(): ScoreByImage;
  /** The figure of these images as one set: the mean of `answers`, or what that represents. In [0, 1]. */
  figure(): number;
  /** The same with its 95 % interval over images. @param groupOf `[n]`: over groups of them */
  interval(groupOf?: GroupOf): Estimate;
  /**
   * The change of the figure between the same images with and without something, with its 95 % interval over images:
   * an image is one observation however often it was drawn.
   *
   * @param draws passes over these images; at least one pair
   * @param groupOf `[n]`: the group of each image, where a group is the observation
   */
  change(draws: readonly ScoresPair<this>[], groupOf?: GroupOf): Estimate;
  /** What an epoch tells of held-out images beside loss and accuracy: `epochFigures` of run/files. */
  epochFigures(): Readonly<Record<string, number>>;
  /** What `selection.json` says of these images beside the figure itself. */
  details(): Pick<
    Selection,
    'taskFigure' | 'classes' | 'labels' | 'balancedAccuracy' | 'pixelAccuracy'
  >;
}

/** A pass over images without augmentation, batch by batch. */
export interface Evaluating {
  /** @param logits of the batch's images, without gradients */
  add(logits: Tensor, batch: LabelledBatch): void;
  end(): Evaluation;
}

/** What a pass over images without augmentation says. */
export interface Evaluation {
  readonly images: number;
  /** `loss` and the task's figures, means over images (or what else the figure is defined over). */
  readonly metrics: Metrics;
  /** What an epoch tells of held-out images beside the loss: `taskAccuracy`, and `epochFigures` of run/files. */
  readonly epoch: Readonly<Record<string, number>>;
  /** `[images]`, in their order, each in [0, 1]: the first figure, or the share of right answers. */
  readonly perImage: Float64Array;
  /** The first figure with its 95 % interval over images. @param groupOf `[images]`: over groups of them */
  interval(groupOf?: GroupOf): Estimate;
  /** What `results.json` keeps of them besides: for comparisons, and for the report. */
  kept(): Pick<TrainingResult['test'], 'classes' | 'regions' | 'labels' | 'parts'>;
}

/** What `predict` is asked. */
export interface PredictionRequest {
  readonly network: LearnedNetwork;
  readonly files: readonly string[];
  /** Number of classes per image. */
  readonly top: number;
  /** Folder for what is written. */
  readonly out: string;
  readonly device: Device;
  /** Called for each file that cannot be decoded and is skipped; default: stop at the first. */
  onBadFile?(error: UserError): void;
  /** Called for each thing that is to be said of how a file was read. */
  onNote?(note: ImageNote, file: string): void;
}

/** A trained network with what it must know of images. */
export interface LearnedNetwork {
  /** In evaluation mode. */
  readonly model: TwoHeaded;
  readonly manifest: Manifest;
  readonly classes: readonly string[];
  readonly channels: 1 | 3;
  readonly size: Size;
  /** How images of another aspect ratio came to `size`. */
  readonly fit: Fit;
  readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** A prediction for one image, as plain JSON. */
export interface Predicted {
  readonly file: string;
}

/** A prediction for programs, with a line of text for people. */
export interface DescribedPrediction<P extends Predicted> {
  readonly prediction: P;
  /** One line. */
  readonly text: string;
}
