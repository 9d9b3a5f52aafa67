import { UserError } from '../core/index.js';

/** A setting that says how many images a part gets. */
export interface PartSetting {
  readonly name: string;
  readonly value: number;
  /** A value that is worth a try. */
  readonly instead: string;
}

/**
 * Does what splits data, and says in its error which settings share them out, and how large a class has to be for these.
 *
 * @param least share of the images that the smallest part gets, in (0, 1)
 * @throws UserError `SPLIT_TOO_SMALL` and whatever `work` throws
 */
export function namingSettings<T>(
  settings: readonly PartSetting[],
  least: number,
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'SPLIT_TOO_SMALL') throw error;
    const { problem, summary, code } = error;
    const shares = settings.map(({ name, value }) => `${name} ${value}`).join(' and ');
    const changes = settings.map(({ name, instead }) => `--set ${name}=${instead}`).join(' or ');
    throw new UserError(
      code,
      summary,
      {
        ...problem,
        expected: `about ${Math.ceil(1 / least)} or more images in each class, for ${shares}`,
        remedy: `add images, or share them out otherwise: ${changes}`,
      },
      { cause: error },
    );
  }
}
