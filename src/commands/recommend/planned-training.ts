import type { LearnConfig, TrainConfig, TrainingCase } from '../../config/index.js';
import { UserError } from '../../core/index.js';
import { caseOn } from '../../run/data-defaults.js';
import type { EventLine, StartedManifest } from '../../run/files/index.js';
import { planRun } from '../../run/plan-run.js';
import { secondsToMeasure, type Speed } from '../../run/speed.js';
import { taskNamed } from '../../tasks/index.js';
import { costOfParts, knownEpochs, trainingBatch } from '../train/prepare-training.js';

/** A `learn` run, as far as its files say what a training on the same data will be. */
export interface LearnedFrom {
  readonly run: string;
  readonly config: LearnConfig;
  readonly manifest: StartedManifest;
  /** That of the run whose network judged these data, where it is another one: it measured the speed. */
  readonly measured: StartedManifest;
  readonly events: readonly EventLine[];
}

/** What a training will come to, as far as can be said before it. */
export interface PlannedTraining {
  readonly epochs: number;
  /** Of whole batches. */
  readonly imagesPerEpoch: number;
  /** That are trained on. */
  readonly trainImages: number;
  /** Expected for the whole training. */
  readonly seconds: number;
  /** What the time was reckoned with: what `learn` measured. */
  readonly imagesPerSecond: number;
  readonly of: TrainingCase;
}

/** A forward pass takes about a third of a step, which has a way back too. */
const judgingFactor = 3;

/**
 * Plans a training as `train` does (`planRun`), with the speed that `learn` measured in place of a new measurement, and the parts by
 * their shares in place of the images.
 *
 * @throws UserError `BUDGET_TOO_SMALL`, `BATCH_TOO_LARGE`, `RUN_SPEED`
 */
export function plannedTraining(config: TrainConfig, learned: LearnedFrom): PlannedTraining {
  const { run, manifest, measured, events } = learned;
  const { data } = manifest;
  const speed = speedOf(measured.plan, run);
  const { images, held, test } = partsFor(config, learned);
  const task = taskNamed(data.task ?? 'classification', run);
  const size = { height: data.height, width: data.width };
  const of = caseOn(
    config,
    { size, store: { channels: data.channels ?? 3 }, targets: { kind: task.targets } },
    images,
    'task',
    knownEpochs(config),
  );
  const { mostInBatch, outputs } = task;
  const pixels = size.height * size.width;
  const batch = trainingBatch(config, { root: data.source, mostInBatch, outputs, pixels }, of);
  const whole = Math.floor(images / batch) * batch;
  const { budget, epochs } = config;
  const spent = budget === null ? 0 : secondsBeforePlan(events) + secondsToMeasure(budget);
  const cost = costOfParts(config, { images: whole, batch, held, test });
  const planned = planRun({ budget, epochs, ...cost, spent }, speed);
  return {
    epochs: planned.epochs,
    imagesPerEpoch: planned.imagesPerEpoch ?? cost.trainImages,
    trainImages: images,
    seconds: planned.seconds,
    imagesPerSecond: speed.training,
    of,
  };
}

function speedOf({ imagesPerSecond }: StartedManifest['plan'], run: string): Speed {
  if (imagesPerSecond > 0)
    return { training: imagesPerSecond, judging: judgingFactor * imagesPerSecond };
  throw new UserError('RUN_SPEED', 'This run does not say how fast it was.', {
    where: `${run}, manifest.json, plan.imagesPerSecond`,
    expected: 'images a second, above 0',
    got: String(imagesPerSecond),
    remedy:
      'learn on these data; a run of `judge` is as fast as the run that it names, which must still be there',
  });
}

/** A part held out that differs from the share that was asked for by more than this is the data's own. */
const roundingOfShares = 0.05;

/**
 * The parts of the data as `train` makes them: of all that `learn` did not set aside for testing a share is held out. Where the data
 * have a val part, both hold out that one. Whether they have is not kept: it shows in how much `learn` has held out.
 */
function partsFor(
  { heldOut, testShare }: Pick<TrainConfig, 'heldOut' | 'testShare'>,
  { manifest, measured, config: { judging: asked } }: LearnedFrom,
): { readonly images: number; readonly held: number; readonly test: number } {
  const { split, plan } = manifest;
  const { train, calibration = 0, judging } = split;
  const all = plan.folds === undefined ? train + calibration + judging : judging;
  const own = calibration + judging;
  // `judge` divides by other shares than `learn`.
  const byShares = manifest === measured && plan.folds === undefined;
  if (byShares && Math.abs(own / all - asked.fraction) > roundingOfShares)
    return { images: train, held: own, test: split.test || Math.round(all * testShare) };
  // Earlier runs set no images aside where the data have no test part.
  const test = split.test || Math.round(all * testShare);
  const rest = split.test > 0 ? all : all - test;
  const held = Math.max(1, Math.round(rest * heldOut));
  return { images: rest - held, held, test };
}

/** What `learn` took to read the images; 0 where its events do not say. */
function secondsBeforePlan(events: readonly EventLine[]): number {
  const timeOf = (event: EventLine | undefined): number =>
    event === undefined ? NaN : Date.parse(event.time) / 1000;
  const started = timeOf(events.find(({ type }) => type === 'started'));
  const planned = timeOf(events.find((event) => event.type === 'phase' && event.phase === 'plan'));
  const seconds = planned - started;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}
