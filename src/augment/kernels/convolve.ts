import { wasmEngine, type WasmEngine } from '../wasm/engine.js';
import { scratchPointer } from '../wasm/memory.js';
import { runWhole, workSlot } from '../wasm/run.js';
import { borderIndices, reflectTable } from './border.js';
import { saturateUint8 } from './round.js';

/** Kept between calls: rows that are summed up along their length, `[height * width * channels]`; one row with its border; sums. */
let rows = new Float32Array(0);
let padded = new Float32Array(0);
let sums = new Float64Array(0);

/**
 * Convolution with a symmetric kernel whose weights add up to 1, none below 0, along the rows and down the columns; reflect-101
 * border. Sums in double precision, rounded to float32 between the two and to uint8 at the end.
 *
 * @param half `[radius + 1]`, from the middle outwards
 */
export function referenceConvolve(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  half: Float32Array,
  dst: Uint8Array,
): void {
  const radius = half.length - 1;
  const stride = width * channels;
  if (rows.length < stride * height) rows = new Float32Array(stride * height);
  const wide = (width + 2 * radius) * channels;
  if (padded.length < wide) padded = new Float32Array(wide);
  if (sums.length < stride) sums = new Float64Array(stride);
  const columns = reflectTable(-radius, width + 2 * radius, width);
  for (let y = 0; y < height; y++) {
    for (let x = 0, to = 0; x < columns.length; x++)
      for (let c = 0; c < channels; c++) padded[to++] = src[y * stride + columns[x] * channels + c];
    const centre = radius * channels;
    start(padded, centre, half[0], stride);
    for (let k = 1; k <= radius; k++)
      add(padded, centre - k * channels, centre + k * channels, half[k], stride);
    for (let i = 0, to = y * stride; i < stride; i++) rows[to++] = sums[i];
  }
  const lines = reflectTable(-radius, height + 2 * radius, height);
  for (let y = 0; y < height; y++) {
    start(rows, y * stride, half[0], stride);
    for (let k = 1; k <= radius; k++)
      add(rows, lines[y + radius - k] * stride, lines[y + radius + k] * stride, half[k], stride);
    for (let i = 0, to = y * stride; i < stride; i++) dst[to++] = saturateUint8(sums[i]);
  }
}

/** The first term of `count` sums. */
function start(from: Float32Array, at: number, weight: number, count: number): void {
  for (let i = 0; i < count; i++) sums[i] = weight * from[at + i];
}

/** Two more values that have the same weight. */
function add(from: Float32Array, a: number, b: number, weight: number, count: number): void {
  for (let i = 0; i < count; i++) sums[i] += weight * (from[a + i] + from[b + i]);
}

/** `referenceConvolve` with the kernel in WebAssembly. */
export function convolve(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  half: Float32Array,
  dst: Uint8Array,
): void {
  const engine = wasmEngine();
  const done = engine !== null && convolveInside(engine, src, width, height, channels, half, dst);
  if (!done) referenceConvolve(src, width, height, channels, half, dst);
}

function convolveInside(
  engine: WasmEngine,
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  half: Float32Array,
  dst: Uint8Array,
): boolean {
  const radius = half.length - 1;
  const indices = borderIndices(width, height, radius);
  const rowBytes = 4 * width * channels;
  // Indices, weights, then rows with their borders and filtered, as many as the window is high.
  const kept = (2 * radius + 1) * (2 * rowBytes + 8 * radius * channels + 160);
  const work = scratchPointer(
    engine,
    workSlot,
    indices.length + half.byteLength + kept + 8 * half.length + 16,
  );
  if (work === 0) return false;
  const { bytes, kernels } = engine;
  const weights = work + indices.length;
  bytes.set(indices, work);
  bytes.set(new Uint8Array(half.buffer, half.byteOffset, half.byteLength), weights);
  const edges = work + 4 * (height + 2 * radius);
  const rows = Math.ceil((weights + half.byteLength) / 16) * 16;
  return runWhole(engine, src, dst, (from, to) =>
    kernels.gaussianBlur(
      from,
      to,
      width,
      height,
      channels,
      radius,
      weights,
      work,
      edges,
      rows,
      0.5 - errorOf(radius),
    ),
  );
}

/**
 * How far sums in single precision may be from those of `referenceConvolve`, grey levels. Each of the r additions of a pass
 * is off by up to half a unit in the last place of 255, 2^-17; products and the sums of two values of the second pass together by three
 * of these, those of the first by two; `referenceConvolve` itself rounds by one between the passes. Four more to be safe.
 */
function errorOf(radius: number): number {
  return (2 * radius + 10) / 2 ** 17;
}
