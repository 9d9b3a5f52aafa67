import type { Rng } from '../../../core/index.js';
import type { Image, Mask, Size } from '../../../image/image.js';
import {
  openCv,
  requireArgument,
  unsupported,
  type AlbumentationsForm,
} from '../../definition/albumentations-form.js';
import { define } from '../../definition/definition.js';
import type { Limit, OptionReader, Range } from '../../definition/option-reader.js';
import { tuple } from '../../definition/torchvision-form.js';
import { crop } from '../../kernels/crop.js';
import {
  resizeNearest,
  resizeWindow,
  windowOf,
  type SourceWindow,
} from '../../kernels/resizing.js';
import type { Magnitude } from '../../transform.js';
import { isWhole, readWindow, type Window } from '../shared/window.js';

export interface RandomResizedCropOptions {
  /** Part of the area that the window has; default [0.08, 1]; x stands for [x, 1]. */
  readonly scale?: Limit;
  /** Width of the window by its height; default [3/4, 4/3]; x stands for [x, x]. */
  readonly ratio?: Limit;
  /** Size of the result in pixels; default null, the image's own. */
  readonly height?: number | null;
  readonly width?: number | null;
}

type Options = { scale: Range; ratio: Range; height: number | null; width: number | null };
/** A window, and the size that it is resized to. */
type Parameters = Window & { outWidth: number; outHeight: number };

/** Pixels of a side: what fits into no memory is refused rather than tried. */
const largest = 1 << 14;
/** Windows drawn before the largest one about the centre is taken. */
const attempts = 10;

/**
 * A window of random area, shape and place, resized (bilinear) to the image's size: the usual augmentation on ImageNet.
 *
 * Options: `scale` (part of the area, default [0.08, 1]), `ratio` (width by height, drawn log-uniformly, default [3/4, 4/3]),
 * `height` and `width` of the result (null: the image's own). Sources: torchvision's and Albumentations' `RandomResizedCrop`
 * with their defaults, which draw alike; resized as in Albumentations (`cv2.resize`).
 */
export const randomResizedCrop = define({
  name: 'RandomResizedCrop',
  versioned: false,
  options: (reader: OptionReader<RandomResizedCropOptions>): Options => {
    const pixels = { min: 1, max: largest, integer: true };
    const options = {
      scale: reader.range('scale', { min: 0.0001, max: 1 }, [0.08, 1], (x) => x),
      ratio: reader.range('ratio', { min: 0.01, max: 100 }, [3 / 4, 4 / 3], (x) => x),
      height: reader.optional('height', pixels),
      width: reader.optional('width', pixels),
    };
    if ((options.height === null) !== (options.width === null))
      throw reader.bad('height', 'both height and width, or neither', options.height);
    return options;
  },
  sample: (options, rng, size): Parameters => {
    const { x, y, width, height } = drawWindow(options, rng, size);
    const outWidth = options.width ?? size.width;
    return { x, y, width, height, outWidth, outHeight: options.height ?? size.height };
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
  magnitudes: (options) => [areaLeftOut(options)],
  albumentations: inAlbumentations(),
  torchvision: {
    write: ({ scale, ratio, height, width }, size) => ({
      code: `v2.RandomResizedCrop((${height ?? size.height}, ${width ?? size.width}), scale=${tuple(scale)}, ratio=${tuple(ratio)}, antialias=False)`,
    }),
    helpers: {},
  },
});

function sourceOf({ data, width: imageWidth }: Image | Mask, window: Window): SourceWindow {
  const { x, y, width, height } = window;
  return { data, imageWidth, x, y, width, height };
}

function drawWindow({ scale, ratio: [low, high] }: Options, rng: Rng, size: Size): Window {
  for (let i = 0; i < attempts; i++) {
    const area = size.width * size.height * rng.uniform(...scale);
    const ratio = Math.exp(rng.uniform(Math.log(low), Math.log(high)));
    const width = Math.round(Math.sqrt(area * ratio));
    const height = Math.round(Math.sqrt(area / ratio));
    if (width < 1 || height < 1 || width > size.width || height > size.height) continue;
    const y = rng.int(0, size.height - height + 1);
    return { x: rng.int(0, size.width - width + 1), y, width, height };
  }
  // The largest window of an allowed shape, in the middle.
  const shape = size.width / size.height;
  const width =
    shape > high ? Math.min(size.width, Math.max(1, Math.round(size.height * high))) : size.width;
  const height =
    shape < low ? Math.min(size.height, Math.max(1, Math.round(size.width / low))) : size.height;
  return {
    x: Math.floor((size.width - width) / 2),
    y: Math.floor((size.height - height) / 2),
    width,
    height,
  };
}

/** The part of the area left out; with it the shape comes nearer to a square. */
function areaLeftOut(options: Options): Magnitude {
  const { scale, ratio } = options;
  return {
    option: 'scale',
    unit: 'of the area left out',
    full: Math.max(1 - scale[0], 0.0001),
    at: (f) => ({
      ...options,
      scale: [1 - (1 - scale[0]) * f, 1 - (1 - scale[1]) * f],
      ratio: [ratio[0] ** f, ratio[1] ** f],
    }),
  };
}

function inAlbumentations(): AlbumentationsForm<Options> {
  const name = 'RandomResizedCrop';
  return {
    write: (o, release, size) => {
      const height = o.height ?? size.height;
      const width = o.width ?? size.width;
      return {
        name,
        args: {
          ...(release === '2.0' ? { size: [height, width] } : { height, width }),
          scale: o.scale,
          ratio: o.ratio,
          interpolation: openCv.linear,
        },
      };
    },
    read: {
      [name]: (args) => {
        requireArgument(name, args, 'interpolation', openCv.linear);
        requireArgument(name, args, 'area_for_downscale', null);
        const { size = [args.height, args.width], scale, ratio } = args;
        if (!Array.isArray(size) || size.length !== 2)
          throw unsupported(name, 'size', '[height, width]', size);
        return { scale, ratio, height: size[0], width: size[1] };
      },
    },
  };
}
