import { existsSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { dataFolder, dataName, type DataSetConfig, type LearnConfig } from '../../config/index.js';
import { UserError } from '../../core/index.js';
import { sharedImages, type Dataset, type TargetKind } from '../../data/index.js';
import { setsFolder, type RunEvent, type RunHooks } from '../../run/files/index.js';
import type { Settled } from '../../run/settle-images.js';
import { readData } from '../../run/prepare.js';
import { taskFor } from '../../tasks/index.js';
import { checkTransforms, prepare, type Prepared } from './prepare-learning.js';

/** A data set of a run: read, split, its loader under way. */
export interface OpenedSet {
  /** Also of its folder, where the run has more than one. */
  readonly name: string;
  /** The settings that `learn` on it alone would have. `out` is where its verdicts go. */
  readonly config: Settled<DataSetConfig>;
  readonly prepared: Prepared;
  /** The run's; where the run has more than one set, with its name on every event. */
  readonly hooks: RunHooks;
}

/**
 * Reads the data sets, checks that one network can learn them, splits them and starts their loaders. Close
 * these when done.
 *
 * @throws UserError `SEVERAL_*`, and those of `prepare`
 */
export async function openSets(
  config: Settled<LearnConfig>,
  hooks: RunHooks,
): Promise<OpenedSet[]> {
  const specs = dataSetsOf(config);
  const shared = specs.length > 1;
  const names = setNames(specs);
  const settings = specs.map((data, i) => ({
    name: names[i],
    config: { ...config, data, out: shared ? join(config.out, setsFolder, names[i]) : config.out },
    hooks: shared ? hooksOf(hooks, names[i]) : hooks,
  }));
  const opened: Dataset[] = [];
  for (const set of settings) {
    const data = await readData(set.config, set.hooks);
    if (shared) requireAlike(data, set.config.data, opened[0] ?? data, specs[0]);
    opened.push(data);
  }
  if (shared) warnOfShared(opened, names, hooks);
  const sets: OpenedSet[] = [];
  try {
    for (const [i, set] of settings.entries())
      sets.push({ ...set, prepared: await prepare(set.config, set.hooks, opened[i], shared) });
    return sets;
  } catch (error) {
    await closeSets(sets);
    throw error;
  }
}

/** What shows before any image is looked at. @throws UserError `DATA_TWICE`, `TRANSFORM_*` */
export function checkSets(config: LearnConfig): void {
  checkTransforms(config);
  requireApart(dataSetsOf(config));
}

/** Ends the loaders' threads. */
export async function closeSets(sets: readonly OpenedSet[]): Promise<void> {
  await Promise.all(sets.map(({ prepared }) => prepared.loader.close()));
}

/** The data sets of a run, as they were given. */
export function dataSetsOf({ data }: Pick<LearnConfig, 'data'>): readonly string[] {
  return typeof data === 'string' ? [data] : data;
}

/** What data sets are called, no two alike: their folders' names. */
export function setNames(data: readonly string[]): string[] {
  const names: string[] = [];
  for (const spec of data) {
    const name = dataName(spec) || 'data';
    let own = name;
    for (let n = 2; names.includes(own); n++) own = `${name}-${n}`;
    names.push(own);
  }
  return names;
}

/** @throws UserError `DATA_TWICE` where two data sets are the same folder, or one lies in the other */
export function requireApart(data: readonly string[]): void {
  const places = data.map((spec) => {
    const folder = resolve(existsSync(spec) ? spec : dataFolder(spec));
    // A folder that is missing is left to the reader, which names it in its own words.
    return existsSync(folder) ? realpathSync(folder) : folder;
  });
  for (const [i, place] of places.entries())
    for (const other of places.slice(0, i)) {
      const same = place === other;
      if (!same && !place.startsWith(other + sep) && !other.startsWith(place + sep)) continue;
      throw new UserError(
        'DATA_TWICE',
        same ? 'The same folder was given twice.' : 'One data set is inside another.',
        {
          where: data[i],
          expected: 'data sets that share no images',
          got: same ? place : `${place} and ${other}`,
          remedy: 'list each data set once',
        },
      );
    }
}

/** What data say of an image, in words. */
const targetTexts: Record<TargetKind, string> = {
  class: 'a class for each image',
  labels: 'several labels for each image (labels.csv)',
  mask: 'a mask for each image',
};

/** @throws UserError `SEVERAL_TASK`, `SEVERAL_CHANNELS` */
function requireAlike(data: Dataset, where: string, first: Dataset, firstName: string): void {
  // Task heads of several sets are rows of one classifier, which only outputs of whole images can be.
  if (taskFor(data).outputs === 'pixel')
    throw new UserError('SEVERAL_TASK', 'Images with masks cannot share a network.', {
      where,
      expected: 'data sets with a class for each image',
      got: data.kind,
      remedy: 'use a separate run',
    });
  if (data.targets.kind !== first.targets.kind)
    throw new UserError('SEVERAL_TASK', 'The data sets need different tasks.', {
      where,
      expected: `${targetTexts[first.targets.kind]}, like ${firstName}`,
      got: targetTexts[data.targets.kind],
      remedy: 'use a separate run for each task',
    });
  if (data.store.channels !== first.store.channels)
    throw new UserError('SEVERAL_CHANNELS', 'The data sets have different numbers of channels.', {
      where,
      expected: `${first.store.channels} channels, like ${firstName}`,
      got: `${data.store.channels}`,
      remedy: 'use separate runs',
    });
}

/** An image held out in one set may be trained on in the other. */
function warnOfShared(opened: readonly Dataset[], names: readonly string[], hooks: RunHooks): void {
  for (const { first, second, images } of sharedImages(opened.map(({ store }) => store)))
    hooks.onEvent({
      type: 'warning',
      code: 'DATA_SHARED',
      message: `${images} images of ${names[second]} are also in ${names[first]}, so an image held out in one may be trained on in the other`,
    });
}

/** What a phase is called where it is done for each data set. */
const phaseLabels: Partial<Record<string, string>> = {
  prepare: 'Reading',
  judge: 'Judging',
  report: 'Drawing samples of',
};

/** A run's hooks for one of its data sets: every event carries the set's name. */
function hooksOf(hooks: RunHooks, set: string): RunHooks {
  return {
    signal: hooks.signal,
    onEvent(event) {
      hooks.onEvent({ ...event, set, ...labelFor(event, set) });
    },
  };
}

/** The label of a phase with the set's name. */
function labelFor(event: RunEvent, set: string): { label?: string } {
  if (event.type !== 'phase') return {};
  const label = phaseLabels[event.phase];
  if (event.label !== undefined) return { label: `${event.label} of ${set}` };
  return label === undefined ? {} : { label: `${label} ${set}` };
}
