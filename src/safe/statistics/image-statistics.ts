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
 * Costs about two milliseconds for 160 x 160 pixels of three channels.
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
  for (let i = 0; i < data.length; i++) hash = Math.imul(hash ^ data[i], 0x01000193);
  return hash >>> 0;
}

/**
 * Mean and log variance: two figures. How many pixels are black or white is left out: a photograph that is
 * darkened a little no longer reaches white, which is a trace but no harm.
 */
function addLevels(out: Figures, values: Float64Array): void {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += square(values[i] - mean);
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
  const n = Math.max(0, width - 2) * Math.max(0, height - 2);
  const sizes = new Float64Array(n);
  let i = 0;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const v = values[at];
      horizontal += square(values[at + 1] - v);
      vertical += square(values[at + width] - v);
      const sides = values[at - 1] + values[at + 1] + values[at - width] + values[at + width];
      // How far the pixel is from the mean of its four neighbours.
      const bend = Math.abs(4 * v - sides) / 4;
      curvature += bend * bend;
      sizes[i++] = bend;
    }
  const by = Math.max(1, n);
  return {
    horizontal: horizontal / by,
    vertical: vertical / by,
    curvature: curvature / by,
    middle: n === 0 ? 0 : square(select(sizes, n >> 1)),
  };
}

/** The value at place `k` of the sorted values, which change places (Hoare’s selection): cheaper than sorting them all. */
function select(values: Float64Array, k: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const value = values[i];
      values[i++] = values[j];
      values[j--] = value;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k];
}

function square(x: number): number {
  return x * x;
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
  // Factors of red, green and blue.
  for (const [red, green, blue] of [
    [1, -1, 0],
    [0.5, 0.5, -1],
  ]) {
    let sum = 0;
    let size = 0;
    let energy = 0;
    for (let y = 0, p = 0; y < height; y++) {
      let before = 0;
      for (let x = 0; x < width; x++, p += 3) {
        const value = red * data[p] + green * data[p + 1] + blue * data[p + 2];
        sum += value;
        size += Math.abs(value);
        if (x > 0) energy += square(value - before);
        before = value;
      }
    }
    // One figure in levels and two logarithms for each difference: six in all.
    const n = width * height;
    out.add('levels', sum / n);
    out.add('logarithm', Math.log(square(size / n) + floor), Math.log(energy / n + floor));
  }
}

/** Mean luma of 4 x 4 cells, less the image's mean: 16 figures in grey levels. */
function addThumbnail(out: Figures, luma: Float64Array, { width, height }: Size): void {
  const sums = new Float64Array(cells * cells);
  const counts = new Float64Array(cells * cells);
  let all = 0;
  // Also for sides that 4 does not divide: cells then differ by a pixel.
  const columns = Uint8Array.from({ length: width }, (_, x) => Math.floor((x * cells) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * cells) / height) * cells;
    for (let x = 0; x < width; x++) {
      const cell = row + columns[x];
      sums[cell] += luma[y * width + x];
      counts[cell]++;
      all += luma[y * width + x];
    }
  }
  for (let c = 0; c < sums.length; c++)
    out.add('levels', sums[c] / Math.max(1, counts[c]) - all / luma.length);
}
