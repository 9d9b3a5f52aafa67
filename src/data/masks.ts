import { UserError } from '../core/index.js';
import { decodeMask } from '../image/index.js';
import type { Mask } from '../image/types.js';

/** Label of pixels that count for nothing, in all masks that readers give. */
export const ignoredLabel = 255;

/** What each value of a mask file becomes: a class index, `ignoredLabel`, or -1 where it must not occur. `[256]` */
export type LabelTable = Int16Array;

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
 * Decodes a mask file and turns its values into class indices.
 *
 * @param expected the values that may occur, for the message
 * @throws UserError as `decodeMask`; `MASK_LABEL` names file, value and place of a value that may not occur
 */
export async function loadMask(path: string, table: LabelTable, expected: string): Promise<Mask> {
  const mask = await decodeMask(path);
  const { data, width } = mask;
  for (let i = 0; i < data.length; i++) {
    const label = table[data[i]];
    if (label < 0) throw unknownLabel(path, data, i, width, expected);
    data[i] = label;
  }
  return mask;
}

function unknownLabel(
  where: string,
  data: Uint8Array,
  at: number,
  width: number,
  expected: string,
): UserError {
  const value = data[at];
  let count = 0;
  for (let i = at; i < data.length; i++) if (data[i] === value) count++;
  return new UserError('MASK_LABEL', 'The mask holds a value that is no class.', {
    where,
    expected,
    got: `${value} at x ${at % width}, y ${Math.floor(at / width)} (${count} pixels)`,
    remedy: 'add the class to classes.txt, or save such pixels as 255, which counts for nothing',
  });
}
