import { UserError } from '../core/index.js';
import {
  loadMaskFile,
  type FittedSize,
  type LoadedMask,
  type MaskColours,
} from '../image/index.js';
import type { Mask } from '../image/image.js';

/** Label of pixels that count for nothing, in all masks that readers give. */
export const ignoredLabel = 255;

/** What each value of a mask file becomes: a class index, `ignoredLabel`, or -1 where it must not occur. `[256]` */
export type LabelTable = Int16Array;

/** What the pixels of mask files mean. */
export interface MaskMeaning {
  readonly table: LabelTable;
  /** The values that may occur, or the colours, in words. */
  readonly expected: string;
  /** `0xrrggbb` each: masks are read by these, and `table` is of their indices. */
  readonly colours?: readonly number[];
}

/** A table in which nothing may occur but the ignored label itself. */
export function emptyTable(): LabelTable {
  const table = new Int16Array(256).fill(-1);
  table[ignoredLabel] = ignoredLabel;
  return table;
}

/** `[classes]`, the value that a mask file has for each class; the lowest where there are several. */
export function valuesIn(table: LabelTable, classes: number): number[] {
  return Array.from({ length: classes }, (_, index) => table.indexOf(index));
}

/**
 * Decodes a mask file, turns its values or colours into class indices, and resizes it where a size is given.
 *
 * @throws UserError as `decodeMask`; `MASK_LABEL` names file, value or colour, and place of one that may not occur
 */
export function loadMask(
  path: string,
  { table, expected, colours }: MaskMeaning,
  size?: FittedSize,
): Promise<LoadedMask> {
  const toClasses = (mask: Mask): Mask => {
    const { data, width } = mask;
    for (let i = 0; i < data.length; i++)
      if (table[data[i]] < 0) throw unknownLabel(path, data, i, width, expected);
    for (let i = 0; i < data.length; i++) data[i] = table[data[i]];
    return mask;
  };
  const byColour: MaskColours | undefined = colours && { list: colours, expected };
  return loadMaskFile(path, toClasses, size, byColour);
}

function unknownLabel(
  where: string,
  data: Uint8Array,
  at: number,
  width: number,
  expected: string,
): UserError {
  const counts = new Float64Array(256);
  for (const value of data) counts[value]++;
  const values = [...counts.keys()].filter((value) => counts[value] > 0);
  const value = data[at];
  return new UserError('MASK_LABEL', 'The mask contains a value that is not a class.', {
    where,
    expected,
    got: `${value} at x ${at % width}, y ${Math.floor(at / width)} (${counts[value]} pixels); the file has ${valuesText(values)}`,
    remedy: remedyFor(values),
  });
}

const shownValues = 8;

function valuesText(values: readonly number[]): string {
  if (values.length <= shownValues) return `the values ${values.join(', ')}`;
  return `${values.length} values from ${values[0]} to ${values[values.length - 1]}`;
}

/** More values than classes are likely to be drawn, next to each other in places. */
const manyValues = 40;

function remedyFor(values: readonly number[]): string {
  const add = 'add the class to classes.txt, or save these pixels as 255 (ignored)';
  const spread = values.length > 1 && values.every((value) => value % 51 === 0 || value > 100);
  if (values.length > manyValues)
    return 'this looks like grey levels: smoothed edges, a resized mask, or a photograph; save the class indices without smoothing (nearest neighbour when resizing)';
  if (values.length <= 6 && spread && values[0] === 0)
    return `save ${values.map((value, i) => `${value} as ${i}`).join(', ')}; 255 is ignored unless it is named`;
  return add;
}
