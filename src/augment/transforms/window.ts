import { UserError, type Rng } from '../../core/index.js';
import type { Size } from '../../image/types.js';
import { isOld } from '../definition.js';
import type { Reader } from '../reader.js';
import type { Params } from '../types.js';

/** A rectangle of the input, in pixels. */
export type Window = { x: number; y: number; width: number; height: number };

/** A crop's size: absolute in pixels, or relative to the current image. */
export type CropSize = { width: number; height: number } | { scale: number };

/** 25 of 32 pixels: the thesis's (h - 7, w - 7) at 32 and (h - 14, w - 14) at 64 pixels (section 5.1). */
export const DEFAULT_SCALE = 0.78125;

/** Reads `height` and `width`, or `scale`. */
export function readCropSize(reader: Reader): CropSize {
  const absolute = reader.has('height') || reader.has('width');
  if (reader.has('scale')) {
    if (absolute) throw reader.bad('scale', 'either scale, or height and width', 'both');
    return { scale: reader.number('scale', { min: 0.01, max: 1 }) };
  }
  if (!absolute) return { scale: DEFAULT_SCALE };
  return {
    height: reader.number('height', { min: 1, integer: true }),
    width: reader.number('width', { min: 1, integer: true }),
  };
}

/** Part `scale` of a side, rounded, at least one pixel. */
export function scaled(side: number, scale: number): number {
  return Math.max(1, Math.round(side * scale));
}

/** The crop's size in an image of this size. @throws UserError `CROP_TOO_LARGE`. */
export function cropSizeIn(name: string, crop: CropSize, size: Size): Size {
  if ('scale' in crop)
    return { width: scaled(size.width, crop.scale), height: scaled(size.height, crop.scale) };
  requireFits(name, crop, size);
  return { width: crop.width, height: crop.height };
}

/** @throws UserError `CROP_TOO_LARGE` where a crop is larger than the image. */
export function requireFits(name: string, crop: Size, size: Size): void {
  if (crop.width <= size.width && crop.height <= size.height) return;
  throw new UserError('CROP_TOO_LARGE', `${name}: the crop is larger than the image.`, {
    where: name,
    expected: `at most ${size.width}x${size.height} (width x height), the size of the image here`,
    got: `${crop.width}x${crop.height}`,
    remedy: 'give a smaller height and width, or a scale relative to the image',
  });
}

/**
 * A window of the given size at a random place, all places equally likely. Albumentations 0.1.1 never
 * reaches the last row and column.
 */
export function randomWindow(options: Params, crop: Size, size: Size, rng: Rng): Window {
  const last = isOld(options) ? 0 : 1;
  return {
    x: Math.floor((size.width - crop.width + last) * rng.float()),
    y: Math.floor((size.height - crop.height + last) * rng.float()),
    width: crop.width,
    height: crop.height,
  };
}

/** Reads a window that lies within the image. */
export function readWindow(reader: Reader, size: Size): Window {
  const integer = true;
  const x = reader.number('x', { min: 0, max: size.width - 1, integer });
  const y = reader.number('y', { min: 0, max: size.height - 1, integer });
  return {
    x,
    y,
    width: reader.number('width', { min: 1, max: size.width - x, integer }),
    height: reader.number('height', { min: 1, max: size.height - y, integer }),
  };
}

/** True where the window is the whole image. */
export function isWhole(window: Window, size: Size): boolean {
  return window.width === size.width && window.height === size.height;
}
