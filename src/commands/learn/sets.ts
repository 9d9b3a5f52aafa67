import type { LearnConfig, SeveralConfig } from '../../config/index.js';
import type { RunHooks } from '../../run/files/index.js';
import { UserError } from '../../core/index.js';
import { sharedImages, type Dataset } from '../../data/index.js';
import { readData } from '../../run/prepare.js';
import { taskFor } from '../../tasks/index.js';
import { checkTransforms, prepare, type Prepared } from './prepare-learning.js';
import { requireApart, setNames } from './set-names.js';
import { hooksOf } from './set-events.js';

/** One of the data sets of a run. */
export interface LearnedSet {
  /** Also of its folder. */
  readonly name: string;
  /** The settings that `learn` on it alone would have. */
  readonly config: LearnConfig;
  readonly prepared: Prepared;
  /** The run's, with its name on every event. */
  readonly hooks: RunHooks;
}

/**
 * Reads the data sets, checks that one network can learn them, splits them and starts their loaders. Close
 * these when done.
 *
 * @param outOf the run folder of a set
 * @throws UserError `DATA_TWICE`, `SEVERAL_*`, and those of `prepare`
 */
export async function openSets(
  config: SeveralConfig,
  hooks: RunHooks,
  outOf: (name: string) => string,
): Promise<LearnedSet[]> {
  checkTransforms(config);
  requireApart(config.data);
  const names = setNames(config.data);
  const plans = config.data.map((data, i) => ({
    name: names[i],
    config: { ...config, data, out: outOf(names[i]) },
    hooks: hooksOf(hooks, names[i]),
  }));
  const opened: Dataset[] = [];
  for (const plan of plans) {
    const data = await readData(plan.config, plan.hooks);
    requireAlike(data, plan.config.data, opened[0] ?? data, config.data[0]);
    opened.push(data);
  }
  warnOfShared(opened, names, hooks);
  const sets: LearnedSet[] = [];
  try {
    // Of a step they have a share each, which hangs on all of them.
    for (const [i, plan] of plans.entries())
      sets.push({ ...plan, prepared: await prepare(plan.config, plan.hooks, opened[i], () => 0) });
    return sets;
  } catch (error) {
    await closeSets(sets);
    throw error;
  }
}

/** Ends the loaders' threads. */
export async function closeSets(sets: readonly LearnedSet[]): Promise<void> {
  await Promise.all(sets.map(({ prepared }) => prepared.loader.close()));
}

/** @throws UserError `SEVERAL_TASK`, `SEVERAL_SIZE`, `SEVERAL_CHANNELS` */
function requireAlike(data: Dataset, where: string, first: Dataset, firstName: string): void {
  // Task heads of several sets are rows of one classifier, which only outputs of whole images can be.
  if (taskFor(data).outputs === 'pixel')
    throw new UserError('SEVERAL_TASK', 'Images with masks are learned on their own.', {
      where,
      expected: 'data sets with a class for each image',
      got: data.kind,
      remedy: 'learn on them in a run of their own',
    });
  const sizeOf = ({ size }: Dataset): string => `${size.height}x${size.width}`;
  if (sizeOf(data) !== sizeOf(first))
    throw new UserError('SEVERAL_SIZE', 'The data sets have images of different sizes.', {
      where,
      expected: `${sizeOf(first)} px, as in ${firstName}`,
      got: `${sizeOf(data)} px`,
      remedy: `resize them all, e.g. --size ${sizeOf(first)}`,
    });
  if (data.store.channels !== first.store.channels)
    throw new UserError('SEVERAL_CHANNELS', 'The data sets have images of different kinds.', {
      where,
      expected: `${first.store.channels} channels, as in ${firstName}`,
      got: `${data.store.channels}`,
      remedy: 'learn on them in runs of their own',
    });
}

/** An image held out in one set may be trained on in the other. */
function warnOfShared(opened: readonly Dataset[], names: readonly string[], hooks: RunHooks): void {
  for (const { first, second, images } of sharedImages(opened.map(({ store }) => store)))
    hooks.onEvent({
      type: 'warning',
      code: 'DATA_SHARED',
      message: `${images} images of ${names[second]} are also in ${names[first]}: what is held out in one may be trained on in the other`,
    });
}
