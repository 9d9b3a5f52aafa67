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
