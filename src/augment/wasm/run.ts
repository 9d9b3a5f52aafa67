import type { WasmEngine } from './engine.js';
import { pointerOf, scratchPointer } from './memory.js';

/** Slots of `scratchPointer`: images on their way in and out, and what kernels keep between rows. */
export const inSlot = 0;
export const outSlot = 1;
export const workSlot = 2;
/** Bytes that go through at once where rows don't depend on others: they stay in the L2 cache. */
const stripeBytes = 1 << 17;

/**
 * Runs a kernel on a whole image: arrays outside the engine's memory are copied in and out.
 *
 * @returns false, with nothing done, where there is no room
 */
export function runWhole(
  engine: WasmEngine,
  src: Uint8Array,
  dst: Uint8Array,
  kernel: (src: number, dst: number) => void,
): boolean {
  return runPlaced(engine, src, pointerOf(src), dst, pointerOf(dst), kernel);
}

/** As `runWhole`, where it is known whether and where the arrays lie in the engine's memory. */
function runPlaced(
  engine: WasmEngine,
  src: Uint8Array,
  from: number,
  dst: Uint8Array,
  to: number,
  kernel: (src: number, dst: number) => void,
): boolean {
  if (from === 0) {
    from = scratchPointer(engine, inSlot, src.length);
    if (from === 0) return false;
    engine.bytes.set(src, from);
  }
  if (to !== 0) {
    kernel(from, to);
    return true;
  }
  to = scratchPointer(engine, outSlot, dst.length);
  if (to === 0) return false;
  kernel(from, to);
  dst.set(engine.bytes.subarray(to, to + dst.length));
  return true;
}

/**
 * Runs a kernel on stripes of whole units (rows, or single values), which don't depend on each other.
 *
 * @param unitIn bytes of a unit of `src`; `unitOut` of `dst`
 */
export function runStripes(
  engine: WasmEngine,
  src: Uint8Array,
  unitIn: number,
  dst: Uint8Array,
  unitOut: number,
  kernel: (src: number, dst: number, units: number) => void,
): boolean {
  const units = src.length / unitIn;
  const from = pointerOf(src);
  const to = pointerOf(dst);
  if ((from !== 0 && to !== 0) || src.length <= stripeBytes)
    return runPlaced(engine, src, from, dst, to, (a, b) => kernel(a, b, units));
  const step = Math.max(1, Math.floor(stripeBytes / unitIn));
  for (let first = 0; first < units; first += step) {
    const last = Math.min(first + step, units);
    const done = runWhole(
      engine,
      src.subarray(first * unitIn, last * unitIn),
      dst.subarray(first * unitOut, last * unitOut),
      (a, b) => kernel(a, b, last - first),
    );
    if (!done) return false;
  }
  return true;
}
