import { UserError, type Rng } from '../../../core/index.js';
import type { Size } from '../../../image/image.js';
import { sizeText } from '../../../image/size-text.js';
import { requireArgument, type AlbumentationsForm } from '../../definition/albumentations-form.js';
import type { OptionReader } from '../../definition/option-reader.js';
import { isOld } from '../../definition/semantics.js';
import { tuple } from '../../definition/torchvision-form.js';
import type { Magnitude, Params } from '../../transform.js';

/** A rectangle of the input, in pixels. */
export type Window = { x: number; y: number; width: number; height: number };

/** A crop's sides in pixels, or as a part of the current image's (default 0.78125, 25 of 32). */
export type CropOptions =
  { readonly height: number; readonly width: number } | { readonly scale?: number };

/** A crop's size: absolute in pixels, or relative to the current image. */
export type CropSize = { width: number; height: number } | { scale: number };

/** 25 of 32 pixels: the thesis's (h - 7, w - 7) at 32 and (h - 14, w - 14) at 64 pixels (section 5.1). */
export const defaultScale = 0.78125;

/** Reads `height` and `width`, or `scale`. */
export function readCropSize(reader: OptionReader<CropOptions>): CropSize {
  const absolute = reader.has('height') || reader.has('width');
  if (reader.has('scale')) {
    if (absolute) throw reader.bad('scale', 'either scale, or height and width', 'both');
    return { scale: reader.number('scale', { min: 0.01, max: 1 }) };
  }
  if (!absolute) return { scale: defaultScale };
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
    expected: `at most ${sizeText(size)} (height x width), the size of the image at this point`,
    got: sizeText(crop),
    remedy: 'choose a smaller height and width, or a scale relative to the image',
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
export function readWindow(reader: OptionReader, size: Size): Window {
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

/** The part of the sides that a crop leaves out; none for a crop of the whole image. */
export function cropMagnitudes(options: CropSize, size: Size): Magnitude[] {
  const left = 'scale' in options ? leftOfScale(options) : leftOfSides(options, size);
  return left.full > 0 ? [left] : [];
}

const unit = 'of the sides left out';

function leftOfScale(options: { scale: number }): Magnitude {
  const full = 1 - options.scale;
  const at = (f: number): Params => ({ ...options, scale: 1 - full * f });
  return { option: 'scale', unit, full, at };
}

function leftOfSides(options: Size, size: Size): Magnitude {
  const between = (side: number, crop: number, f: number): number =>
    Math.round(side - (side - crop) * f);
  return {
    option: 'height',
    unit,
    full: 1 - options.height / size.height,
    at: (f) => ({
      ...options,
      height: between(size.height, options.height, f),
      width: between(size.width, options.width, f),
    }),
  };
}

/** A crop in Albumentations: in pixels, a relative one as in an image of the given size. */
export function cropInAlbumentations(name: string): AlbumentationsForm<CropSize> {
  return {
    write: (crop, _release, size) => ({ name, args: pixelsOf(crop, size) }),
    read: {
      [name]: (args) => {
        requireArgument(name, args, 'pad_if_needed', false);
        return { height: args.height, width: args.width };
      },
    },
  };
}

/** A crop's size as a Python tuple. */
export function cropTuple(crop: CropSize, size: Size): string {
  const { height, width } = pixelsOf(crop, size);
  return tuple([height, width]);
}

function pixelsOf(crop: CropSize, size: Size): { height: number; width: number } {
  if (!('scale' in crop)) return { height: crop.height, width: crop.width };
  return { height: scaled(size.height, crop.scale), width: scaled(size.width, crop.scale) };
}
