/**
 * Index inside `[0, n)` that index `i` shows under reflect-101 (`gfedcb|abcdefgh|gfedcba`), repeated as
 * often as needed. Source: OpenCV, `borderInterpolate` with `BORDER_REFLECT_101`.
 */
export function reflect101(i: number, n: number): number {
  if (i >= 0 && i < n) return i;
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const r = ((i % period) + period) % period;
  return r < n ? r : period - r;
}

/** Table of `reflect101(from + k, n)` for k in `[0, count)`. */
export function reflectTable(from: number, count: number, n: number): Int32Array {
  const table = new Int32Array(count);
  for (let k = 0; k < count; k++) table[k] = reflect101(from + k, n);
  return table;
}

let held: { width: number; height: number; radius: number; indices: Uint8Array } | undefined;

/**
 * What windows of `radius` pixels to each side see under reflect-101: indices of all rows, from -radius on, then of the
 * columns outside at the left and at the right; int32, as bytes. Not to be changed: the last ones are kept.
 */
export function borderIndices(width: number, height: number, radius: number): Uint8Array {
  if (held?.width === width && held.height === height && held.radius === radius)
    return held.indices;
  const table = new Int32Array(height + 4 * radius);
  table.set(reflectTable(-radius, height + 2 * radius, height));
  table.set(reflectTable(-radius, radius, width), height + 2 * radius);
  table.set(reflectTable(width, radius, width), height + 3 * radius);
  held = { width, height, radius, indices: new Uint8Array(table.buffer) };
  return held.indices;
}
