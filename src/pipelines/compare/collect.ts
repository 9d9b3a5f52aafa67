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
import { meanOverSeeds, pairedInterval, pairedMean, rankCorrelation } from '../../metrics/index.js';
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
  const present = arms.filter(({ name }) => runsOf(name).length > 0);
  const results = present.map((arm): ArmResult => {
    const runs = runsOf(arm.name);
    const sameAs = aliases.get(arm.name);
    const mean = (of: (r: TrainingResult) => number): number =>
      runs.reduce((sum, { result }) => sum + of(result), 0) / runs.length;
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
        seconds: result.seconds,
      })),
      figures: Object.fromEntries(
        first.figures.map(({ key }, i) => [
          key,
          finite(
            runs.length > 1
              ? meanOverSeeds(
                  runs.map(({ result }) => result.test.metrics[key]),
                  alpha,
                )
              : i === 0
                ? runs[0].result.test.first
                : alone(runs[0].result.test.metrics[key]),
          ),
        ]),
      ),
      toNone: arm.name === 'none' ? null : difference(runs, none, first),
      toAll: arm.name === 'all' ? null : difference(runs, all, first),
      images: mean((r) => r.images + r.pretrainedImages),
      seconds: mean((r) => r.seconds),
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
    intervals: config.seeds > 1 ? 'seeds' : 'images',
    arms: results,
    singles: config.single ? singlesOf(input, results) : null,
    missing,
    failed: [...failed],
  };
}

/** The first figure of an arm minus another's, paired by seed, or by image where there is one seed. */
function difference(runs: Done[], base: Done[], { figures }: TrainingResult): Interval | null {
  const pairs = runs.flatMap((run) => {
    const other = base.find(({ task }) => task.seed === run.task.seed);
    return other === undefined ? [] : [[run.result, other.result] as const];
  });
  if (pairs.length === 0) return null;
  const { key, share } = figures[0];
  const values = pairs.map(([a, b]) => a.test.metrics[key] - b.test.metrics[key]);
  if (values.length > 1) return meanOverSeeds(values, alpha);
  const [[a, b]] = pairs;
  if (!share) return alone(values[0]);
  const [x, y] = [a, b].map((r) => Buffer.from(r.test.perImage, 'base64'));
  return pairedInterval(pairedMean(Float64Array.from(x, (v, i) => (v - y[i]) / 255)), alpha);
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

const alone = (value: number): Interval => ({ value, low: value, high: value });

/** JSON knows no NaN: without an interval the value stands for both ends. */
function finite({ value, low, high }: Interval): Interval {
  return Number.isFinite(low) && Number.isFinite(high) ? { value, low, high } : alone(value);
}
