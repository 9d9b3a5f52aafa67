import { join } from 'node:path';
import { readLearnConfig, type LearnConfig } from '../../config/index.js';
import { Interrupted, shellWord, UserError } from '../../core/index.js';
import { namedFile } from '../../models/index.js';
import {
  manifestSchema,
  readRunFile,
  selectionSchema,
  setsFolder,
  setsResultSchema,
  type Plan,
  type RunHooks,
  type Selection,
  type SetsResult,
} from '../../run/files/index.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { settleMachine } from '../../run/machine.js';
import { settleImages } from '../../run/settle-images.js';
import { placed } from '../../run/folder/places.js';
import { inSitting, type Sitting } from '../../run/sitting.js';
import { dataSource, type RunSource } from '../../run/folder/sources.js';
import type { TwoHeaded } from '../../models/index.js';
import type { JudgingResult } from '../../safe/index.js';
import {
  allHeldOut,
  emptyNetwork,
  headsOf,
  heldOut,
  settled,
  type SettledConfig,
} from './joint-learning.js';
import {
  isJudged,
  judgedBefore,
  judgeInOwnFolder,
  judgeSet,
  withEarlier,
  type SetJudging,
} from './judge-set.js';
import { foldsOf, type RunFold } from './folds/run-folds.js';
import { drawFirstSamples } from './first-samples.js';
import { planOf } from './plan-learning.js';
import { firstTrained, trainFolds, type TrainedFolds } from './folds/train-folds.js';
import { checkSets, closeSets, dataSetsOf, openSets, setNames, type OpenedSet } from './sets.js';

/** What a run has found for a data set. */
export interface LearnedSet {
  readonly name: string;
  /** The data set as given. */
  readonly data: string;
  /** Where its verdicts and policies are: the run folder, or `sets/NAME` in it. */
  readonly out: string;
  readonly selection: Selection;
}

export interface LearnResult {
  /** The run folder. */
  readonly out: string;
  /** What was found for each data set, in their order. */
  readonly sets: readonly LearnedSet[];
  /** Augmentations that are safe for every one of them. */
  readonly safe: readonly string[];
  /** Of this sitting. */
  readonly seconds: number;
}

export interface LearnOptions {
  /** Called for each data set with everything that judging saw, before the selection is written. */
  onJudged?(result: JudgingResult): void;
  /** Draws the augmentations before the training too. Default false */
  readonly samplesFirst?: boolean;
}

/** A run under way. */
interface LearnRun extends Sitting {
  readonly config: SettledConfig;
  readonly options: LearnOptions;
  readonly sets: readonly OpenedSet[];
  /** One where there are no folds. */
  readonly folds: readonly [RunFold, ...RunFold[]];
}

/** Judging ends at this part of the budget; the rest is for samples and the report. */
const judgingEnd = 0.95;
/** Verdicts then need passes through the earlier weights, and crops their own: looks and draws stop early enough for these to end by this part of the budget. */
const growthEnd = 1.02;

/**
 * Learns which augmentations are safe for a data set: joint learning, judging, selection; steps 1 to 4 of the thesis
 * (3.1). Data sets given as a list share a network with a task head for each (the thesis, chapter 6, names it as
 * future work).
 *
 * Everything is kept in the run folder `config.out`: configuration, manifest, events, checkpoints, `selection.json`
 * and the policies. Of two data sets or more, verdicts and policies are in `sets/NAME` below it: for each what `learn`
 * on it alone leaves, so that `train`, `judge`, `export` and `report` take it.
 *
 * @throws UserError for the user's mistakes; `Interrupted` after the state was saved
 */
export function learn(
  config: LearnConfig,
  hooks: RunHooks,
  options: LearnOptions = {},
): Promise<LearnResult> {
  return inSitting(
    config,
    hooks,
    async (sitting) => {
      const sets = finishedIn(sitting.folder, config) ?? (await learnIn(sitting, config, options));
      return { out: config.out, sets, safe: safeForAll(sets), seconds: sitting.elapsed() };
    },
    sourcesOf(config),
  );
}

/** What a run is made from. */
function sourcesOf(config: LearnConfig): RunSource[] {
  const weights = namedFile(config.model.weights);
  return [
    ...dataSetsOf(config).map((spec) => dataSource(spec)),
    ...(weights === undefined ? [] : [{ option: 'model.weights', path: weights }]),
  ];
}

/** What a resumed run has found already, where nothing is left to do. */
function finishedIn(folder: RunFolder, config: LearnConfig): LearnedSet[] | undefined {
  const { out, resume, data } = config;
  if (!resume) return undefined;
  if (typeof data === 'string') {
    if (!isJudged(folder)) return undefined;
    const selection = readRunFile(out, 'selection', selectionSchema);
    return [{ name: setNames([data])[0], data, out, selection }];
  }
  if (!folder.has('results')) return undefined;
  const { sets } = readRunFile(out, 'results', setsResultSchema);
  return sets.map(({ name, data: own, folder: place }) => {
    const at = join(out, place);
    return { name, data: own, out: at, selection: readRunFile(at, 'selection', selectionSchema) };
  });
}

async function learnIn(
  sitting: Sitting,
  config: LearnConfig,
  options: LearnOptions,
): Promise<LearnedSet[]> {
  const { folder, hooks, elapsed } = sitting;
  const started = config.resume ? folder.manifest(manifestSchema) : null;
  if (started?.judgedFrom !== undefined) throw judgedWithoutTraining(config.out);
  const wanted = config.resume
    ? placed(sameRun(config, folder.config(readLearnConfig)), config.out, started)
    : config;
  hooks.onEvent({ type: 'started', out: config.out });
  const machine = settleMachine(wanted, hooks, started);
  checkSets(machine);
  const given = await settleImages(machine, hooks, { started });
  const sets = await openSets(given, hooks);
  try {
    const settledConfig = settled(given, sets);
    const plan = await planOf(sitting, settledConfig, sets);
    const folds = foldsOf(settledConfig, sets, plan.folds ?? 1);
    const run: LearnRun = { ...sitting, config: settledConfig, options, sets, folds };
    if (options.samplesFirst) await drawFirstSamples(folder.path, sets[0], hooks);
    const training = await train(run, plan);
    let learned: LearnedSet[];
    try {
      learned = await judgeEach(run, plan, training);
    } finally {
      for (const { model } of training.networks) model.free();
    }
    if (learned.length > 1) {
      folder.writeJson('results', resultOf(learned));
      hooks.onEvent({ type: 'finished', status: statusOf(learned), seconds: elapsed() });
    }
    return learned;
  } finally {
    await closeSets(sets);
  }
}

/** The started run's configuration; what cannot change its numbers may be given anew. */
function sameRun(given: LearnConfig, stored: LearnConfig): LearnConfig {
  return { ...stored, out: given.out, resume: true, overwrite: false, workers: given.workers };
}

/** There is nothing to continue where nothing is trained. */
function judgedWithoutTraining(out: string): UserError {
  return new UserError('RUN_KIND', 'This run was made by `judge` and is not finished.', {
    where: out,
    expected: 'a run that `learn` has started',
    remedy: `judge again: safe-augment judge RUN DATA --out ${shellWord(out)} --overwrite`,
  });
}

/** Step 1: joint learning. Of a run that has been judged, whose samples alone are missing, the first network that it ended with. */
async function train(run: LearnRun, plan: Plan): Promise<TrainedFolds> {
  const [first] = run.folds;
  const isJudgedAlready = run.sets.length === 1 && run.folder.has('selection');
  const known = isJudgedAlready ? firstTrained(first, run) : undefined;
  if (known !== undefined) return { networks: [known], images: 0 };
  return trainFolds(run.folds, run, plan, (epochs) => interrupt(run, epochs));
}

/** Steps 2 to 4 for each data set; each may take its part of the time that is left. */
async function judgeEach(
  run: LearnRun,
  plan: Plan,
  { networks, images }: TrainedFolds,
): Promise<LearnedSet[]> {
  const { sets, folder } = run;
  const heads = headsOf(sets);
  const judging = (i: number): SetJudging => judgingOf(run, plan, images, i);
  if (sets.length === 1) {
    const [{ name, config }] = sets;
    const selection = await judgeSet(folder, sets[0], networks, judging(0));
    return [{ name, data: config.data, out: config.out, selection }];
  }
  const empty = (): TwoHeaded => emptyNetwork(run.config, sets);
  return withEarlier(folder.file('checkpoint'), empty, async (quarter) => {
    const network = { model: networks[0].model, quarter, run: folder.path, plan };
    const learned: LearnedSet[] = [];
    for (const [i, set] of sets.entries()) {
      const { name, config } = set;
      const selection =
        judgedBefore(set) ?? (await judgeInOwnFolder(set, network, heads[i], judging(i)));
      learned.push({ name, data: config.data, out: config.out, selection });
    }
    return learned;
  });
}

/**
 * What the judging of a data set may take from now on: its part of the time, and of the images of pairs.
 *
 * @param perEpoch images of an epoch of all networks
 */
function judgingOf(run: LearnRun, plan: Plan, perEpoch: number, i: number): SetJudging {
  const { config, sets, folds, hooks, elapsed, options } = run;
  const images = heldOut(sets[i].prepared).length;
  const part = images / allHeldOut(sets.slice(i));
  const untilShare = (share: number): number =>
    config.budget === null ? Infinity : elapsed() + part * (share * config.budget - elapsed());
  const [end, growthBy] = [untilShare(judgingEnd), untilShare(growthEnd)];
  const ofPlan = plan.imagesPerEpoch && folds.length * plan.imagesPerEpoch;
  const trained = plan.epochs * (ofPlan ?? perEpoch);
  const share = images / allHeldOut(sets);
  return {
    imagesForPairs: trained * share,
    ...(plan.judged !== undefined && { judged: Math.ceil(plan.judged * share) }),
    check() {
      if (hooks.signal.aborted) interrupt(run, plan.epochs);
    },
    mayContinue: (reserved = 0) => elapsed() < end && elapsed() + reserved < growthBy,
    onJudged: options.onJudged,
    elapsed,
  };
}

/** `results.json` of a run on two data sets or more. */
function resultOf(learned: readonly LearnedSet[]): SetsResult {
  const sets = learned.map(({ name, data, selection }) => {
    const { status, cleanAccuracy, safe, safeV2 } = selection;
    return { name, data, folder: `${setsFolder}/${name}`, status, cleanAccuracy, safe, safeV2 };
  });
  return { version: 1, command: 'learn', sets, safe: safeForAll(learned) };
}

function safeForAll(learned: readonly LearnedSet[]): string[] {
  const [first] = learned;
  return first.selection.safe.filter((name) =>
    learned.every(({ selection }) => selection.safe.includes(name)),
  );
}

/** That of all data sets where they agree. */
function statusOf(learned: readonly LearnedSet[]): Selection['status'] {
  const [{ selection }] = learned;
  return learned.every((set) => set.selection.status === selection.status)
    ? selection.status
    : 'partial';
}

function interrupt(run: LearnRun, epoch: number): never {
  run.hooks.onEvent({ type: 'stopped', reason: 'interrupted', epoch });
  throw new Interrupted(run.config.out);
}
