import { readEvents, type Figure, type Sheet, type TrainingResult } from '../../run/files/index.js';
import { type TrainConfig } from '../../config/index.js';
import type { Evaluation } from '../../tasks/index.js';
import type { FitResult } from '../../train/index.js';

export interface TrainingOutcome {
  readonly config: TrainConfig;
  readonly task: string;
  readonly figures: Figure[];
  /** Pictures of test images, where the task has any. */
  readonly panels?: Sheet;
  readonly test: Evaluation;
  /** `[test images]`, where they come in groups. */
  readonly testGroups?: Int32Array;
  readonly heldOut: Evaluation;
  readonly fitted: FitResult;
  readonly imagesPerStep: number;
  readonly pretrainedImages: number;
  /** The run folder, whose events have the time of all sittings. */
  readonly run: string;
}

/** A training's outcome, for `results.json`. */
export function resultOf(outcome: TrainingOutcome): TrainingResult {
  const { config, figures, test, testGroups, heldOut, fitted } = outcome;
  return {
    version: 1,
    command: 'train',
    task: outcome.task,
    policy: config.policy,
    figures,
    test: {
      images: test.images,
      metrics: chosen(test, figures),
      first: test.interval(testGroups),
      perImage: pack(test.perImage),
      ...(testGroups && { groups: packWords(testGroups) }),
      ...test.kept(),
    },
    ...(outcome.panels && { panels: outcome.panels }),
    heldOut: { images: heldOut.images, metrics: chosen(heldOut, figures) },
    keptEpoch: fitted.keep,
    best: fitted.best,
    last: fitted.last,
    epochs: fitted.epochs,
    images: fitted.steps * outcome.imagesPerStep,
    pretrainedImages: outcome.pretrainedImages,
    seconds: trainingSeconds(outcome.run),
  };
}

/** The metrics that the task's tables show. */
function chosen({ metrics }: Evaluation, figures: readonly Figure[]): Record<string, number> {
  return Object.fromEntries(figures.map(({ key }) => [key, metrics[key]]));
}

function pack(perImage: Float64Array): string {
  return Buffer.from(Uint8Array.from(perImage, (share) => Math.round(255 * share))).toString(
    'base64',
  );
}

function packWords(groups: Int32Array): string {
  return Buffer.from(groups.buffer, groups.byteOffset, groups.byteLength).toString('base64');
}

/** A resumed run may report an epoch twice: the last one counts. */
function trainingSeconds(run: string): number {
  const seconds = new Map<number, number>();
  for (const event of readEvents(run))
    if (event.type === 'epoch') seconds.set(event.epoch, event.seconds);
  return [...seconds.values()].reduce((a, b) => a + b, 0);
}
