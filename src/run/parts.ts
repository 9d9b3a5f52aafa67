import type { Dataset } from '../data/index.js';
import type { PreparedData } from './prepare.js';

/** Images of a run: their data set's name where it has several, and the parts that they are in. */
export interface PartedSet extends Pick<PreparedData, 'data' | 'split'> {
  /** Where all images judge, in folds: the parts of each. */
  readonly folds?: readonly PreparedData['split'][];
  readonly name?: string;
}

const heads = ['file', 'class', 'part'];

/** The name of each image's group, as a further column where any of the sets has groups. */
const groupHead = 'group';
/** In what fold an image judges, and in what fold it calibrates, counted from 1, as further columns where there are folds. */
const foldHeads = ['fold', 'calibratesFold'];

/**
 * `parts.csv`: every image of a run with its class and the part it is in: train, judging, calibration or test. No image
 * is in two. With folds an image judges in one of them, may calibrate in another and is trained on in all others; the part
 * `train` is then that of all folds. Where images belong together, their group too. Classes of an image with several are joined by semicolons; images with masks have none.
 */
export function partsTable(sets: readonly PartedSet[]): string {
  const grouped = sets.some(({ data }) => data.groups !== undefined);
  const inFolds = sets.some(({ folds }) => folds !== undefined);
  const rows = sets.flatMap(({ name, data, split, folds }) => {
    const parts = folds
      ? partsOfFolds(folds, data.items.length)
      : partsOf(split, data.items.length);
    const foldsOf = inFolds ? foldCells(folds ?? [], data.items.length) : [];
    const { groups } = data;
    return data.items.map((item, i) =>
      [
        name === undefined ? item.name : `${name}/${item.name}`,
        classOf(data, i),
        parts[i],
        ...(grouped ? [groups?.names[groups.of[i]] ?? item.name] : []),
        ...foldsOf.map((of) => of[i]),
      ].map(cell),
    );
  });
  const all = [...heads, ...(grouped ? [groupHead] : []), ...(inFolds ? foldHeads : [])];
  return [all, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

/** The part of each image; one that the run does not use has none. */
function partsOf(split: PreparedData['split'], count: number): string[] {
  const parts = new Array<string>(count).fill('');
  for (const part of ['train', 'judging', 'calibration', 'test'] as const)
    for (const i of split[part]) parts[i] = part;
  return parts;
}

/** The same of folds: what judges in one of them is a judging image. */
function partsOfFolds(folds: readonly PreparedData['split'][], count: number): string[] {
  const parts = partsOf(folds[0], count);
  for (const { judging } of folds) for (const i of judging) parts[i] = 'judging';
  return parts;
}

/** The fold that each image judges in, and that it calibrates in, as text. */
function foldCells(folds: readonly PreparedData['split'][], count: number): string[][] {
  return (['judging', 'calibration'] as const).map((part) => {
    const cells = new Array<string>(count).fill('');
    for (const [f, split] of folds.entries()) for (const i of split[part]) cells[i] = `${f + 1}`;
    return cells;
  });
}

function classOf({ targets, classes }: Dataset, i: number): string {
  if (targets.kind === 'class') return classes[targets.classes[i]];
  if (targets.kind === 'mask') return '';
  return classes.filter((_, l) => targets.labels[i * classes.length + l] === 1).join(';');
}

/** RFC 4180. */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
