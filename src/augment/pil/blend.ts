/**
 * `from + factor (to - from)` as Pillow's `Image.blend`: single precision, cut off to uint8.
 *
 * A factor of 1 gives `to`, 0 gives `from`.
 */
export function blendValue(from: number, to: number, factor: number): number {
  const moved = Math.fround(from + Math.fround(Math.fround(factor) * (to - from)));
  return moved <= 0 ? 0 : moved >= 255 ? 255 : Math.trunc(moved);
}

/** Table of `blendValue(from, v, factor)` for every value v. */
export function blendTable(from: number, factor: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => blendValue(from, value, factor));
}

/** Luma as Pillow's conversion to mode L (ITU-R 601-2, 16 bits). */
export function luma(r: number, g: number, b: number): number {
  return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
}
