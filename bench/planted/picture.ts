import type { Rng } from '../../src/core/index.js';
import type { Image } from '../../src/image/image.js';

/** Pixels a side of every planted image. */
export const side = 32;
const pixels = side * side;

/** One value a pixel, `[32, 32]`, about -1 to 1 unless said otherwise. */
export type Plane = Float64Array;
/** Grey levels before rounding, `[32, 32, 3]`, RGB. */
export type Picture = Float64Array;
/** A value at every point; x to the right and y down, in pixels. */
export type Field = (x: number, y: number) => number;

/** A field at the pixels' centres, or averaged over `samples` x `samples` points of each (smooth edges). */
export function plane(field: Field, samples = 1): Plane {
  const out = new Float64Array(pixels);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let v = 0; v < samples; v++)
        for (let u = 0; u < samples; u++)
          sum += field(x + (u + 0.5) / samples, y + (v + 0.5) / samples);
      out[y * side + x] = sum / samples ** 2;
    }
  return out;
}

/** Level and contrast of each channel. */
export interface Light {
  readonly level: readonly number[];
  readonly contrast: readonly number[];
}

/** `level + contrast * value` in every channel. */
export function lit(values: Plane, { level, contrast }: Light): Picture {
  const out = new Float64Array(3 * pixels);
  for (let p = 0; p < pixels; p++)
    for (let c = 0; c < 3; c++) out[3 * p + c] = level[c] + contrast[c] * values[p];
  return out;
}

/** The same in every channel. */
export const grey = (level: number, contrast: number): Light => ({
  level: [level, level, level],
  contrast: [contrast, contrast, contrast],
});

/** Adds noise drawn for every pixel and channel, standard deviation in grey levels. */
export function addNoise(picture: Picture, deviation: number, rng: Rng): Picture {
  return picture.map((v) => v + deviation * rng.normal());
}

/** Rounds and cuts off to 8 bits, as a camera does. */
export function developed(picture: Picture): Image {
  const data = Uint8Array.from(picture, (v) => Math.max(0, Math.min(255, Math.round(v))));
  return { width: side, height: side, channels: 3, data };
}

/** Mirrors left and right. */
export function mirrored<T extends Plane>(values: T): T {
  const channels = values.length / pixels;
  return values.map(
    (_, i) =>
      values[
        (Math.floor(i / channels / side) * side + side - 1 - (Math.floor(i / channels) % side)) *
          channels +
          (i % channels)
      ],
  ) as T;
}

/** Swaps rows and columns. */
export function transposed<T extends Plane>(values: T): T {
  const channels = values.length / pixels;
  return values.map((_, i) => {
    const p = Math.floor(i / channels);
    return values[((p % side) * side + Math.floor(p / side)) * channels + (i % channels)];
  }) as T;
}

/** One of the square's eight symmetries at random, all alike: afterwards flips and turns change nothing. */
export function turnedAtRandom<T extends Plane>(values: T, rng: Rng): T {
  let out = values;
  if (rng.bool()) out = mirrored(out);
  // Upside down: must come before the transpose, or two of the eight come up twice and two never.
  if (rng.bool()) out = transposed(mirrored(transposed(out)));
  if (rng.bool()) out = transposed(out);
  return out;
}
