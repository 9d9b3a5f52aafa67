import type { Rng } from '../../../core/index.js';
import type { Mask, Size } from '../../../image/image.js';
import { define, sameSize } from '../../definition/definition.js';
import type { OptionReader } from '../../definition/option-reader.js';
import { drawn } from '../../definition/torchvision-form.js';
import { reflect101 } from '../../kernels/border.js';
import { coefficientsOf, warpBilinear, warpNearest, type Corners } from './projection.js';

export interface PerspectiveOptions {
  /** How far corners may move inwards, as a part of half the sides, 0 to 1; default 0.5. */
  readonly distortionScale?: number;
  /** Grey level outside the image, 0 to 255; default 0. */
  readonly fill?: number;
}

type Options = { distortionScale: number; fill: number };
/** Where the corners go, in pixels, clockwise from the top left. */
type Parameters = Corners & { fill: number };

const grey = { min: 0, max: 255, integer: true };

/**
 * Moves each corner inwards at random, as if the image were seen from another side: bilinear, black outside.
 *
 * Options: `distortionScale` (how far, as a part of half the sides, default 0.5), `fill` (grey level outside, default 0).
 * Source: torchvision, `RandomPerspective` on PIL images, with its defaults. Albumentations' `Perspective` draws
 * corners from a normal distribution and resamples twice, so none is written for it.
 */
export const perspective = define({
  name: 'Perspective',
  versioned: false,
  options: (reader: OptionReader<PerspectiveOptions>): Options => ({
    distortionScale: reader.number('distortionScale', { min: 0, max: 1 }, 0.5),
    fill: reader.number('fill', grey, 0),
  }),
  sample: (options, rng, size): Parameters => ({
    ...drawCorners(options.distortionScale, rng, size),
    fill: options.fill,
  }),
  params: (reader): Parameters => {
    const at = (key: string): number =>
      reader.number(key, { min: -16384, max: 16384, integer: true });
    return {
      topLeftX: at('topLeftX'),
      topLeftY: at('topLeftY'),
      topRightX: at('topRightX'),
      topRightY: at('topRightY'),
      bottomRightX: at('bottomRightX'),
      bottomRightY: at('bottomRightY'),
      bottomLeftX: at('bottomLeftX'),
      bottomLeftY: at('bottomLeftY'),
      fill: reader.number('fill', grey, 0),
    };
  },
  outputSize: sameSize,
  isIdentity: staysAsItIs,
  cutsWindow: false,
  image: ({ data, width, height, channels }, params, dst) => {
    const size = { width, height };
    if (staysAsItIs(params, size)) dst.set(data);
    else warpBilinear(data, size, channels, coefficientsOf(params, size), params.fill, dst);
  },
  mask: ({ data, width, height }: Mask, params, fill, dst) => {
    const size = { width, height };
    const reflected = (x: number, y: number): number =>
      data[reflect101(y, height) * width + reflect101(x, width)];
    const outside = fill === undefined ? reflected : (): number => fill;
    if (staysAsItIs(params, size)) dst.set(data);
    else warpNearest(data, size, coefficientsOf(params, size), outside, dst);
  },
  lut: null,
  magnitudes: (options) => {
    const { distortionScale: full } = options;
    const at = (f: number) => ({ ...options, distortionScale: full * f });
    return full > 0 ? [{ option: 'distortionScale', unit: 'of half the sides', full, at }] : [];
  },
  albumentations: null,
  torchvision: {
    // RandomPerspective blends the edges of tensors with what lies outside, as it does not those of PIL images.
    write: ({ distortionScale, fill }) => ({
      code: drawn('projected', `corners, scale=${distortionScale}`, 'moves=True', `fill=${fill}`),
    }),
    helpers: {},
  },
});

function staysAsItIs(corners: Parameters, { width, height }: Size): boolean {
  return (
    corners.topLeftX === 0 &&
    corners.topLeftY === 0 &&
    corners.topRightX === width - 1 &&
    corners.topRightY === 0 &&
    corners.bottomRightX === width - 1 &&
    corners.bottomRightY === height - 1 &&
    corners.bottomLeftX === 0 &&
    corners.bottomLeftY === height - 1
  );
}

/** Whole pixels, each evenly between the corner and so far inwards. Source: torchvision, `RandomPerspective.get_params`. */
function drawCorners(scale: number, rng: Rng, { width, height }: Size): Corners {
  const mostX = Math.trunc(scale * Math.floor(width / 2));
  const mostY = Math.trunc(scale * Math.floor(height / 2));
  const x = (): number => rng.int(0, mostX + 1);
  const y = (): number => rng.int(0, mostY + 1);
  return {
    topLeftX: x(),
    topLeftY: y(),
    topRightX: width - 1 - x(),
    topRightY: y(),
    bottomRightX: width - 1 - x(),
    bottomRightY: height - 1 - y(),
    bottomLeftX: x(),
    bottomLeftY: height - 1 - y(),
  };
}
