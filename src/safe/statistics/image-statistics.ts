import { Rng } from '../../core/index.js';
import type { Size } from '../../image/image.js';

/**
 * Differences too small to matter, as standard deviations of noise that is added to every figure. Without it
 * traces of rounding and of mirrored borders, which no eye sees, are recognised (docs/decisions/031-looks.md).
 * levels: grey levels of 0 to 255; logarithm: natural, of grey levels squared.
 */
const noticeable = { levels: 3, logarithm: 0.25 };
/** Grey levels squared, added before a logarithm: contrasts below two levels count as none. */
const floor = 4;
/** Cells on each side of the thumbnail. */
const cells = 4;

type Unit = keyof typeof noticeable;

/** Collects figures, each with the noise of its unit. */
class Figures {
  readonly values: number[] = [];

  constructor(private readonly rng: Rng) {}

  add(unit: Unit, ...values: number[]): void {
    for (const value of values) this.values.push(value + noticeable[unit] * this.rng.normal());
  }
}

/**
 * Figures of an image that a small network learns late, such as the strength of its noise or of its colours:
 * brightness, contrast, energy of differences at three scales, colour, and a coarse thumbnail. The same image
 * always gives the same figures.
 *
 * Costs about a millisecond for 64 x 64 pixels.
 *
 * @param data uint8 `[height, width, channels]`, 1 or 3 channels
 * @returns `[F]`, F = 38 for one channel, 44 for three
 */
export function imageStatistics(data: Uint8Array, size: Size, channels: number): Float64Array {
  const { width, height } = size;
  const out = new Figures(new Rng('statistics', hashOf(data)));
  // [height * width], 0 to 255, with the weights of ITU-R BT.601.
  const luma = new Float64Array(width * height);
  if (channels === 1) luma.set(data);
  else
    for (let p = 0; p < luma.length; p++)
      luma[p] = 0.299 * data[3 * p] + 0.587 * data[3 * p + 1] + 0.114 * data[3 * p + 2];

  addLevels(out, luma);
  let plane: Plane = { values: luma, width, height };
  const energies: number[] = [];
  for (let scale = 0; scale < 3; scale++) {
    // Mean squares, in grey levels squared; logarithms turn their ratios into differences.
    const { horizontal, vertical, curvature, middle } = differences(plane);
    const energy = Math.log(horizontal + vertical + floor);
    out.add('logarithm', energy, Math.log(curvature + floor), Math.log(middle + floor));
    // Nearly free of contrast: direction, sharpness, and sharpness of the typical pixel, where edges weigh less than noise.
    out.add('logarithm', Math.log(horizontal + floor) - Math.log(vertical + floor));
    out.add('logarithm', Math.log(curvature + floor) - energy);
    out.add('logarithm', Math.log(middle + floor) - energy);
    energies.push(energy);
    plane = halved(plane);
  }
  // How the energy falls from scale to scale: blur takes it from the finest.
  out.add('logarithm', energies[0] - energies[1], energies[1] - energies[2]);
  if (channels === 3) addColour(out, data, size);
  addThumbnail(out, luma, size);
  return Float64Array.from(out.values);
}

/** FNV-1a of the bytes, unsigned 32 bits: keys the noise by the image, so that scoring it twice agrees. */
function hashOf(data: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * Mean and log variance: two figures. How many pixels are black or white is left out: a photograph that is
 * darkened a little no longer reaches white, which is a trace but no harm.
 */
function addLevels(out: Figures, values: Float64Array): void {
  const n = values.length;
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / n;
  let squares = 0;
  for (const v of values) squares += (v - mean) ** 2;
  out.add('levels', mean);
  out.add('logarithm', Math.log(squares / n + floor));
}

/** One channel at one scale. */
interface Plane {
  /** `[height * width]`, grey levels. */
  readonly values: Float64Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Mean squares of neighbours' differences and of the Laplacian, and the square of the Laplacian's median size, in
 * grey levels squared. Pixels of the rim have no neighbours on all sides and are left out.
 */
function differences({ values, width, height }: Plane) {
  let horizontal = 0;
  let vertical = 0;
  let curvature = 0;
  const sizes: number[] = [];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const v = values[at];
      horizontal += (values[at + 1] - v) ** 2;
      vertical += (values[at + width] - v) ** 2;
      const sides = values[at - 1] + values[at + 1] + values[at - width] + values[at + width];
      // How far the pixel is from the mean of its four neighbours.
      const bend = Math.abs(4 * v - sides) / 4;
      curvature += bend * bend;
      sizes.push(bend);
    }
  const n = Math.max(1, sizes.length);
  const sorted = Float64Array.from(sizes).sort();
  return {
    horizontal: horizontal / n,
    vertical: vertical / n,
    curvature: curvature / n,
    middle: (sorted[n >> 1] ?? 0) ** 2,
  };
}

/** The plane at half the scale: means of 2 x 2 pixels. An odd row or column at the end is left out. */
function halved(plane: Plane): Plane {
  const width = plane.width >> 1;
  const height = plane.height >> 1;
  const values = new Float64Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 2 * y * plane.width + 2 * x;
      const v = plane.values;
      values[y * width + x] =
        (v[at] + v[at + 1] + v[at + plane.width] + v[at + plane.width + 1]) / 4;
    }
  return { values, width, height };
}

/** Red less green, and yellow less blue: of each the mean, the mean size, and the energy from pixel to pixel. */
function addColour(out: Figures, data: Uint8Array, { width, height }: Size): void {
  for (const difference of [
    (at: number) => data[at] - data[at + 1],
    (at: number) => (data[at] + data[at + 1]) / 2 - data[at + 2],
  ]) {
    let sum = 0;
    let size = 0;
    let energy = 0;
    for (let p = 0; p < width * height; p++) {
      const value = difference(3 * p);
      sum += value;
      size += Math.abs(value);
      if (p % width > 0) energy += (value - difference(3 * p - 3)) ** 2;
    }
    // One figure in levels and two logarithms for each difference: six in all.
    const n = width * height;
    out.add('levels', sum / n);
    out.add('logarithm', Math.log((size / n) ** 2 + floor), Math.log(energy / n + floor));
  }
}

/** Mean luma of 4 x 4 cells, less the image's mean: 16 figures in grey levels. */
function addThumbnail(out: Figures, luma: Float64Array, { width, height }: Size): void {
  const sums = new Float64Array(cells * cells);
  const counts = new Float64Array(cells * cells);
  let all = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      // Also for sides that 4 does not divide: cells then differ by a pixel.
      const cell = Math.floor((y * cells) / height) * cells + Math.floor((x * cells) / width);
      sums[cell] += luma[y * width + x];
      counts[cell]++;
      all += luma[y * width + x];
    }
  for (let c = 0; c < sums.length; c++)
    out.add('levels', sums[c] / Math.max(1, counts[c]) - all / luma.length);
}
