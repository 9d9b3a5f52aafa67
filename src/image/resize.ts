import sharp from 'sharp';
import { InternalError } from '../core/index.js';
import type { Image, Size } from './types.js';

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
      `resizeImage: ${data.length} bytes for an image of ${width}x${height}x${channels}`,
    );
  const pipeline = sharp(data, { raw: { width, height, channels } }).resize({
    width: size.width,
    height: size.height,
    fit: 'fill',
    kernel: 'lanczos3',
  });
  if (channels === 1) pipeline.toColourspace('b-w');
  const resized = await pipeline.raw().toBuffer({ resolveWithObject: true });
  if (resized.info.channels !== channels)
    throw new InternalError(`resizeImage: ${resized.info.channels} channels from ${channels}`);
  return { width: size.width, height: size.height, channels, data: resized.data };
}
