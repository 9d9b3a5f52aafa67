import type { LearnConfig } from '../../config/index.js';
import { shellWord } from '../../core/index.js';
import { defaultWidth, networkFor } from '../../models/index.js';
import type { Size } from '../../image/image.js';

/** What people give `recommend`, as they typed it. */
export interface GivenLength {
  readonly budget?: string;
  readonly epochs?: number;
}

/** Settings of a `learn` run that a training on the same data needs too. */
type TakenOver = Pick<
  LearnConfig,
  | 'labels'
  | 'groupBy'
  | 'nearDuplicates'
  | 'namesAlike'
  | 'decoding'
  | 'resizing'
  | 'onBadFile'
  | 'testShare'
  | 'model'
>;

/**
 * The command line of the training, with all that says how the images are read and by which network; `train --from` takes the
 * size from the run by itself.
 *
 * @param policy `recommended`, or `none` where the run recommends to change nothing
 */
export function trainCommandFor(
  { run, data }: { readonly run: string; readonly data: string },
  config: TakenOver,
  size: Size,
  { budget, epochs }: GivenLength,
  policy: 'recommended' | 'none' = 'recommended',
): string {
  const words = ['safe-augment', 'train', shellWord(data), '--policy', policy];
  if (policy === 'recommended') words.push('--from', shellWord(run));
  if (budget !== undefined) words.push('--budget', shellWord(budget));
  if (epochs !== undefined) words.push('--epochs', String(epochs));
  return [...words, ...readingOptions(config), ...modelOptions(config, size)].join(' ');
}

/** Options for settings that are not the defaults. */
function readingOptions({
  labels,
  groupBy,
  nearDuplicates,
  namesAlike,
  decoding,
  resizing,
  onBadFile,
  testShare,
}: TakenOver): string[] {
  const { maskValues, resizeMasks } = labels;
  return [
    ...(groupBy === null ? [] : ['--group-by', shellWord(groupBy)]),
    ...(maskValues === null ? [] : ['--mask-values', shellWord(maskValues.join(','))]),
    ...(resizeMasks ? ['--resize-masks'] : []),
    ...(onBadFile === 'skip' ? ['--on-bad-file', 'skip'] : []),
    ...(['file', 'fileColumn', 'labelColumn', 'splitColumn', 'groupColumn'] as const).flatMap(
      (name) => setting(`labels.${name}`, labels[name], null),
    ),
    ...setting('nearDuplicates', nearDuplicates, 'together'),
    ...setting('namesAlike', namesAlike, 'together'),
    // Other pixels would be taken for other images.
    ...setting('decoding', decoding, 'auto'),
    ...setting('resizing', resizing, 'symmetric'),
    // Earlier runs set none aside: `train` does.
    ...(testShare === 0 ? [] : setting('testShare', testShare, 0.2)),
  ];
}

function modelOptions({ model }: Pick<LearnConfig, 'model'>, size: Size): string[] {
  const { name, stem, width, weights } = model;
  return [
    ...(name === 'auto' || name === networkFor(size) ? [] : ['--model', name]),
    ...setting('model.stem', stem, 'auto'),
    ...setting('model.width', width, defaultWidth),
    ...setting('model.weights', weights, 'auto'),
  ];
}

/** `--set`, where a setting is not the usual one; null: it is not set at all. */
function setting(path: string, value: string | number | null, usual: typeof value): string[] {
  return value === usual || value === null ? [] : ['--set', shellWord(`${path}=${value}`)];
}
