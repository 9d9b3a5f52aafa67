import type { Image, Size } from '../image/image.js';
import { destination, read } from './definition/instantiate.js';
import { applyTables } from './kernels/chain.js';
import { definitionOf } from './registry.js';
import type { Step } from './transform.js';

/** Steps that become one pass: their tables, and the index of the first step after them. */
export interface Fused {
  readonly tables: readonly Uint8Array[];
  readonly next: number;
}

/**
 * The tables of the steps from `first` on that only replace values, if there are at least two of them and
 * a look-up is needed anyway.
 */
export function fuse(steps: readonly Step[], first: number, size: Size): Fused | undefined {
  let end = first;
  let needed = false;
  for (; end < steps.length; end++) {
    const { lut } = definitionOf(steps[end].name);
    if (lut === null) break;
    needed ||= lut.lookedUp;
  }
  if (!needed || end - first < 2) return undefined;
  const tables: Uint8Array[] = [];
  for (let next = first; next < end; next++) {
    const table = lutOf(steps[next], size);
    if (table === undefined) break;
    tables.push(table);
  }
  return tables.length > 1 ? { tables, next: first + tables.length } : undefined;
}

function lutOf({ name, params }: Step, size: Size): Uint8Array | undefined {
  const definition = definitionOf(name);
  return definition.lut?.of(read(definition, params, size));
}

/** Replaces every value by the tables', one after the other. */
export function lookUp(image: Image, tables: readonly Uint8Array[], out?: Uint8Array): Image {
  const { width, height, channels } = image;
  const data = destination(image.data, image.data.length, out);
  applyTables(image.data, tables, data);
  return { width, height, channels, data };
}
