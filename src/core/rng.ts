import { InternalError } from './errors.js';

/** A part of a stream's key. */
export type Key = string | number;

/**
 * A random stream, fully determined by its key: `new Rng(seed, 'augment', epoch, image)`.
 *
 * Streams are keyed by what they are for and never by who draws from them, so results do not
 * depend on the number of workers or on the order of arrival. Generator: sfc32 (Chris
 * Doty-Humphrey, PractRand), seeded by four 32-bit FNV-1a/murmur3-finalised hashes of the key.
 */
export class Rng {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;
  private spareNormal: number | undefined;

  constructor(...key: Key[]) {
    const text = key.map((k) => (typeof k === 'number' ? `#${k}` : `$${k}`)).join('/');
    this.a = hash(text, 0x9e3779b9);
    this.b = hash(text, 0x243f6a88);
    this.c = hash(text, 0xb7e15162);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  float(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.float();
  }

  /** Uniform integer in [low, high), both integers. @throws InternalError if the range is empty. */
  int(low: number, high: number): number {
    if (!(high > low)) throw new InternalError(`Rng.int: empty range [${low}, ${high})`);
    return low + Math.floor(this.float() * (high - low));
  }

  /** True with probability p. */
  bool(p = 0.5): boolean {
    return this.float() < p;
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const value = this.spareNormal;
      this.spareNormal = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * this.float() - 1;
      const v = 2 * this.float() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const f = Math.sqrt((-2 * Math.log(s)) / s);
        this.spareNormal = v * f;
        return u * f;
      }
    }
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T extends { length: number; [i: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(0, i + 1);
      const x = items[i];
      items[i] = items[j];
      items[j] = x;
    }
    return items;
  }

  /** k distinct integers of [0, n) in random order. @throws InternalError if k > n. */
  sample(n: number, k: number): number[] {
    if (k > n) throw new InternalError(`Rng.sample: ${k} of ${n}`);
    const pool = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < k; i++) {
      const j = this.int(i, n);
      const x = pool[i];
      pool[i] = pool[j];
      pool[j] = x;
    }
    return pool.slice(0, k);
  }
}

function hash(text: string, seed: number): number {
  let h = (seed ^ 0x811c9dc5) | 0;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h ^= h >>> 15;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
