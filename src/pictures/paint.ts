import type { Image, Mask } from '../image/image.js';
import { rgbOf } from '../image/colours.js';

/** What ignored pixels look like. */
const IGNORED_GREY = 0;

/**
 * A mask in its classes' colours.
 *
 * @param colours `#rrggbb` a class; labels without one (the ignored) are black
 */
export function paintMask({ width, height, data }: Mask, colours: readonly string[]): Image {
  const rgb = colours.map(rgbOf);
  const painted = new Uint8Array(3 * data.length);
  data.forEach((label, i) =>
    painted.set(rgb[label] ?? [IGNORED_GREY, IGNORED_GREY, IGNORED_GREY], 3 * i),
  );
  return { width, height, channels: 3, data: painted };
}

/** An image under its painted mask, both of one size; `opacity` of the mask from 0 to 1. */
export function overlay(image: Image, painted: Image, opacity: number): Image {
  const { width, height, channels } = image;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) {
      const own = image.data[i * channels + (channels === 3 ? c : 0)];
      data[3 * i + c] = Math.round((1 - opacity) * own + opacity * painted.data[3 * i + c]);
    }
  return { width, height, channels: 3, data };
}
