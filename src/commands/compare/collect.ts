import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  readRunFile,
  runFiles,
  selectionSchema,
  trainingResultSchema,
  type ArmResult,
  type Comparison,
  type Payoff,
  type TrainingResult,
} from '../../run/files/index.js';
import { learnedPolicies, type CompareConfig } from '../../config/index.js';
import {
  meanInterval,
  meanOverSeeds,
  rankCorrelation,
  rankCorrelationInterval,
} from '../../metrics/index.js';
import type { Arm, ArmTask } from './arms.js';
import { difference, perImage, possible, widest, type Done } from './differences.js';
import { isDone } from './train-arm.js';

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
  // The training that an arm starts from counts too.
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
      ...(arm.single && { single: true }),
      runs: runs.map(({ task, result }) => ({
        seed: task.seed,
        folder: task.folder,
        metrics: result.test.metrics,
        images: result.images + result.pretrainedImages,
        seconds: secondsOf(task),
      })),
      figures: Object.fromEntries(
        first.figures.map(({ key, share }, i) => [
          key,
          possible(
            share,
            widest(
              meanOverSeeds(
                runs.map(({ result }) => result.test.metrics[key]),
                alpha,
              ),
              i === 0 ? overImages(runs) : null,
            ),
          ),
        ]),
      ),
      ...classesOf(runs),
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
    payoff: payoffOf(results, runsOf, first),
    singles: config.single ? singlesOf(input, results) : null,
    missing,
    failed: [...failed],
  };
}

/** Each class's intersection over union over an arm's seeds, where its trainings have such. */
function classesOf(runs: readonly Done[]): Pick<ArmResult, 'classes'> {
  const all = runs.map(({ result }) => result.test.classes);
  const [first] = all;
  if (first === undefined) return {};
  const classes = first.map((figure, c) => {
    const values = all.flatMap((own) => own?.[c]?.iou ?? []);
    const sum = values.reduce((total, value) => total + value, 0);
    return { ...figure, iou: values.length === 0 ? null : sum / values.length };
  });
  return { classes };
}

/** The interval of an arm's first figure over test images. */
function overImages(runs: readonly Done[]) {
  const { values, kind, groupOf } = perImage(runs);
  return meanInterval(values, kind, alpha, groupOf);
}

/** Arms with a learned set: those after training on all first, which the thesis proposes (3.2), and the safe sets first. */
const learnedArms = ['all+', ''].flatMap((start) => learnedPolicies.map((set) => start + set));

/** Every arm with a learned set that is not empty against the arms without. */
function payoffOf(
  arms: readonly ArmResult[],
  runsOf: (name: string) => Done[],
  first: TrainingResult,
): Payoff[] {
  const trained = arms.filter(({ sameAs }) => sameAs === undefined);
  const others = trained.filter(
    ({ name, single }) => !learnedArms.includes(name) && single !== true,
  );
  return learnedArms
    .filter((name) => trained.some((arm) => arm.name === name && arm.policy !== 'none'))
    .map((arm) => ({
      arm,
      against: others.flatMap(({ name }) => {
        const interval = difference(runsOf(arm), runsOf(name), first);
        return interval === null ? [] : [{ name, difference: interval }];
      }),
    }));
}

/** The gain of every single augmentation beside its verdict in the learn run. */
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
  if (!Number.isFinite(correlation)) return { rows, correlation: null };
  const interval = rankCorrelationInterval(correlation, judged.length, alpha);
  return {
    rows,
    correlation,
    correlationInterval: Number.isFinite(interval.low) ? interval : null,
  };
}
