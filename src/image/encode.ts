import sharp from 'sharp';
import { InternalError, writeAtomic } from '../core/index.js';
import { sizeText } from './size-text.js';
import type { Image, Mask } from './image.js';

/** Encodes an image as an 8-bit PNG, lossless: RGB for 3 channels, greyscale for 1. */
export async function encodePng(image: Image): Promise<Uint8Array> {
  const { width, height, channels, data } = image;
  if (data.length !== width * height * channels)
    throw new InternalError(
      `encodePng: ${data.length} bytes for an image of ${sizeText(image)} and ${channels} channels`,
    );
  const pipeline = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  return channels === 1
    ? pipeline.toColourspace('b-w').png().toBuffer()
    : pipeline.png().toBuffer();
}

/** Encodes a mask as an 8-bit greyscale PNG whose grey values are the class indices. */
export async function encodeMaskPng(mask: Mask): Promise<Uint8Array> {
  return encodePng({ ...mask, channels: 1 });
}

/**
 * Writes an image as a PNG file, the whole of it or nothing.
 *
 * @throws UserError `DISK_FULL`, `NO_RIGHTS`
 */
export async function writePng(path: string, image: Image): Promise<void> {
  writeAtomic(path, await encodePng(image));
}
