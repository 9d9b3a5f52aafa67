/** Fractional bits of the constants, and of what lies between the two passes. */
const constantBits = 13;
const passBits = 2;

/** Cosines with 13 fractional bits, as libjpeg names them. */
const fix0298 = 2446;
const fix0390 = 3196;
const fix0541 = 4433;
const fix0765 = 6270;
const fix0899 = 7373;
const fix1175 = 9633;
const fix1501 = 12299;
const fix1847 = 15137;
const fix1961 = 16069;
const fix2053 = 16819;
const fix2562 = 20995;
const fix3072 = 25172;

function descale(x: number, bits: number): number {
  return (x + (1 << (bits - 1))) >> bits;
}

/**
 * Cosine transform of 8x8 values in whole numbers, in place; the result is eight times as large.
 *
 * Source: libjpeg, `jfdctint.c` (Loeffler, Ligtenberg and Moschytz, 1989), whose vector versions give the same.
 */
export function forward(block: Int32Array): void {
  for (let row = 0; row < 64; row += 8) forwardLine(block, row, 1, true);
  for (let column = 0; column < 8; column++) forwardLine(block, column, 8, false);
}

/** Eight values `step` apart; the first pass leaves two fractional bits, which the second takes away. */
function forwardLine(d: Int32Array, at: number, step: number, first: boolean): void {
  const i1 = at + step;
  const i2 = i1 + step;
  const i3 = i2 + step;
  const i4 = i3 + step;
  const i5 = i4 + step;
  const i6 = i5 + step;
  const i7 = i6 + step;
  const bits = first ? constantBits - passBits : constantBits + passBits;
  const s0 = d[at] + d[i7];
  const s1 = d[i1] + d[i6];
  const s2 = d[i2] + d[i5];
  const s3 = d[i3] + d[i4];
  const t0 = d[i3] - d[i4];
  const t1 = d[i2] - d[i5];
  const t2 = d[i1] - d[i6];
  const t3 = d[at] - d[i7];
  const even = s0 + s3;
  const odd = s1 + s2;
  d[at] = first ? (even + odd) << passBits : descale(even + odd, passBits);
  d[i4] = first ? (even - odd) << passBits : descale(even - odd, passBits);
  const z = (s1 - s2 + s0 - s3) * fix0541;
  d[i2] = descale(z + (s0 - s3) * fix0765, bits);
  d[i6] = descale(z - (s1 - s2) * fix1847, bits);
  const z5 = (t0 + t2 + t1 + t3) * fix1175;
  const z1 = -(t0 + t3) * fix0899;
  const z2 = -(t1 + t2) * fix2562;
  const z3 = z5 - (t0 + t2) * fix1961;
  const z4 = z5 - (t1 + t3) * fix0390;
  d[i7] = descale(t0 * fix0298 + z1 + z3, bits);
  d[i5] = descale(t1 * fix2053 + z2 + z4, bits);
  d[i3] = descale(t2 * fix3072 + z2 + z3, bits);
  d[i1] = descale(t3 * fix1501 + z1 + z4, bits);
}

/** The inverse of 8x8 coefficients, in place. Source: libjpeg, `jidctint.c`. */
export function inverse(block: Int32Array): void {
  for (let column = 0; column < 8; column++) inverseLine(block, column, 8, constantBits - passBits);
  for (let row = 0; row < 64; row += 8)
    // Three bits more: the transform is eight times as large.
    inverseLine(block, row, 1, constantBits + passBits + 3);
}

function inverseLine(d: Int32Array, at: number, step: number, bits: number): void {
  const i1 = at + step;
  const i2 = i1 + step;
  const i3 = i2 + step;
  const i4 = i3 + step;
  const i5 = i4 + step;
  const i6 = i5 + step;
  const i7 = i6 + step;
  const z = (d[i2] + d[i6]) * fix0541;
  const low = z - d[i6] * fix1847;
  const high = z + d[i2] * fix0765;
  const sum = (d[at] + d[i4]) << constantBits;
  const difference = (d[at] - d[i4]) << constantBits;
  const e0 = sum + high;
  const e3 = sum - high;
  const e1 = difference + low;
  const e2 = difference - low;
  const t0 = d[i7];
  const t1 = d[i5];
  const t2 = d[i3];
  const t3 = d[i1];
  const z5 = (t0 + t2 + t1 + t3) * fix1175;
  const z1 = -(t0 + t3) * fix0899;
  const z2 = -(t1 + t2) * fix2562;
  const z3 = z5 - (t0 + t2) * fix1961;
  const z4 = z5 - (t1 + t3) * fix0390;
  const o0 = t0 * fix0298 + z1 + z3;
  const o1 = t1 * fix2053 + z2 + z4;
  const o2 = t2 * fix3072 + z2 + z3;
  const o3 = t3 * fix1501 + z1 + z4;
  d[at] = descale(e0 + o3, bits);
  d[i7] = descale(e0 - o3, bits);
  d[i1] = descale(e1 + o2, bits);
  d[i6] = descale(e1 - o2, bits);
  d[i2] = descale(e2 + o1, bits);
  d[i5] = descale(e2 - o1, bits);
  d[i3] = descale(e3 + o0, bits);
  d[i4] = descale(e3 - o0, bits);
}
