// Kept between calls, so that nothing is allocated: fractions of u (0 to 15) and 1 - those of v (16 to 31),
// and their order.
const place = new Float64Array(32);
const order = new Uint8Array(32);
const parts = new Uint8Array(64);

/**
 * Takes products with `factor`, cut off to uint8, apart as `floor(u[x >> 4] + v[x & 15])`, which vectors
 * of 16 bytes can look up: only the order of the fractions of u and 1 - v counts, so their ranks stand for
 * them.
 *
 * @param factor a float32 of at least 0
 * @returns whole parts of u and of v, ranks of their fractions, 16 bytes each, valid until the next call;
 * undefined where single precision rounds a product up to a whole number
 */
export function separableParts(factor: number): Uint8Array | undefined {
  for (let x = 1; x < 256; x++) {
    const product = x * factor;
    if (Math.floor(Math.fround(product)) !== Math.floor(product)) return undefined;
  }
  for (let k = 0; k < 16; k++) {
    const u = 16 * k * factor;
    const v = k * factor;
    parts[k] = Math.min(255, Math.floor(u));
    parts[16 + k] = Math.min(255, Math.floor(v));
    place[k] = u - Math.floor(u);
    place[16 + k] = 1 - (v - Math.floor(v));
  }
  sortPlaces();
  for (let rank = 0; rank < 32; rank++) {
    const i = order[rank];
    parts[32 + i] = i < 16 ? rank : 128 - rank;
  }
  return parts;
}

/** Insertion sort; of equal ones, those of v come first: a fraction of u that just reaches 1 - v carries. */
function sortPlaces(): void {
  for (let n = 0; n < 32; n++) {
    const i = n < 16 ? 16 + n : n - 16;
    const x = place[i];
    let k = n;
    for (; k > 0 && place[order[k - 1]] > x; k--) order[k] = order[k - 1];
    order[k] = i;
  }
}
