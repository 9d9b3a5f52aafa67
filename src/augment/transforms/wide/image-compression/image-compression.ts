import { unsupported } from '../../../definition/albumentations-form.js';
import { define, sameSize } from '../../../definition/definition.js';
import type { Limit, OptionReader, Range } from '../../../definition/option-reader.js';
import { tuple } from '../../../definition/torchvision-form.js';
import type { Magnitude } from '../../../transform.js';
import { reEncode } from './fast-re-encode.js';

export interface ImageCompressionOptions {
  /** Quality of the JPEG, whole numbers from 1 to 100; default [75, 100]; x stands for [x, 100]. */
  readonly qualityRange?: Limit;
}

type Options = { qualityRange: Range };

/**
 * What is left of the image after it has been written as JPEG (4:2:0) and read again.
 *
 * Option: `qualityRange` (default [75, 100], which Ultralytics asks of Albumentations, whose own [99, 100] changes next to nothing; a number x
 * stands for [x, 100]). Source: Pillow 13 and OpenCV on libjpeg-turbo, to the byte. Albumentations' `ImageCompression`
 * hands red and blue over exchanged, and rounds their colours accordingly.
 */
export const imageCompression = define({
  name: 'ImageCompression',
  versioned: false,
  options: (reader: OptionReader<ImageCompressionOptions>): Options => ({
    qualityRange: reader.range(
      'qualityRange',
      { min: 1, max: 100, integer: true },
      [75, 100],
      (x) => x,
    ),
  }),
  sample: ({ qualityRange: [low, high] }, rng) => ({ quality: rng.int(low, high + 1) }),
  params: (reader) => ({ quality: reader.number('quality', { min: 1, max: 100, integer: true }) }),
  outputSize: sameSize,
  isIdentity: () => false,
  cutsWindow: false,
  image: ({ data, width, height, channels }, { quality }, dst) =>
    reEncode(data, width, height, channels, quality, dst),
  mask: null,
  lut: null,
  magnitudes: qualityLost,
  albumentations: {
    write: ({ qualityRange: [low, high] }, release) => ({
      name: 'ImageCompression',
      args: {
        ...(release === '2.0'
          ? { quality_range: [low, high], compression_type: 'jpeg' }
          : // JPEG is the default of all releases, which name it by turns 0 and "jpeg".
            { quality_lower: low, quality_upper: high }),
      },
    }),
    read: {
      ImageCompression: (args) => {
        const { compression_type: type = 'jpeg' } = args;
        if (type !== 'jpeg' && type !== 0)
          throw unsupported('ImageCompression', 'compression_type', 'jpeg', type);
        const { quality_range: range = [args.quality_lower ?? 99, args.quality_upper ?? 100] } =
          args;
        return { qualityRange: range };
      },
    },
  },
  torchvision: {
    write: ({ qualityRange }) => ({ code: `v2.JPEG(quality=${tuple(qualityRange)})` }),
    helpers: {},
  },
});

/** How far the quality may fall below 100. */
function qualityLost({ qualityRange: [low, high] }: Options): Magnitude[] {
  const full = 100 - low;
  const at = (f: number) => ({
    qualityRange: [Math.round(100 - full * f), Math.round(100 - (100 - high) * f)],
  });
  return full > 0 ? [{ option: 'qualityRange', unit: 'quality below 100', full, at }] : [];
}
