/** Replaces every value by `table[value]`. `table`: `[256]`. */
export function applyLut(src: Uint8Array, table: Uint8Array, dst: Uint8Array): void {
  const n = src.length;
  const even = n - (n & 3);
  let i = 0;
  for (; i < even; i += 4) {
    dst[i] = table[src[i]];
    dst[i + 1] = table[src[i + 1]];
    dst[i + 2] = table[src[i + 2]];
    dst[i + 3] = table[src[i + 3]];
  }
  for (; i < n; i++) dst[i] = table[src[i]];
}

/** True where the table changes no value. */
export function isIdentityLut(table: Uint8Array): boolean {
  for (let i = 0; i < 256; i++) if (table[i] !== i) return false;
  return true;
}

/** The uint8 that a clipped value is cut off to (`numpy.clip(...).astype(uint8)`). */
export function truncateUint8(x: number): number {
  return x <= 0 ? 0 : x >= 255 ? 255 : Math.trunc(x);
}

/** Products with `alpha` in single precision, cut off to uint8. */
export function scaleLut(alpha: number): Uint8Array {
  const table = new Uint8Array(256);
  const a = Math.fround(alpha);
  for (let i = 0; i < 256; i++) table[i] = truncateUint8(Math.fround(i * a));
  return table;
}

/** Values plus `beta` x 255 in single precision, cut off to uint8. */
export function shiftLut(beta: number): Uint8Array {
  const table = new Uint8Array(256);
  const shift = Math.fround(beta * 255);
  for (let i = 0; i < 256; i++) table[i] = truncateUint8(Math.fround(i + shift));
  return table;
}
