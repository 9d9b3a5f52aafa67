import { UserError } from '../core/index.js';
import type { Dataset } from '../data/index.js';

/** A setting that says how many images a part gets. */
export interface PartSetting {
  readonly name: string;
  readonly value: number;
  /** A value that is worth a try. */
  readonly instead: string;
}

/**
 * Splits data. An error names the settings that determine the parts, and how many images each class needs with them.
 *
 * @throws UserError `SPLIT_TOO_SMALL` and whatever `split` throws
 */
export function splitNaming<T>(
  settings: readonly PartSetting[],
  data: Dataset,
  split: (data: Dataset) => T,
): T {
  try {
    return split(data);
  } catch (error) {
    if (!isTooSmall(error)) throw error;
    if (data.groups?.byLikeness) return splitNaming(settings, withoutGroups(data), split);
    const { problem, summary, code } = error;
    const fewest = fewestPerClass(data, split);
    const shares = settings.map(({ name, value }) => `${name} ${value}`).join(' and ');
    const changes = settings.map(({ name, instead }) => `--set ${name}=${instead}`).join(' or ');
    const expected =
      fewest === undefined ? problem.expected : `at least ${fewest} images in each class`;
    throw new UserError(
      code,
      summary,
      {
        ...problem,
        expected: `${expected}, with ${shares}`,
        remedy: `add images, or change the shares: ${changes}`,
      },
      { cause: error },
    );
  }
}

/** The data with each image by itself: what nobody asked for must not stop a run. */
function withoutGroups(data: Dataset): Dataset {
  const warning =
    'too few images are left where those that are alike stay together, so each counts by itself: copies may stand in several parts';
  return { ...data, groups: undefined, warnings: [...data.warnings, warning] };
}

/** More images per class than any sensible shares need. */
const mostTried = 100;

/**
 * The fewest images per class that can be split: found by splitting data whose smaller classes are enlarged to that
 * number. Undefined where images have no single class, or where more training images do not help.
 */
function fewestPerClass(data: Dataset, split: (data: Dataset) => unknown): number | undefined {
  const { targets, classes, splits } = data;
  if (targets.kind !== 'class' || data.groups !== undefined) return undefined;
  const sizes = new Array<number>(classes.length).fill(0);
  for (const i of splits.train) sizes[targets.classes[i]]++;
  // Images of the enlarged classes: numbered after all others, so that the val part keeps its own.
  const own = targets.classes;
  for (let fewest = 2; fewest <= mostTried; fewest++) {
    const added = sizes.flatMap((size, label) =>
      new Array<number>(Math.max(size, fewest)).fill(label),
    );
    const enlarged: Dataset = {
      ...data,
      targets: { kind: 'class', classes: Int32Array.from([...own, ...added]) },
      splits: { ...splits, train: Uint32Array.from(added, (_, i) => own.length + i) },
    };
    try {
      split(enlarged);
      return fewest;
    } catch (error) {
      if (!isTooSmall(error)) throw error;
    }
  }
  return undefined;
}

function isTooSmall(error: unknown): error is UserError {
  return error instanceof UserError && error.code === 'SPLIT_TOO_SMALL';
}
