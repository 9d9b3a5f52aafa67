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

/**
 * An image with its mask as an outline: pixels beside those of another class have their own class's colour, so that the
 * image stays visible.
 *
 * @param mask of the image's size
 * @param colours `#rrggbb` a class; labels without one (the ignored) are black
 */
export function outlined(image: Image, mask: Mask, colours: readonly string[]): Image {
  const painted = paintMask(mask, colours);
  // As RGB, the image alone.
  const target = overlay(image, painted, 0);
  const { width, height, data: labels } = mask;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const differs = (inside: boolean, j: number): boolean => inside && labels[j] !== labels[i];
      const isEdge =
        differs(x > 0, i - 1) ||
        differs(x + 1 < width, i + 1) ||
        differs(y > 0, i - width) ||
        differs(y + 1 < height, i + width);
      if (isEdge) target.data.set(painted.data.subarray(3 * i, 3 * i + 3), 3 * i);
    }
  return target;
}
