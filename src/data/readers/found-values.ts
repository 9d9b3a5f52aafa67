import { join } from 'node:path';
import { UserError } from '../../core/index.js';
import { decodeMask } from '../../image/index.js';
import { listImagesBelow } from '../folders.js';
import { pairsBeside } from './beside.js';
import { pairFolders } from './pairs.js';

/** Masks that are looked at. */
const looked = 20;
/** More values are no classes of a mask for display, but class indices or grey levels. */
const mostValues = 32;

/**
 * The values in the first masks of a folder, ascending; undefined where there are no masks, or none with few values.
 *
 * @param root a folder of images with masks in folders of their own, or side by side
 */
async function valuesBelow(root: string): Promise<number[] | undefined> {
  const inFolders = pairFolders(root).flatMap(({ labels }) =>
    listImagesBelow(join(root, labels)).images.map((name) => join(root, labels, name)),
  );
  const beside = (): string[] =>
    pairsBeside(root).flatMap(({ pairs }) => pairs.map(({ mask }) => join(root, mask)));
  const masks = (inFolders.length > 0 ? inFolders : beside()).slice(0, looked);
  const values = new Set<number>();
  try {
    for (const path of masks) for (const value of (await decodeMask(path)).data) values.add(value);
  } catch {
    // What is wrong with a mask is said when it is read.
    return undefined;
  }
  if (values.size < 2 || values.size > mostValues) return undefined;
  return [...values].sort((a, b) => a - b);
}

/** Codes of errors that are over once the values of the masks are classes. */
const curable = ['DATA_MASKS_AS_CLASSES', 'DATA_CLASSES', 'DATA_EMPTY_CLASS', 'MASK_LABEL'];

/** The error with the option that would help, where the masks have few values; otherwise as it is. */
export async function proposingValues(error: unknown, root: string): Promise<unknown> {
  if (!(error instanceof UserError) || !curable.includes(error.code)) return error;
  const values = await valuesBelow(root);
  if (values === undefined) return error;
  const { code, summary, problem } = error;
  const option = `the masks have the values ${values.join(', ')}: --mask-values ${values.join(',')} makes each of them a class`;
  const remedy = problem.remedy === undefined ? option : `${option}; or ${problem.remedy}`;
  return new UserError(code, summary, { ...problem, remedy }, { cause: error });
}
