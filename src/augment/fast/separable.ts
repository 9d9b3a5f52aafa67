// Kept between calls, so that nothing is allocated: fractions of u (0 to 15) and 1 - those of v (16 to 31),
// and their order.
const place = new Float64Array(32);
const order = new Uint8Array(32);
const parts = new Uint8Array(64);

/**
 * Takes a table apart as `floor(u[x >> 4] + v[x & 15])`, which vectors of 16 bytes can look up.
 *
 * A multiplication, cut off to whole numbers, is always of this form: only the order of the fractions of u
 * and 1 - v counts, so their ranks stand for them.
 *
 * @returns whole parts of u and of v, ranks of their fractions, 16 bytes each, valid until the next call;
 * undefined for other tables
 */
export function separableParts(table: Uint8Array): Uint8Array | undefined {
  const slope = slopeOf(table);
  for (let k = 0; k < 16; k++) {
    const u = 16 * k * slope;
    const v = k * slope;
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
  for (let x = 0; x < 256; x++) {
    const h = x >> 4;
    const l = x & 15;
    const carry = parts[32 + h] + parts[48 + l] >= 128 ? 1 : 0;
    if (Math.min(255, parts[h] + parts[16 + l] + carry) !== table[x]) return undefined;
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

/** A slope s with `floor(s x) = table[x]` wherever that is below 255, if there is one. */
function slopeOf(table: Uint8Array): number {
  let low = 0;
  let high = 256;
  for (let x = 1; x < 256 && table[x] < 255; x++) {
    low = Math.max(low, table[x] / x);
    high = Math.min(high, (table[x] + 1) / x);
  }
  return (low + high) / 2;
}
