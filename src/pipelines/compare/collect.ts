import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  readRunFile,
  runFiles,
  selectionSchema,
  trainingResultSchema,
  type ArmResult,
  type CompareConfig,
  type Comparison,
  type Interval,
  type TrainingResult,
} from '../../config/index.js';
import {
  iouContributions,
  meanInterval,
  meanOverSeeds,
  pairedInterval,
  pairedMean,
  rankCorrelation,
  type Regions,
} from '../../metrics/index.js';
import type { Arm, ArmTask } from './arms.js';
import { isDone } from './run-task.js';

const alpha = 0.05;

export interface CollectInput {
  readonly config: CompareConfig;
  readonly arms: readonly Arm[];
  /** Arms whose policy is that of another, by name. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly tasks: readonly ArmTask[];
  readonly epochs: number;
  readonly imagesPerEpoch: number;
  readonly failed: readonly { task: string; reason: string }[];
}

/** A training of an arm with what it came to. */
interface Done {
  readonly task: ArmTask;
  readonly result: TrainingResult;
}

/** The comparison so far, from the trainings that have ended; null before the first. */
export function collect(input: CollectInput): Comparison | null {
  const { config, arms, aliases, tasks, failed } = input;
  const ended = tasks.filter(isDone).map((task): Done => ({
    task,
    result: readRunFile(task.config.out, 'results', trainingResultSchema),
  }));
  const first = ended.find(({ task }) => task.arm !== null)?.result;
  if (first === undefined) return null;
  const runsOf = (name: string): Done[] =>
    ended.filter(({ task }) => task.arm?.name === (aliases.get(name) ?? name));
  const none = runsOf('none');
  const all = runsOf('all');
  // What a training started from took its time too.
  const secondsOf = (task: ArmTask): number =>
    ended
      .filter((done) => done.task.id === task.id || done.task.id === task.needs)
      .reduce((sum, { result }) => sum + result.seconds, 0);
  const present = arms.filter(({ name }) => runsOf(name).length > 0);
  const results = present.map((arm): ArmResult => {
    const runs = runsOf(arm.name);
    const sameAs = aliases.get(arm.name);
    const mean = (of: (done: Done) => number): number =>
      runs.reduce((sum, done) => sum + of(done), 0) / runs.length;
    return {
      name: arm.name,
      policy: arm.policy,
      pretrained: arm.pretrained,
      ...(sameAs !== undefined && { sameAs }),
      runs: runs.map(({ task, result }) => ({
        seed: task.seed,
        folder: task.folder,
        metrics: result.test.metrics,
        images: result.images + result.pretrainedImages,
        seconds: secondsOf(task),
      })),
      figures: Object.fromEntries(
        first.figures.map(({ key }, i) => [
          key,
          widest(
            meanOverSeeds(
              runs.map(({ result }) => result.test.metrics[key]),
              alpha,
            ),
            i === 0 ? meanInterval(perImage(runs), alpha) : null,
          ),
        ]),
      ),
      toNone: arm.name === 'none' ? null : difference(runs, none, first),
      toAll: arm.name === 'all' ? null : difference(runs, all, first),
      images: mean(({ result: r }) => r.images + r.pretrainedImages),
      seconds: mean(({ task }) => secondsOf(task)),
    };
  });
  const missing = tasks.filter((task) => !isDone(task)).map((task) => task.id);
  return {
    version: 1,
    command: 'compare',
    status: missing.length === 0 ? 'complete' : 'partial',
    task: first.task,
    figures: first.figures,
    seeds: [...new Set(tasks.map((task) => task.seed))],
    epochs: input.epochs,
    imagesPerEpoch: input.imagesPerEpoch,
    testImages: first.test.images,
    intervals: config.seeds > 1 ? 'seeds and images' : 'images',
    arms: results,
    singles: config.single ? singlesOf(input, results) : null,
    missing,
    failed: [...failed],
  };
}

/** The first figure of an arm minus another's, paired by seed and by image. */
function difference(runs: Done[], base: Done[], { figures }: TrainingResult): Interval | null {
  const pairs = runs.flatMap((run) => {
    const other = base.find(({ task }) => task.seed === run.task.seed);
    return other === undefined ? [] : [[run, other] as const];
  });
  if (pairs.length === 0) return null;
  const { key } = figures[0];
  const values = pairs.map(([a, b]) => a.result.test.metrics[key] - b.result.test.metrics[key]);
  const [one, other] = [0, 1].map((side) => perImage(pairs.map((pair) => pair[side])));
  const overImages = pairedInterval(pairedMean(one.map((v, i) => v - other[i])), alpha);
  return widest(meanOverSeeds(values, alpha), overImages);
}

/** The first figure of every test image, its mean over seeds; of masks, its part in the set's mean IoU. */
function perImage(runs: readonly Done[]): Float64Array {
  const values = runs.map(({ result }) => {
    const regions = regionsIn(result);
    if (regions) return iouContributions(regions);
    return Float64Array.from(Buffer.from(result.test.perImage, 'base64'), (byte) => byte / 255);
  });
  return values[0].map((_, i) => values.reduce((sum, own) => sum + own[i], 0) / values.length);
}

/**
 * A mean with the wider of two intervals: over seeds, which a few seeds that happen to agree make far too
 * narrow, and over images, which knows nothing of other seeds.
 */
function widest(overSeeds: Interval, overImages: Interval | null): Interval {
  const { value } = overSeeds;
  const half = ({ low, high }: Interval): number => (high - low) / 2;
  const halves = [overSeeds, ...(overImages ? [overImages] : [])].map(half);
  const most = Math.max(0, ...halves.filter(Number.isFinite));
  return { value, low: value - most, high: value + most };
}

/** Segmentation: the counts of every test image, as `results.json` keeps them. */
function regionsIn({ test: { regions, classes } }: TrainingResult): Regions | undefined {
  if (!regions || !classes) return undefined;
  const words = (text: string): Float64Array =>
    Float64Array.from(new Uint32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
  const unions = words(regions.unions);
  return {
    classes: classes.length,
    intersections: words(regions.intersections),
    unions,
    // Which pixels are truly of a class is not needed for a change.
    truth: new Float64Array(unions.length),
  };
}

/** Every single augmentation's gain beside what the learn run said of it. */
function singlesOf({ config, arms }: CollectInput, results: readonly ArmResult[]) {
  const selection = existsSync(join(config.out, runFiles.selection))
    ? readRunFile(config.out, 'selection', selectionSchema)
    : null;
  const rows = arms.flatMap(({ name, single }) => {
    const gain = results.find((r) => r.name === name)?.toNone;
    if (!single || gain === null || gain === undefined) return [];
    const judged = selection?.augmentations.find((a) => a.name === name);
    return [{ name, gain, j: judged?.j ?? null, verdict: judged?.verdict ?? null }];
  });
  const judged = rows.filter((row) => row.j !== null);
  const correlation = rankCorrelation(
    judged.map((row) => row.gain.value),
    judged.map((row) => row.j ?? 0),
  );
  return { rows, correlation: Number.isFinite(correlation) ? correlation : null };
}
