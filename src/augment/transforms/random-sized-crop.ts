import type { Rng } from '../../core/index.js';
import type { Image, Mask, Size } from '../../image/image.js';
import { openCv, requireArgument, unsupported } from '../definition/albumentations-form.js';
import { define } from '../definition/definition.js';
import { shrunk } from '../definition/shrunk.js';
import type { Limit, OptionReader, Range } from '../definition/option-reader.js';
import type { Versioned } from '../definition/semantics.js';
import { tuple, type TorchvisionCode } from '../definition/torchvision-form.js';
import { crop } from '../kernels/crop.js';
import { resizeNearest, resizeWindow, windowOf, type SourceWindow } from '../kernels/resizing.js';
import {
  defaultScale,
  isWhole,
  randomWindow,
  readWindow,
  requireFits,
  scaled,
  type Window,
} from './shared/window.js';

export type SizedCropOptions = Versioned &
  (
    | {
        /** Height of the window in pixels. */
        readonly minMaxHeight: readonly [low: number, high: number];
        /** Size of the result in pixels. */
        readonly height: number;
        readonly width: number;
        /** Width of the window by its height; default 1. */
        readonly w2hRatio?: number;
      }
    | {
        /** Sides of the window as a part of the current image's; default [0.78125, 0.78125]. */
        readonly minMaxScale?: Limit;
        /** Sides of the result as a part of the current image's; default 1. */
        readonly outputScale?: number;
      }
  );

/** Pixels of a side: what fits into no memory is refused rather than tried. */
const largest = 1 << 14;

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
export const randomSizedCrop = define({
  name: 'RandomSizedCrop',
  versioned: true,
  options: (reader: OptionReader<SizedCropOptions>) => readOptions(reader),
  sample: (options, rng, size): Parameters => {
    const drawn = drawSizes(options, rng, size);
    // Field by field: a spread costs more than resizing a small image.
    const { x, y, width, height } = randomWindow(options, drawn.window, size, rng);
    return { x, y, width, height, outWidth: drawn.width, outHeight: drawn.height };
  },
  params: (reader, size): Parameters => {
    const { x, y, width, height } = readWindow(reader, size);
    const outWidth = reader.number('outWidth', { min: 1, max: largest, integer: true });
    const outHeight = reader.number('outHeight', { min: 1, max: largest, integer: true });
    return { x, y, width, height, outWidth, outHeight };
  },
  outputSize: ({ outWidth, outHeight }) => ({ width: outWidth, height: outHeight }),
  isIdentity: (params, size) =>
    isWhole(params, size) && params.outWidth === size.width && params.outHeight === size.height,
  cutsWindow: true,
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
  lut: null,
  // The size of the result is no strength; of windows in pixels, how large they are depends on the image.
  magnitudes: (options) =>
    'minMaxScale' in options ? [shrunk(options, 'minMaxScale', 'of the sides', 1)] : [],
  albumentations: {
    write: (options, release, size) => {
      const { minMaxHeight, height, width, w2hRatio } = inPixels(options, size);
      return {
        name: 'RandomSizedCrop',
        args: {
          min_max_height: minMaxHeight,
          w2h_ratio: w2hRatio,
          ...(release === '2.0' ? { size: [height, width] } : { height, width }),
          interpolation: openCv.linear,
        },
      };
    },
    read: {
      RandomSizedCrop: (args) => {
        requireArgument('RandomSizedCrop', args, 'interpolation', openCv.linear);
        requireArgument('RandomSizedCrop', args, 'mask_interpolation', openCv.nearest);
        requireArgument('RandomSizedCrop', args, 'area_for_downscale', null);
        const { size = [args.height, args.width] } = args;
        if (!Array.isArray(size) || size.length !== 2)
          throw unsupported('RandomSizedCrop', 'size', '[height, width]', size);
        const [height, width] = size;
        return { minMaxHeight: args.min_max_height, height, width, w2hRatio: args.w2h_ratio };
      },
    },
  },
  torchvision: { write: resizedCrop, helpers: {} },
});

/** Relative sizes as those of an image of `size`. */
function inPixels(options: Absolute | Relative, size: Size): Absolute {
  if ('minMaxHeight' in options) return options;
  const [low, high] = options.minMaxScale;
  return {
    minMaxHeight: [scaled(size.height, low), scaled(size.height, high)],
    height: scaled(size.height, options.outputScale),
    width: scaled(size.width, options.outputScale),
    w2hRatio: size.width / size.height,
  };
}

/** torchvision has areas instead of sides. */
function resizedCrop(options: Absolute | Relative, size: Size): TorchvisionCode {
  const { height, width, w2hRatio } = inPixels(options, size);
  const sides =
    'minMaxScale' in options
      ? options.minMaxScale
      : options.minMaxHeight.map((side) => side / size.height);
  const areas = sides.map((side) => Math.min(1, side * side));
  return {
    code: `v2.RandomResizedCrop((${height}, ${width}), scale=${tuple(areas)}, ratio=(${w2hRatio}, ${w2hRatio}))`,
    difference: 'the area, not the side, is drawn uniformly',
  };
}

function sourceOf({ data, width: imageWidth }: Image | Mask, window: Window): SourceWindow {
  const { x, y, width, height } = window;
  return { data, imageWidth, x, y, width, height };
}

function readOptions(reader: OptionReader<SizedCropOptions>): Absolute | Relative {
  const inPixelsOnly = ['minMaxHeight', 'height', 'width', 'w2hRatio'] as const;
  const absolute = inPixelsOnly.filter((key) => reader.has(key));
  if (absolute.length > 0) {
    for (const key of ['minMaxScale', 'outputScale'] as const)
      if (reader.has(key))
        throw reader.bad(key, `it cannot be combined with ${absolute[0]}`, 'both');
    const pixels = { min: 1, max: largest, integer: true };
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
      [defaultScale, defaultScale],
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
