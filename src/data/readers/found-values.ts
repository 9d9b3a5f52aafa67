import { join } from 'node:path';
import { UserError } from '../../core/index.js';
import { listImagesBelow } from '../folders.js';
import { pairsBeside } from './beside.js';
import type { MaskValue } from '../listing.js';
import { valuesAmong } from './mask-samples.js';
import { pairFolders } from './pairs.js';

/**
 * What some masks of a folder have for classes, values or colours.
 *
 * @param root a folder of images with masks in folders of their own, or side by side
 */
async function valuesBelow(root: string): Promise<MaskValue[] | undefined> {
  const inFolders = pairFolders(root).flatMap(({ labels }) =>
    listImagesBelow(join(root, labels)).images.map((name) => join(root, labels, name)),
  );
  const beside = (): string[] =>
    pairsBeside(root, true).flatMap(({ pairs }) => pairs.map(({ mask }) => join(root, mask)));
  return valuesAmong(inFolders.length > 0 ? inFolders : beside());
}

/** Codes of errors that are over once the values or the colours of the masks are classes. */
const curable = [
  'DATA_MASKS_AS_CLASSES',
  'DATA_CLASSES',
  'DATA_EMPTY_CLASS',
  'MASK_LABEL',
  'MASK_COLOURS',
];

/** Of several files, the first one's error. */
function isCurable({ code, cause }: UserError): boolean {
  if (code === 'DATA_BAD_FILES') return cause instanceof UserError && curable.includes(cause.code);
  return curable.includes(code);
}

/** The error with the option that would help, where the masks have few values or colours; otherwise as it is. */
export async function proposingValues(error: unknown, root: string): Promise<unknown> {
  if (!(error instanceof UserError) || !isCurable(error)) return error;
  const values = await valuesBelow(root);
  if (values === undefined) return error;
  const { code, summary, problem } = error;
  const [what, named] =
    typeof values[0] === 'string'
      ? ['colours', `'${values.join(',')}'`]
      : ['values', values.join(',')];
  const option = `the masks have the ${what} ${values.join(', ')}: --mask-values ${named} makes each of them a class`;
  const list =
    what === 'colours' && code !== 'DATA_CLASSES'
      ? `, and a classes.txt with lines such as \`road ${String(values[values.length - 1])}\` names them`
      : '';
  const remedy = problem.remedy === undefined ? option : `${option}${list}; or ${problem.remedy}`;
  return new UserError(code, summary, { ...problem, remedy }, { cause: error });
}
