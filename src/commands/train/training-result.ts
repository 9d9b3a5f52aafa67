import { readEvents, type Figure, type Sheet, type TrainingResult } from '../../run/files/index.js';
import { type TrainConfig } from '../../config/index.js';
import type { Dataset } from '../../data/index.js';
import { Rng } from '../../core/index.js';
import { meanInterval, meanIouInterval, type Regions } from '../../metrics/index.js';
import { classFigures } from '../../run/class-figures.js';
import type { Evaluation, FitResult } from '../../train/index.js';

export interface TrainingOutcome {
  readonly config: TrainConfig;
  readonly task: string;
  readonly figures: Figure[];
  readonly data: Pick<Dataset, 'classes' | 'masks'>;
  /** Segmentation: pictures of test images. */
  readonly panels?: Sheet;
  readonly test: Evaluation;
  readonly heldOut: Evaluation;
  readonly fitted: FitResult;
  readonly imagesPerEpoch: number;
  readonly pretrainedImages: number;
  /** The run folder, whose events have the time of all sittings. */
  readonly run: string;
}

/** A training's outcome, for `results.json`. */
export function resultOf(outcome: TrainingOutcome): TrainingResult {
  const { config, figures, test, heldOut, fitted } = outcome;
  return {
    version: 1,
    command: 'train',
    task: outcome.task,
    policy: config.policy,
    figures,
    test: {
      images: test.images,
      metrics: chosen(test, figures),
      first: test.regions
        ? meanIouInterval(test.regions, new Rng(config.seed, 'test interval'))
        : meanInterval(test.perImage, 0.05),
      perImage: pack(test.perImage),
      ...(test.regions && regionsOf(test.regions, outcome.data)),
    },
    ...(outcome.panels && { panels: outcome.panels }),
    heldOut: { images: heldOut.images, metrics: chosen(heldOut, figures) },
    best: fitted.best,
    epochs: fitted.epochs,
    images: fitted.epochs * outcome.imagesPerEpoch,
    pretrainedImages: outcome.pretrainedImages,
    seconds: trainingSeconds(outcome.run),
  };
}

/** The metrics that the task's tables show. */
function chosen({ metrics }: Evaluation, figures: readonly Figure[]): Record<string, number> {
  return Object.fromEntries(figures.map(({ key }) => [key, metrics[key]]));
}

/** What a comparison needs of the test images, and the figures of the classes. */
function regionsOf(regions: Regions, data: TrainingOutcome['data']) {
  const words = (counts: Float64Array): string =>
    Buffer.from(Uint32Array.from(counts).buffer).toString('base64');
  return {
    classes: classFigures(regions, data),
    regions: { intersections: words(regions.intersections), unions: words(regions.unions) },
  };
}

function pack(perImage: Float64Array): string {
  return Buffer.from(Uint8Array.from(perImage, (share) => Math.round(255 * share))).toString(
    'base64',
  );
}

/** A resumed run may report an epoch twice: the last one counts. */
function trainingSeconds(run: string): number {
  const seconds = new Map<number, number>();
  for (const event of readEvents(run))
    if (event.type === 'epoch') seconds.set(event.epoch, event.seconds);
  return [...seconds.values()].reduce((a, b) => a + b, 0);
}
