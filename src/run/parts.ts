import type { Dataset } from '../data/index.js';
import type { PreparedData } from './prepare.js';

/** Images of a run: their data set's name where it has several, and the parts that they are in. */
export interface PartedSet extends Pick<PreparedData, 'data' | 'split'> {
  readonly name?: string;
}

const heads = ['file', 'class', 'part'];

/** The name of each image's group, as a further column where any of the sets has groups. */
const groupHead = 'group';

/**
 * `parts.csv`: every image of a run with its class and the part it is in: train, judging, calibration or test. No image
 * is in two. Where images belong together, their group too. Classes of an image with several are joined by semicolons; images with masks have none.
 */
export function partsTable(sets: readonly PartedSet[]): string {
  const grouped = sets.some(({ data }) => data.groups !== undefined);
  const rows = sets.flatMap(({ name, data, split }) => {
    const parts = partsOf(split, data.items.length);
    const { groups } = data;
    return data.items.map((item, i) =>
      [
        name === undefined ? item.name : `${name}/${item.name}`,
        classOf(data, i),
        parts[i],
        ...(grouped ? [groups?.names[groups.of[i]] ?? item.name] : []),
      ].map(cell),
    );
  });
  return [grouped ? [...heads, groupHead] : heads, ...rows]
    .map((row) => `${row.join(',')}\n`)
    .join('');
}

/** The part of each image; one that the run does not use has none. */
function partsOf(split: PreparedData['split'], count: number): string[] {
  const parts = new Array<string>(count).fill('');
  for (const part of ['train', 'judging', 'calibration', 'test'] as const)
    for (const i of split[part]) parts[i] = part;
  return parts;
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
