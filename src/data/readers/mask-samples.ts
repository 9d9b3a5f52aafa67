import { UserError } from '../../core/index.js';
import { decodeMask, decodeMaskColours, hexOf } from '../../image/index.js';
import type { MaskValue } from '../listing.js';
import { isIndexed } from './mask-layouts.js';

/** Masks that are looked at. */
const looked = 20;
/** More values are no classes of a mask for display, but class indices or grey levels. */
const mostValues = 32;
/** More colours are no classes either, but smoothed edges or a photograph. */
const mostColours = 64;

/** Some masks, at even distances: the first of a film may all be background. */
function sampleOf(masks: readonly string[]): string[] {
  const count = Math.min(looked, masks.length);
  return Array.from({ length: count }, (_, i) => masks[Math.floor((i * masks.length) / count)]);
}

/** Whether some masks have colours instead of values. */
export async function someColoured(masks: readonly string[]): Promise<boolean> {
  for (const path of sampleOf(masks))
    if (!isIndexed(path))
      try {
        await decodeMask(path);
      } catch (error) {
        if (error instanceof UserError && error.code === 'MASK_COLOURS') return true;
        // What else is wrong with a mask is said when it is read.
      }
  return false;
}

/**
 * The values in some of the masks, ascending, or their colours; undefined where there are no masks, or where what they have
 * cannot be classes.
 */
export async function valuesAmong(masks: readonly string[]): Promise<MaskValue[] | undefined> {
  const sample = sampleOf(masks);
  const coloured = await someColoured(sample);
  const values = new Set<number>();
  try {
    for (const path of sample) {
      const seen = coloured ? (await decodeMaskColours(path)).keys : (await decodeMask(path)).data;
      for (const value of seen) values.add(value);
      if (values.size > (coloured ? mostColours : mostValues)) return undefined;
    }
  } catch {
    // What is wrong with a mask is said when it is read.
    return undefined;
  }
  if (values.size < 2) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return coloured ? sorted.map(hexOf) : sorted;
}
