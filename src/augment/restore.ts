import type { Image, Mask, Size } from '../image/image.js';
import { destination } from './definition/instantiate.js';
import { fitCentred } from './kernels/pad.js';
import { resizeLinear, resizeNearest } from './kernels/resizing.js';
import type { Restore } from './transform.js';

/**
 * Brings an image back to the input's size.
 *
 * - `reflect`: centred; what is missing shows a reflect-101 border (Albumentations' `PadIfNeeded`),
 *   what is too much is cut off evenly.
 * - `resize`: bilinear.
 * - `none`: stays as it is.
 *
 * @throws UserError `OUT_BUFFER` if `out` is too short or overlaps the image.
 */
export function restoreImage(image: Image, size: Size, restore: Restore, out?: Uint8Array): Image {
  const target = targetOf(image, size, restore);
  const { channels } = image;
  const data = destination(image.data, target.width * target.height * channels, out);
  if (same(image, target)) data.set(image.data);
  else if (restore === 'reflect')
    fitCentred(
      image.data,
      image.width,
      image.height,
      channels,
      target.width,
      target.height,
      undefined,
      data,
    );
  else
    resizeLinear(
      image.data,
      image.width,
      image.height,
      channels,
      target.width,
      target.height,
      data,
    );
  return { ...target, channels, data };
}

/** As `restoreImage`, for a mask: nearest neighbour, and `fill` (undefined: reflect-101) outside. */
export function restoreMask(
  mask: Mask,
  size: Size,
  restore: Restore,
  fill: number | undefined,
  out?: Uint8Array,
): Mask {
  const target = targetOf(mask, size, restore);
  const data = destination(mask.data, target.width * target.height, out);
  const { width, height } = target;
  if (same(mask, target)) data.set(mask.data);
  else if (restore === 'reflect')
    fitCentred(mask.data, mask.width, mask.height, 1, width, height, fill, data);
  else resizeNearest(mask.data, mask.width, mask.height, width, height, data);
  return { width, height, data };
}

/** The size that an image has after it has been restored. */
export function targetOf(image: Size, size: Size, restore: Restore): Size {
  const { width, height } = restore === 'none' ? image : size;
  return { width, height };
}

/** True for equal sizes. */
export function same(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
