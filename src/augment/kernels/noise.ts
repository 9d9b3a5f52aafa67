import { wasmEngine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';
import { runWhole } from '../wasm/run.js';

const f = Math.fround;

/** Number of equally likely steps in which the standard normal distribution is tabulated. */
const quantileCount = 65536;
let quantiles: Float32Array | undefined;

/** Standard normal quantiles at the middles of 65536 equally likely steps. */
export function normalQuantiles(): Float32Array {
  if (quantiles) return quantiles;
  quantiles = new Float32Array(quantileCount);
  for (let i = 0; i < quantileCount / 2; i++) {
    // The lower half; the upper one is its mirror image.
    const z = probit((i + 0.5) / quantileCount);
    quantiles[i] = z;
    quantiles[quantileCount - 1 - i] = -z;
  }
  return quantiles;
}

/** Inverse of the standard normal distribution function; P. J. Acklam's rational approximation, relative error 1.15e-9. */
function probit(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    const n =
      ((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q -
        2.549732539343734) *
        q +
        4.374664141464968) *
        q +
      2.938163982698783;
    const d =
      (((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q +
        3.754408661907416) *
        q +
      1;
    return n / d;
  }
  const q = p - 0.5;
  const r = q * q;
  const n =
    ((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
    2.506628277459239;
  const d =
    ((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
    1;
  return (n * q) / d;
}

/** 32 random bits for counter i of a stream: murmur3's finaliser over a Weyl sequence. */
function bits(seed: number, i: number): number {
  let h = (seed + Math.imul(i, 0x9e3779b9)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Draw i of the standard normal stream `seed`; 16 random bits a draw. */
export function normalAt(seed: number, i: number): number {
  const h = bits(seed, i >>> 1);
  return normalQuantiles()[(i & 1) === 0 ? h & 0xffff : h >>> 16];
}

/**
 * Adds noise of the given mean and standard deviation, in grey levels and single precision, and cuts off to uint8
 * (`numpy.clip(...).astype(uint8)`, as Albumentations does). Draw i goes to value i, or to all
 * `channels` values of pixel i where `shared`.
 */
export function referenceAddNormalNoise(
  src: Uint8Array,
  channels: number,
  seed: number,
  mean: number,
  deviation: number,
  shared: boolean,
  dst: Uint8Array,
): void {
  const table = normalQuantiles();
  const n = src.length;
  const d = f(deviation);
  const m = f(mean);
  const repeat = shared ? channels : 1;
  for (let i = 0, draw = 0; i < n; draw += 2) {
    // One hash gives two draws of 16 bits, in standard deviations; low and high are in grey levels.
    const h = bits(seed, draw >>> 1);
    const low = f(f(d * table[h & 0xffff]) + m);
    const high = f(f(d * table[h >>> 16]) + m);
    for (let k = 0; k < repeat && i < n; k++, i++) dst[i] = cut(f(src[i] + low));
    for (let k = 0; k < repeat && i < n; k++, i++) dst[i] = cut(f(src[i] + high));
  }
}

function cut(x: number): number {
  return x <= 0 ? 0 : x >= 255 ? 255 : x | 0;
}

/**
 * Adds noise from which its smallest draw has been subtracted, so that it only brightens
 * (Albumentations 0.1.1; the noise is cut off to an integer before it is added).
 */
export function addRaisedNormalNoise(
  src: Uint8Array,
  seed: number,
  deviation: number,
  dst: Uint8Array,
): void {
  let smallest = Infinity;
  for (let i = 0; i < src.length; i++) smallest = Math.min(smallest, normalAt(seed, i));
  for (let i = 0; i < src.length; i++)
    dst[i] = Math.min(255, src[i] + Math.trunc(deviation * (normalAt(seed, i) - smallest)));
}

/** Where the quantiles lie in the engine's memory; 0 before the first use. */
let table = 0;

/** `referenceAddNormalNoise` with the kernel in WebAssembly, for draws of every value's own. */
export function addNormalNoise(
  src: Uint8Array,
  channels: number,
  seed: number,
  mean: number,
  deviation: number,
  shared: boolean,
  dst: Uint8Array,
): void {
  const engine = shared && channels > 1 ? null : wasmEngine();
  if (engine !== null && table === 0) {
    const quantiles = normalQuantiles();
    table = reserveTable(quantiles.byteLength);
    engine.bytes.set(new Uint8Array(quantiles.buffer), table);
  }
  const done =
    engine !== null &&
    runWhole(engine, src, dst, (from, to) =>
      engine.kernels.addNormal(from, to, src.length, seed, deviation, mean, table),
    );
  if (!done) referenceAddNormalNoise(src, channels, seed, mean, deviation, shared, dst);
}
