import { wasmEngine, type WasmEngine } from '../../wasm/engine.js';
import { reserveTable } from '../../wasm/memory.js';
import { runStripes } from '../../wasm/run.js';

const f = Math.fround;

/** Fractional bits of the divisions' factors. */
const bits = 12;
const half = 1 << (bits - 1);
/** `[256]`: 255 / v, and 180 / (6 d), with 12 fractional bits. */
const byValue = Int32Array.from({ length: 256 }, (_, v) =>
  v === 0 ? 0 : Math.round((255 << bits) / v),
);
const byRange = Int32Array.from({ length: 256 }, (_, d) =>
  d === 0 ? 0 : Math.round((180 << bits) / (6 * d)),
);
/** `[256]`: i / 255 in single precision. */
const fractions = Float32Array.from({ length: 256 }, (_, i) => f(i * f(1 / 255)));

/** By sector of the circle: which of the four values v, p, q, t red, green and blue are. */
const sectors = [
  [0, 3, 1],
  [2, 0, 1],
  [1, 0, 3],
  [1, 2, 0],
  [3, 1, 0],
  [0, 1, 2],
] as const;

/** Hue 0 to 179 by hue, `[256]`: turned by `shift`, cut off to a whole number (`numpy.mod(...).astype(uint8)`). */
export function hueTable(shift: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, h) => {
    const turned = (h + shift) % 180;
    return Math.trunc(turned < 0 ? turned + 180 : turned);
  });
}

/** `[256]`: values plus the whole part of `shift`, within 0 to 255. */
export function addedTable(shift: number): Uint8Array {
  const whole = Math.trunc(shift);
  return Uint8Array.from({ length: 256 }, (_, v) => Math.max(0, Math.min(255, v + whole)));
}

/**
 * Takes RGB to HSV (8 bits; hue in half degrees), through the tables, and back. Grey pixels keep their saturation of 0.
 *
 * Sources: OpenCV, `RGB2HSV_b` (whole numbers, identical) and `HSV2RGB_b`: its vectors cut results off, with one rounding
 * in 1 - s f; what remains at the end of a row it rounds to the nearest, which gives up to one level more. Here every pixel is one of
 * the vectors'. `src`, `dst`: `[pixels, 3]`; tables: `[256]`.
 */
export function referenceShiftHsv(
  src: Uint8Array,
  hues: Uint8Array,
  saturations: Uint8Array,
  values: Uint8Array,
  dst: Uint8Array,
): void {
  const sixth = f(6 / 180);
  // v, v (1 - s), v (1 - s f) and v (1 - s (1 - f)), grey levels.
  const parts = [0, 0, 0, 0];
  for (let i = 0; i < src.length; i += 3) {
    const r = src[i];
    const g = src[i + 1];
    const b = src[i + 2];
    const most = Math.max(r, g, b);
    const range = most - Math.min(r, g, b);
    const s = (range * byValue[most] + half) >> bits;
    const turn = most === r ? g - b : most === g ? b - r + 2 * range : r - g + 4 * range;
    let h = (turn * byRange[range] + half) >> bits;
    if (h < 0) h += 180;
    // Position on the circle in sixths: the sector and how far into it.
    const at = f(hues[h] * sixth);
    const sector = Math.floor(at);
    const u = f(at - sector);
    const v = fractions[values[most]];
    const saturation = s === 0 ? 0 : fractions[saturations[s]];
    parts[0] = Math.trunc(f(v * 255));
    parts[1] = Math.trunc(f(f(v * f(1 - saturation)) * 255));
    parts[2] = Math.trunc(f(f(v * f(1 - saturation * u)) * 255));
    parts[3] = Math.trunc(f(f(v * f(1 - saturation * f(1 - u))) * 255));
    const [red, green, blue] = sectors[sector % 6];
    dst[i] = parts[red];
    dst[i + 1] = parts[green];
    dst[i + 2] = parts[blue];
  }
}

/**
 * Adds to hue, saturation and value of RGB pixels: `referenceShiftHsv` with `hueTable` and `addedTable`, in WebAssembly.
 *
 * @param hue in half degrees, -180 to 180; `saturation`, `value`: of 255
 */
export function shiftHsv(
  src: Uint8Array,
  hue: number,
  saturation: number,
  value: number,
  dst: Uint8Array,
): void {
  const hues = hueTable(hue);
  const engine = wasmEngine();
  const done = engine !== null && shiftInside(engine, src, hues, saturation, value, dst);
  if (!done) referenceShiftHsv(src, hues, addedTable(saturation), addedTable(value), dst);
}

/** Circle of hues. */
const circle = 180;
/** Room for the last pixels, 0 before the first use. */
let restPointer = 0;

/** False, with nothing done, also where the sum with a tiny shift is rounded so that the hues are not all turned alike. */
function shiftInside(
  engine: WasmEngine,
  src: Uint8Array,
  hues: Uint8Array,
  saturation: number,
  value: number,
  dst: Uint8Array,
): boolean {
  const [turn] = hues;
  if (turn >= circle) return false;
  for (let h = 0; h < circle; h++) if (hues[h] !== (h + turn) % circle) return false;
  restPointer ||= reserveTable(16);
  return runStripes(engine, src, 3, dst, 3, (from, to, pixels) =>
    engine.kernels.shiftHsv(
      from,
      to,
      pixels,
      turn,
      Math.trunc(saturation),
      Math.trunc(value),
      restPointer,
    ),
  );
}
