import { join } from 'node:path';
import { Interrupted, shellWord, UserError } from '../core/index.js';
import {
  manifestSchema,
  readRunFile,
  requireLearned,
  runFiles,
  selectionSchema,
  setsIn,
  type ManifestData,
  type RunHooks,
} from '../run/files/index.js';
import {
  readLearnConfig,
  resolveLearnConfig,
  type DataSetConfig,
  type LearnConfig,
  type LearnInput,
} from '../config/index.js';
import { splitJudging } from '../data/index.js';
import { taskFor } from '../tasks/index.js';
import { loadKeptWeights } from '../train/index.js';
import { manifestOf } from '../run/manifest.js';
import { emptyModel } from '../run/fresh-model.js';
import { settleMachine } from '../run/machine.js';
import { settleImages, type Settled } from '../run/settle-images.js';
import type { LearnResult } from './learn/learn.js';
import { withEarlier } from './learn/judge-set.js';
import { writePolicies } from './learn/write-policies.js';
import { prepareData } from '../run/prepare.js';
import { labelsOn, withoutTest, type Prepared } from './learn/prepare-learning.js';
import { setNames } from './learn/sets.js';
import { writeSamples } from '../pictures/samples.js';
import { inSitting, type Sitting } from '../run/sitting.js';
import { dataSource } from '../run/folder/sources.js';
import type { TwoHeaded } from '../models/index.js';
import { judgeAll } from './learn/judge-all.js';

export interface JudgeRunOptions {
  /** Folder of a finished `learn`. If it has several data sets, the one with these classes is taken, or the first. */
  readonly run: string;
  /** A folder, whose kind is then detected, or KIND:DIR. */
  readonly data: string;
  /** Folder for the verdicts. */
  readonly out: string;
  readonly overwrite: boolean;
  /** What the masks of these data have for classes, and whether their sizes may differ. Default: as the run's. */
  readonly labels?: LearnInput['labels'];
  /** Which images belong together: a pattern over their names. Default: none. */
  readonly groupBy?: string;
  readonly threads?: LearnConfig['threads'];
  readonly workers?: LearnConfig['workers'];
}

/** Held-out images at most: more cost minutes and change little. */
const mostHeldOut = 4000;
/** Share of the images that are set aside for testing, where the run sets none aside. */
const usualTestShare = 0.2;
/** Share of the images whose statistics are learned; the others are held out. */
const statisticsShare = 0.4;
/** Share of the held-out images that choose the cut-offs. */
const calibrationShare = 0.25;

/**
 * Verdicts for a data set from a network trained on another, without training.
 *
 * Images of another size are resized to the network's. Where the classes are those of the run, the task
 * head measures the harm; otherwise only recognition is judged, and every verdict says so.
 *
 * @throws UserError `RUN_INCOMPLETE`, `RUN_KIND`, `JUDGE_CHANNELS`, and what `learn` throws; `Interrupted`
 */
export async function judgeRun(options: JudgeRunOptions, hooks: RunHooks): Promise<LearnResult> {
  requireLearned(options.run, 'pass the run whose network should judge', ['learn']);
  const runs = networksOf(options.run);
  const config = configOf(options, runs[0]);
  return inSitting(config, hooks, (sitting) => judgeIn(sitting, config, runs), [
    { option: 'RUN', path: options.run },
    dataSource(options.data),
  ]);
}

async function judgeIn(
  { folder, hooks, elapsed }: Sitting,
  wanted: DataSetConfig,
  runs: readonly Network[],
): Promise<LearnResult> {
  const { onEvent, signal } = hooks;
  onEvent({ type: 'started', out: wanted.out });
  const config = await settleImages(settleMachine(wanted, hooks, null), hooks);
  const prepared = await prepareFor(config, runs[0], hooks);
  let model: TwoHeaded | undefined;
  try {
    const {
      run,
      classes,
      data: trained,
    } = runs.find((known) => sameClasses(known.classes, prepared.data.classes)) ?? runs[0];
    const task = taskFor(prepared.data);
    const checkpoint = join(run, runFiles.checkpoint);
    const shape = { ...prepared.shape, classes: classes.length };
    const fresh = (): TwoHeaded => emptyModel(config, shape, prepared.device);
    model = fresh();
    loadKeptWeights(checkpoint, model);
    model.eval();
    const network = model;
    folder.begin(config, { ...manifestOf(config, prepared, noTraining), judgedFrom: run });
    folder.writeParts([prepared]);
    const selection = await withEarlier(checkpoint, fresh, (earlier) =>
      judgeAll({
        config,
        networks: [{ prepared, model: network, earlier }],
        onEvent,
        check() {
          if (signal.aborted) throw new Interrupted();
        },
        mayContinue: () => true,
        imagesForPairs: Infinity,
        // Runs of earlier versions do not name their task.
        taskKnown:
          sameClasses(classes, prepared.data.classes) && (trained.task ?? task.name) === task.name,
      }),
    );
    writePolicies(folder, config, selection, prepared.data.size);
    await writeSamples(folder.path, prepared.data, config, selection);
    // Last, since such a run cannot be resumed: verdicts say that everything else is there.
    folder.writeJson('selection', selection);
    onEvent({ type: 'finished', status: selection.status, seconds: elapsed() });
    const { data, out } = config;
    const sets = [{ name: setNames([data])[0], data, out, selection }];
    return { out, sets, safe: selection.safe, seconds: elapsed() };
  } finally {
    model?.free();
    await prepared.loader.close();
  }
}

/** What `manifest.json` says of a run without training. */
const noTraining = {
  epochs: 0,
  validateEvery: 1,
  imagesPerSecond: 0,
  seconds: 0,
  reason: 'judged by an existing network',
};

/** A trained network: its run folder, the images it takes and the classes it knows. */
interface Network {
  readonly run: string;
  readonly data: ManifestData;
  readonly classes: readonly string[];
}

/** The network of a run; of a run on two data sets or more that of each, which differ in the task head alone. */
function networksOf(run: string): Network[] {
  const sets = setsIn(run);
  return (sets.length > 0 ? sets : [run]).map((folder) => {
    // A network whose training was stopped judges nothing: its own run has to end first.
    readRunFile(folder, 'selection', selectionSchema);
    const { data } = readRunFile(folder, 'manifest', manifestSchema);
    return { run: folder, data, classes: data.classes };
  });
}

function configOf(options: JudgeRunOptions, { run, data }: Network): DataSetConfig {
  const stored = readLearnConfig(join(run, runFiles.config));
  if (typeof stored.data !== 'string')
    throw new UserError('RUN_INCOMPLETE', 'This run on several data sets is not finished.', {
      where: run,
      remedy: `finish it: safe-augment learn --resume --out ${shellWord(run)}`,
    });
  return {
    ...stored,
    data: options.data,
    labels: labelsFor(options, stored),
    // Patterns are of the names of other images.
    groupBy: options.groupBy ?? null,
    nearDuplicates: 'together',
    namesAlike: 'together',
    out: options.out,
    overwrite: options.overwrite,
    resume: false,
    // Nothing is trained, so there is no curve.
    log: [],
    size: { height: data.height, width: data.width },
    // Nothing is trained: neither bounds anything.
    budget: null,
    epochs: 1,
    batch: 2,
    // Whatever it was trained in: a machine without bfloat16 judges in float32.
    precision: stored.precision === 'bfloat16' ? 'auto' : stored.precision,
    // A network of an earlier version may have seen all images of its own data; here the data are others.
    testShare: stored.testShare > 0 ? stored.testShare : usualTestShare,
    threads: options.threads ?? stored.threads,
    workers: options.workers ?? stored.workers,
  };
}

/** The run's, and what is said of these data. @throws UserError `CONFIG_INVALID` */
function labelsFor(
  { data, labels: given }: JudgeRunOptions,
  stored: LearnConfig,
): LearnConfig['labels'] {
  // The columns may be called alike; the table is another.
  const labels = { ...stored.labels, file: null, groupColumn: null, ...given };
  return resolveLearnConfig({ flags: { data, labels } }).labels;
}

async function prepareFor(
  config: Settled<DataSetConfig>,
  from: Network,
  hooks: RunHooks,
): Promise<Prepared> {
  const prepared = await prepareData(config, hooks, (all) => {
    const data = withoutTest(config, all);
    const count = data.splits.val.length > 0 ? data.splits.val.length : data.splits.train.length;
    const held = Math.min(mostHeldOut, Math.round((1 - statisticsShare) * count));
    const calibration = Math.max(1, Math.round(calibrationShare * held));
    return {
      data,
      split: splitJudging(data, { judging: held - calibration, calibration, seed: config.seed }),
      batch: 1,
    };
  });
  const all = { ...prepared, ...labelsOn(config, prepared.data) };
  const channels = Number(from.data.channels ?? all.shape.channels);
  if (channels === all.shape.channels) return all;
  await prepared.loader.close();
  throw new UserError(
    'JUDGE_CHANNELS',
    'The network was trained on images with another number of channels.',
    {
      where: config.data,
      expected: `${channels} channels, like ${from.run}`,
      got: `${all.shape.channels}`,
      remedy: 'learn on these images',
    },
  );
}

function sameClasses(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
