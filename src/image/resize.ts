import sharp from 'sharp';
import { InternalError } from '../core/index.js';
import { Gate } from './gate.js';
import { sizeText } from './size-text.js';
import type { Image, Mask, Size } from './image.js';

/** Bytes of resized images that are being made at any time: small files may become large images. */
const gate = new Gate(2 ** 29);

/**
 * Resizes an image to exactly `size` (the aspect ratio may change): Lanczos-3, anti-aliased when it
 * gets smaller. For preparing data; the augmentations have their own, exactly specified resize.
 *
 * @returns the same image if it already has that size
 */
export async function resizeImage(image: Image, size: Size): Promise<Image> {
  const { width, height, channels, data } = image;
  if (width === size.width && height === size.height) return image;
  if (data.length !== width * height * channels)
    throw new InternalError(
      `resizeImage: ${data.length} bytes for an image of ${sizeText(image)} and ${channels} channels`,
    );
  // Its size was bounded when it was decoded.
  const raw = { width, height, channels };
  const pipeline = sharp(data, { raw, limitInputPixels: false }).resize({
    width: size.width,
    height: size.height,
    fit: 'fill',
    kernel: 'lanczos3',
  });
  if (channels === 1) pipeline.toColourspace('b-w');
  const resized = await gate.pass(size.width * size.height * channels, () =>
    pipeline.raw().toBuffer({ resolveWithObject: true }),
  );
  if (resized.info.channels !== channels)
    throw new InternalError(`resizeImage: ${resized.info.channels} channels from ${channels}`);
  return { width: size.width, height: size.height, channels, data: resized.data };
}

/**
 * Resizes a mask to exactly `size`: each pixel takes the label at its centre, so that labels stay where
 * `resizeImage` puts the pixels.
 *
 * @returns the same mask if it already has that size
 */
export function resizeMask(mask: Mask, size: Size): Mask {
  const { width, height } = size;
  if (mask.width === width && mask.height === height) return mask;
  const data = new Uint8Array(width * height);
  const columns = centres(mask.width, width);
  centres(mask.height, height).forEach((row, y) => {
    for (let x = 0; x < width; x++) data[y * width + x] = mask.data[row * mask.width + columns[x]];
  });
  return { width, height, data };
}

/** The source index under the centre of each target index. */
function centres(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, i) => Math.floor(((i + 0.5) * from) / to));
}
