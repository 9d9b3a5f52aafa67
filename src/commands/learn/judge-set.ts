import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../core/index.js';
import { saveWithHead, type TaskRange, type TwoHeaded } from '../../models/index.js';
import { shownImages } from '../../pictures/panels.js';
import { writeSamples } from '../../pictures/samples.js';
import {
  readEvents,
  readRunFile,
  runFiles,
  selectionSchema,
  type EpochMetrics,
  type EventLine,
  type Plan,
  type Selection,
  type Sheet,
} from '../../run/files/index.js';
import { emptyModel } from '../../run/fresh-model.js';
import { manifestOf } from '../../run/manifest.js';
import { clearRun } from '../../run/folder/own-files.js';
import { originalsFor } from '../../run/prepare.js';
import { RunFolder } from '../../run/folder/run-folder.js';
import { cleanPass } from '../../run/streams.js';
import { taskFor, unlearnedWarning } from '../../tasks/index.js';
import {
  keptFileIn,
  loadKeptWeights,
  loadQuarterWeights,
  quarterFileIn,
  shareMetadata,
} from '../../train/index.js';
import { jointTask } from './joint-learning.js';
import { judgeAll } from './judge-all.js';
import type { EarlierNetwork, JudgingNetwork, JudgingRun } from './judging-pool.js';
import type { OpenedSet } from './sets.js';
import { writePolicies } from './write-policies.js';

/** A trained network of a data set: of a fold its own, with the fold's parts. */
export interface SetNetwork extends Pick<JudgingNetwork, 'prepared' | 'model'> {
  /** The folder with its weights. */
  readonly checkpoint: string;
}

/** What judging a data set needs of the run that it belongs to. */
export interface SetJudging extends Pick<
  JudgingRun,
  'check' | 'mayContinue' | 'imagesForPairs' | 'judged' | 'onJudged'
> {
  /** Seconds of this sitting. */
  elapsed(): number;
}

/**
 * Steps 2 to 4 of the method for a data set, and all that its run folder is to say of them: verdicts, policies and
 * samples.
 *
 * @param networks of this set alone, in evaluation mode: one, or one for each fold
 */
export async function judgeSet(
  folder: RunFolder,
  { config, prepared, hooks: { onEvent } }: OpenedSet,
  networks: readonly SetNetwork[],
  { elapsed, ...judging }: SetJudging,
): Promise<Selection> {
  // Verdicts that are there were judged before: a process died while it was writing the rest.
  const before = folder.has('selection')
    ? readRunFile(folder.path, 'selection', selectionSchema)
    : undefined;
  const selection =
    before ??
    (await withAllEarlier(
      networks,
      () => emptyNetwork({ config, prepared }),
      (all) => judgeAll({ config, networks: all, onEvent, ...judging }),
    ));
  if (before === undefined) {
    const message = unlearnedWarning(selection.classes, config, 'judging');
    if (message !== undefined) onEvent({ type: 'warning', code: 'CLASSES', message });
    folder.writeJson('selection', selection);
  }
  writePolicies(folder, config, selection, prepared.data.size);
  onEvent({ type: 'phase', phase: 'report' });
  const originals = originalsFor(config, prepared.data);
  await writeSamples(
    folder.path,
    { ...prepared.data, originals },
    config,
    selection,
    await panelsOf(config, networks[0], folder),
  );
  onEvent({ type: 'finished', status: selection.status, seconds: elapsed() });
  return selection;
}

/** Runs with the network by the weights that a run kept of a quarter of its training, where it did. */
export async function withEarlier<T>(
  checkpoint: string,
  fresh: () => TwoHeaded,
  run: (earlier: EarlierNetwork | undefined) => Promise<T>,
): Promise<T> {
  const model = fresh();
  try {
    const share = loadQuarterWeights(checkpoint, model);
    model.eval();
    return await run(share === undefined ? undefined : { model, share });
  } finally {
    model.free();
  }
}

/** The same with all networks. */
function withAllEarlier<T>(
  networks: readonly SetNetwork[],
  fresh: () => TwoHeaded,
  run: (networks: readonly JudgingNetwork[]) => Promise<T>,
  found: readonly JudgingNetwork[] = [],
): Promise<T> {
  const next = networks.at(found.length);
  if (next === undefined) return run(found);
  return withEarlier(next.checkpoint, fresh, (earlier) =>
    withAllEarlier(networks, fresh, run, [...found, { ...next, earlier }]),
  );
}

/** Whether a run folder holds all that `judgeSet` writes: verdicts alone are not the end. */
export function isJudged(folder: RunFolder): boolean {
  return (['selection', 'policy', 'policyAlbumentations', 'samples'] as const).every((name) =>
    folder.has(name),
  );
}

/** Pictures of judging images with what the network says of them, where the task has any. */
function panelsOf(
  config: OpenedSet['config'],
  { prepared, model }: SetNetwork,
  folder: RunFolder,
): Promise<Sheet> | undefined {
  const { data, split, device } = prepared;
  const { drawPanels } = taskFor(data).head(data, { device, classBalance: config.classBalance });
  const task = jointTask(config, prepared, model);
  const shown = cleanPass(prepared, shownImages(split.judging), 'panels');
  return drawPanels?.(folder.path, shown, (batch, read) => task.see(batch, read));
}

/** The verdicts for a data set in a folder of its own, where it has been judged; undefined where it has not. */
export function judgedBefore({ config }: OpenedSet): Selection | undefined {
  const done = existsSync(join(config.out, runFiles.config));
  return done ? readRunFile(config.out, 'selection', selectionSchema) : undefined;
}

/** A network that data sets share, and the run that trained it. */
export interface SharedNetwork {
  readonly model: TwoHeaded;
  /** The same by the weights of a quarter of the training, where it has them. */
  readonly quarter?: EarlierNetwork;
  /** The run's folder. */
  readonly run: string;
  readonly plan: Plan;
}

/**
 * Judges a data set by a network that it shares with others, and writes the run folder that `learn` on it alone would
 * leave, with a network that has its task head alone. What makes a folder a run is written last: until then it counts
 * for nothing.
 */
export function judgeInOwnFolder(
  set: OpenedSet,
  { model, quarter, run, plan }: SharedNetwork,
  head: TaskRange,
  judging: SetJudging,
): Promise<Selection> {
  const { config, prepared } = set;
  const { out } = config;
  clearRun(out);
  return RunFolder.use({ out, resume: false, overwrite: false }, async (folder) => {
    const checkpoint = folder.file('checkpoint');
    saveWithHead(keptFileIn(checkpoint), model, head);
    if (quarter !== undefined)
      saveWithHead(quarterFileIn(checkpoint), quarter.model, head, shareMetadata(quarter.share));
    const own = emptyNetwork(set);
    try {
      loadKeptWeights(checkpoint, own);
      own.eval();
      const selection = await judgeSet(
        folder,
        set,
        [{ prepared, model: own, checkpoint }],
        judging,
      );
      const lines = eventsOf(readEvents(run), set.name).map((line) => `${JSON.stringify(line)}\n`);
      writeAtomic(folder.file('events'), lines.join(''));
      folder.restoreEpochs();
      folder.writeParts([prepared]);
      folder.begin(config, manifestOf(config, prepared, plan));
      return selection;
    } finally {
      own.free();
    }
  });
}

/** A network of this set alone, for weights to be read into. */
function emptyNetwork({ config, prepared }: Pick<OpenedSet, 'config' | 'prepared'>): TwoHeaded {
  return emptyModel(config, prepared.shape, prepared.device);
}

/** What a run's events say of one of its data sets: its own, and its figures of every epoch. */
function eventsOf(events: readonly EventLine[], set: string): EventLine[] {
  return events.flatMap((event): EventLine[] => {
    if (event.type === 'epoch') {
      const { train, judging } = event;
      return [{ ...event, train: ownOf(train, set), judging: judging && ownOf(judging, set) }];
    }
    return event.set === undefined || event.set === set ? [event] : [];
  });
}

/** `photos/taskLoss` of the whole is `taskLoss` of photos. */
function ownOf(metrics: EpochMetrics, set: string): EpochMetrics {
  const prefix = `${set}/`;
  const own = Object.fromEntries(
    Object.entries(metrics)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
  return { ...own, loss: own.taskLoss + (own.augmentLoss ?? 0) };
}
