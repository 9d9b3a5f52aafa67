import type { Image, Size } from '../image/types.js';
import { destination, read } from './definition.js';
import { applyLut } from './fast/lut.js';
import { definitionOf } from './registry.js';
import type { Step } from './types.js';

/** Transforms whose table needs a look-up; the others' are arithmetic, which is faster than any table. */
const LOOKED_UP = new Set(['RandomGamma']);

/** Steps that become one table: it, and the index of the first step after them. */
export interface Fused {
  readonly table: Uint8Array;
  readonly next: number;
}

/**
 * The table of the steps from `first` on that only replace values, if there are at least two of them and
 * a look-up is needed anyway.
 */
export function fuse(steps: readonly Step[], first: number, size: Size): Fused | undefined {
  let end = first;
  let needed = false;
  while (end < steps.length && definitionOf(steps[end].name).lut !== undefined)
    needed = LOOKED_UP.has(steps[end++].name) || needed;
  if (!needed || end - first < 2) return undefined;
  let table = lutOf(steps[first], size);
  let next = first + 1;
  for (; table !== undefined && next < end; next++) {
    const lut = lutOf(steps[next], size);
    if (lut === undefined) break;
    table = table.map((value) => lut[value]);
  }
  return table !== undefined && next - first > 1 ? { table, next } : undefined;
}

function lutOf({ name, params }: Step, size: Size): Uint8Array | undefined {
  const definition = definitionOf(name);
  return definition.lut?.(read(definition, params, size));
}

/** Replaces every value by the table's. */
export function lookUp(image: Image, table: Uint8Array, out?: Uint8Array): Image {
  const { width, height, channels } = image;
  const data = destination(image.data, image.data.length, out);
  applyLut(image.data, table, data);
  return { width, height, channels, data };
}
