import { define, sameSize } from '../definition/definition.js';
import { invertAffine, rotationMatrix, type Affine } from '../kernels/affine.js';
import { warpLinearFloat, warpNearestFloat } from '../kernels/warp-float.js';
import type { Size } from '../../image/image.js';

/** Harmless control: zooms about the centre by at most 3 %, bilinear, reflect-101 border. */
export const controlResample = define({
  name: 'ControlResample',
  versioned: false,
  options: () => ({}),
  sample: (_options, rng) => ({ scale: rng.uniform(0.97, 1.03) }),
  params: (reader) => ({ scale: reader.number('scale', { min: 0.97, max: 1.03 }) }),
  outputSize: sameSize,
  isIdentity: ({ scale }) => scale === 1,
  cutsWindow: false,
  image: (image, { scale }, dst) =>
    warpLinearFloat(
      image.data,
      image.width,
      image.height,
      image.channels,
      zoom(image, scale),
      undefined,
      dst,
    ),
  mask: (mask, { scale }, fill, dst) =>
    warpNearestFloat(mask.data, mask.width, mask.height, zoom(mask, scale), fill, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});

function zoom({ width, height }: Size, scale: number): Affine {
  return invertAffine(rotationMatrix(width / 2 - 0.5, height / 2 - 0.5, 0, scale));
}
