import type { Rng } from '../../../core/index.js';
import type { Size } from '../../../image/image.js';
import { requireArgument, type AlbumentationsForm } from '../../definition/albumentations-form.js';
import { define, sameSize } from '../../definition/definition.js';
import type { Limit, OptionReader, Range } from '../../definition/option-reader.js';
import { shrunk } from '../../definition/shrunk.js';
import { tuple } from '../../definition/torchvision-form.js';

export interface RandomErasingOptions {
  /** Part of the area that is painted over; default [0.02, 0.33]; x stands for [0, x]. */
  readonly scale?: Limit;
  /** Height of the rectangle by its width; default [0.3, 3.3]; x stands for [x, x]. */
  readonly ratio?: Limit;
  /** Grey level, 0 to 255; default 0. */
  readonly value?: number;
}

type Options = { scale: Range; ratio: Range; value: number };

/** The rectangle in pixels, and its grey level. Without height or width nothing happens. */
type Parameters = { x: number; y: number; width: number; height: number; value: number };

/** Draws before an image is left as it is, because no rectangle fits. */
const attempts = 10;

/**
 * Paints over a rectangle at a random place. Masks stay as they are, as in torchvision, and in Albumentations unless
 * `fill_mask` is given: what was labelled is still there.
 *
 * Options: `scale` (part of the area, default [0.02, 0.33]), `ratio` (height by width, drawn log-uniformly, default
 * [0.3, 3.3]), `value` (grey level, default 0). Source: torchvision, `RandomErasing`, with its defaults (Zhong et al., 2017).
 */
export const randomErasing = define({
  name: 'RandomErasing',
  versioned: false,
  options: (reader: OptionReader<RandomErasingOptions>): Options => ({
    scale: reader.range('scale', { min: 0, max: 1 }, [0.02, 0.33], () => 0),
    ratio: reader.range('ratio', { min: 0.01, max: 100 }, [0.3, 3.3], (x) => x),
    value: reader.number('value', { min: 0, max: 255, integer: true }, 0),
  }),
  sample: (options, rng, size): Parameters => ({
    ...drawRectangle(options, rng, size),
    value: options.value,
  }),
  params: (reader, size): Parameters => {
    const integer = true;
    const x = reader.number('x', { min: 0, max: size.width, integer });
    const y = reader.number('y', { min: 0, max: size.height, integer });
    return {
      x,
      y,
      width: reader.number('width', { min: 0, max: size.width - x, integer }),
      height: reader.number('height', { min: 0, max: size.height - y, integer }),
      value: reader.number('value', { min: 0, max: 255, integer }),
    };
  },
  outputSize: sameSize,
  isIdentity: ({ width, height }) => width === 0 || height === 0,
  cutsWindow: false,
  image: ({ data, width: side, channels }, { x, y, width, height, value }, dst) => {
    dst.set(data);
    for (let row = y; row < y + height; row++)
      dst.fill(value, (row * side + x) * channels, (row * side + x + width) * channels);
  },
  mask: null,
  lut: null,
  magnitudes: (options) => [shrunk(options, 'scale', 'of the area')],
  albumentations: inAlbumentations(),
  torchvision: {
    write: ({ scale, ratio, value }) => ({
      code: `v2.RandomErasing(p=1.0, scale=${tuple(scale)}, ratio=${tuple(ratio)}, value=${value})`,
    }),
    helpers: {},
  },
});

function drawRectangle(
  { scale, ratio: [low, high] }: Options,
  rng: Rng,
  size: Size,
): Omit<Parameters, 'value'> {
  for (let i = 0; i < attempts; i++) {
    const area = size.width * size.height * rng.uniform(...scale);
    const ratio = Math.exp(rng.uniform(Math.log(low), Math.log(high)));
    const height = Math.round(Math.sqrt(area * ratio));
    const width = Math.round(Math.sqrt(area / ratio));
    if (height >= size.height || width >= size.width) continue;
    const y = rng.int(0, size.height - height + 1);
    return { x: rng.int(0, size.width - width + 1), y, width, height };
  }
  return { x: 0, y: 0, width: 0, height: 0 };
}

/** In Albumentations since 1.4.22, whose ratio is width by height, drawn evenly; a file for 1.4 is for all of them. */
function inAlbumentations(): AlbumentationsForm<Options> {
  const name = 'Erasing';
  // Twelve digits, so that turning twice gives what was there.
  const inverse = (x: number): number => Number((1 / x).toPrecision(12));
  const turned = ([low, high]: Range): Range => [inverse(high), inverse(low)];
  return {
    write: ({ scale, ratio, value }, release) =>
      release !== '2.0' ? null : { name, args: { scale, ratio: turned(ratio), fill: value } },
    read: {
      [name]: (args) => {
        requireArgument(name, args, 'fill_mask', null);
        const { ratio, scale, fill } = args;
        const isRange = Array.isArray(ratio) && ratio.length === 2;
        return {
          scale,
          ratio: isRange ? turned([Number(ratio[0]), Number(ratio[1])]) : ratio,
          value: fill,
        };
      },
    },
  };
}
