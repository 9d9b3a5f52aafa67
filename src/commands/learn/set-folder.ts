import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  readEvents,
  readRunFile,
  runFiles,
  selectionSchema,
  setsFolder,
  type Selection,
  type SetResult,
} from '../../run/files/index.js';
import { writeAtomic } from '../../core/index.js';
import { saveWithHead, type TaskRange, type TwoHeaded } from '../../models/index.js';
import { bestFileIn, loadBestWeights } from '../../train/index.js';
import { manifestOf } from '../../run/manifest.js';
import { freshModel } from '../../run/fresh-model.js';
import type { Plan } from '../../run/plan.js';
import { writePolicies } from './write-policies.js';
import { originalsFor } from '../../run/prepare.js';
import { RunFolder } from '../../run/run-folder.js';
import { writeSamples } from '../../pictures/samples.js';
import { judgeAll } from './judge-all.js';
import { eventsOf } from './set-events.js';
import type { LearnedSet } from './sets.js';

/** What judging a set needs of the run that it belongs to. */
export interface SetRun {
  /** The run's folder. */
  readonly run: string;
  readonly plan: Plan;
  /** Images that the judging of pairs may look at. */
  readonly imagesForPairs: number;
  /** Called before each pass; may throw to stop. */
  check(): void;
  mayContinue(): boolean;
  /** Seconds of this sitting. */
  elapsed(): number;
}

/** The verdicts of a set that has been judged; undefined of one that has not. */
export function judgedBefore({ config }: LearnedSet): Selection | undefined {
  const done = existsSync(join(config.out, runFiles.config));
  return done ? readRunFile(config.out, 'selection', selectionSchema) : undefined;
}

/**
 * Judges a set by the shared network, and writes the run folder that `learn` on it alone would leave, with a network
 * that has its task head alone. What makes a folder a run is written last: until then it counts for nothing.
 */
export function judgeSet(
  set: LearnedSet,
  shared: TwoHeaded,
  head: TaskRange,
  run: SetRun,
): Promise<Selection> {
  const { out } = set.config;
  rmSync(out, { recursive: true, force: true });
  return RunFolder.use({ out, resume: false, overwrite: false }, (folder) =>
    judgeIn(folder, set, shared, head, run),
  );
}

async function judgeIn(
  folder: RunFolder,
  set: LearnedSet,
  shared: TwoHeaded,
  head: TaskRange,
  run: SetRun,
): Promise<Selection> {
  const { config, prepared, hooks } = set;
  const checkpoint = folder.file('checkpoint');
  saveWithHead(bestFileIn(checkpoint), shared, head);
  const model = networkFor(set);
  try {
    loadBestWeights(checkpoint, model);
    model.eval();
    const { imagesForPairs, check, mayContinue } = run;
    const { onEvent } = hooks;
    const selection = await judgeAll({
      config,
      prepared,
      model,
      onEvent,
      check,
      mayContinue,
      imagesForPairs,
    });
    folder.writeJson('selection', selection);
    writePolicies(folder, config, selection, prepared.data.size);
    onEvent({ type: 'phase', phase: 'report' });
    const originals = originalsFor(config, prepared.data);
    await writeSamples(folder.path, { ...prepared.data, originals }, config, selection);
    onEvent({ type: 'finished', status: selection.status, seconds: run.elapsed() });
    const lines = eventsOf(readEvents(run.run), set.name).map(
      (line) => `${JSON.stringify(line)}\n`,
    );
    writeAtomic(folder.file('events'), lines.join(''));
    folder.begin(config, manifestOf(config, prepared, run.plan));
    return selection;
  } finally {
    model.free();
  }
}

/** A network of this set alone, for weights to be read into. */
function networkFor({ config, prepared }: LearnedSet): TwoHeaded {
  const { seed, precision } = config;
  const scratch = { seed, precision, model: { ...config.model, weights: null } };
  return freshModel(scratch, prepared.shape, prepared.device);
}

/** What `results.json` says of a set. */
export function resultOf({ name, config }: LearnedSet, selection: Selection): SetResult {
  const { status, cleanAccuracy, safe, safeV2 } = selection;
  const folder = `${setsFolder}/${name}`;
  return { name, data: config.data, folder, status, cleanAccuracy, safe, safeV2 };
}
