import type { Rng } from '../../core/index.js';
import type { Image, Mask, Size } from '../../image/types.js';
import { define } from '../definition.js';
import { crop } from '../fast/crop.js';
import { resizeWindow, windowOf, type Source } from '../fast/resize.js';
import { resizeNearest } from '../kernels/resize.js';
import type { Range, Reader } from '../reader.js';
import type { Params } from '../types.js';
import {
  DEFAULT_SCALE,
  isWhole,
  randomWindow,
  readWindow,
  requireFits,
  scaled,
  type Window,
} from './window.js';

/** Pixels of a side: what fits into no memory is refused rather than tried. */
const MOST = 1 << 16;

type Absolute = { minMaxHeight: Range; height: number; width: number; w2hRatio: number };
type Relative = { minMaxScale: Range; outputScale: number };
/** A window, and the size that it is resized to. */
type Parameters = Window & { outWidth: number; outHeight: number };

/**
 * A window of random size and place, resized (bilinear).
 *
 * Options, absolute as in Albumentations: `minMaxHeight` [low, high] of the window in pixels, `height`
 * and `width` of the result, `w2hRatio` (1) of the window. Or relative to the current image:
 * `minMaxScale` of the window's sides (default [0.78125, 0.78125]) and `outputScale` of the result's
 * (default 1). The defaults are those of the thesis's joint run: (h - 7, w - 7) at 32 pixels, resized to
 * the input size.
 */
export const randomSizedCrop = define<Absolute | Relative, Parameters>({
  name: 'RandomSizedCrop',
  kind: 'geometric',
  versioned: true,
  options: readOptions,
  sample: (options, rng, size) => {
    const drawn = drawSizes(options, rng, size);
    // Field by field: a spread costs more than resizing a small image.
    const { x, y, width, height } = randomWindow(options as Params, drawn.window, size, rng);
    return { x, y, width, height, outWidth: drawn.width, outHeight: drawn.height };
  },
  params: (reader, size) => {
    const { x, y, width, height } = readWindow(reader, size);
    const outWidth = reader.number('outWidth', { min: 1, max: MOST, integer: true });
    const outHeight = reader.number('outHeight', { min: 1, max: MOST, integer: true });
    return { x, y, width, height, outWidth, outHeight };
  },
  outputSize: ({ outWidth, outHeight }) => ({ width: outWidth, height: outHeight }),
  isIdentity: (params, size) =>
    isWhole(params, size) && params.outWidth === size.width && params.outHeight === size.height,
  image: (image, params, dst) => {
    const { x, y, width, height, outWidth, outHeight } = params;
    const { data, channels } = image;
    if (width === outWidth && height === outHeight)
      crop(data, image.width, channels, x, y, width, height, dst);
    else resizeWindow(sourceOf(image, params), channels, outWidth, outHeight, dst);
  },
  mask: (mask, params, _fill, dst) => {
    const { width, height, outWidth, outHeight } = params;
    const window = windowOf(sourceOf(mask, params), 1);
    resizeNearest(window, width, height, outWidth, outHeight, dst);
  },
});

function sourceOf({ data, width: imageWidth }: Image | Mask, window: Window): Source {
  const { x, y, width, height } = window;
  return { data, imageWidth, x, y, width, height };
}

function readOptions(reader: Reader): Absolute | Relative {
  const absolute = ['minMaxHeight', 'height', 'width', 'w2hRatio'].filter((key) => reader.has(key));
  if (absolute.length > 0) {
    for (const key of ['minMaxScale', 'outputScale'])
      if (reader.has(key)) throw reader.bad(key, `not together with ${absolute[0]}`, 'both');
    const pixels = { min: 1, integer: true };
    if (!reader.has('minMaxHeight')) throw reader.bad('minMaxHeight', '[low, high]', undefined);
    return {
      minMaxHeight: reader.range('minMaxHeight', pixels, [1, 1], (x) => x),
      height: reader.number('height', pixels),
      width: reader.number('width', pixels),
      w2hRatio: reader.number('w2hRatio', { min: 0.01 }, 1),
    };
  }
  return {
    minMaxScale: reader.range(
      'minMaxScale',
      { min: 0.01, max: 1 },
      [DEFAULT_SCALE, DEFAULT_SCALE],
      (x) => x,
    ),
    outputScale: reader.number('outputScale', { min: 0.01, max: 4 }, 1),
  };
}

function drawSizes(
  options: Absolute | Relative,
  rng: Rng,
  size: Size,
): { window: Size; width: number; height: number } {
  if ('minMaxScale' in options) {
    const scale = rng.uniform(...options.minMaxScale);
    return {
      window: { width: scaled(size.width, scale), height: scaled(size.height, scale) },
      width: scaled(size.width, options.outputScale),
      height: scaled(size.height, options.outputScale),
    };
  }
  const [low, high] = options.minMaxHeight;
  const height = rng.int(low, high + 1);
  const window = { height, width: Math.max(1, Math.floor(height * options.w2hRatio)) };
  requireFits('RandomSizedCrop', window, size);
  return { window, width: options.width, height: options.height };
}
