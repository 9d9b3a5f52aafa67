import sharp, { type Sharp } from 'sharp';

/** Pixels that differ from each other: value = (x + 2 y + 50 c) * scale, row-major, interleaved. */
export function ramp<T extends Uint8Array | Uint16Array>(
  into: T,
  width: number,
  channels: number,
  scale: number,
): T {
  for (let i = 0; i < into.length; i++) {
    const pixel = Math.floor(i / channels);
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    into[i] = (x + 2 * y + 50 * (i % channels)) * scale;
  }
  return into;
}

export const sampleWidth = 12;
export const sampleHeight = 8;

/** The 8-bit RGB picture that the other forms are made from. */
export const rgb = ramp(new Uint8Array(sampleWidth * sampleHeight * 3), sampleWidth, 3, 1);

export const fromRgb = (): Sharp =>
  sharp(rgb, { raw: { width: sampleWidth, height: sampleHeight, channels: 3 } });

export const fromRaw = (
  data: Uint8Array | Uint16Array,
  channels: 1 | 2 | 3 | 4,
  width = sampleWidth,
  height = sampleHeight,
): Sharp => sharp(data, { raw: { width, height, channels } });

/** A picture that does not compress, so that half of the file holds about half of the pixels. */
export function busy(width = 64, height = 64): Sharp {
  const data = new Uint8Array(width * height * 3);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}
