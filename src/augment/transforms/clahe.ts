import { define } from '../definition.js';
import { claheRgb } from '../fast/clahe.js';
import { clahePlane } from '../kernels/clahe.js';
import type { Range } from '../reader.js';

type Options = { clipLimit: Range; tilesX: number; tilesY: number };
type Parameters = { clipLimit: number; tilesX: number; tilesY: number };

/**
 * Contrast-limited adaptive histogram equalisation of the lightness (L of CIE L*a*b*); of the values
 * themselves for one channel.
 *
 * Options: `clipLimit` (default [1, 4]; a number x stands for [1, x]), `tilesX` and `tilesY` (8 each).
 * Source: Albumentations 1.3 and OpenCV 4.
 */
export const clahe = define<Options, Parameters>({
  name: 'CLAHE',
  kind: 'photometric',
  options: (reader) => ({
    clipLimit: reader.range('clipLimit', { min: 1 }, [1, 4], () => 1),
    tilesX: reader.number('tilesX', { min: 1, max: 256, integer: true }, 8),
    tilesY: reader.number('tilesY', { min: 1, max: 256, integer: true }, 8),
  }),
  sample: ({ clipLimit, tilesX, tilesY }, rng) => ({
    clipLimit: rng.uniform(...clipLimit),
    tilesX,
    tilesY,
  }),
  params: (reader) => ({
    clipLimit: reader.number('clipLimit', { min: 0 }),
    tilesX: reader.number('tilesX', { min: 1, max: 256, integer: true }, 8),
    tilesY: reader.number('tilesY', { min: 1, max: 256, integer: true }, 8),
  }),
  isIdentity: () => false,
  image: (image, { clipLimit, tilesX, tilesY }, dst) => {
    const { data, width, height, channels } = image;
    const apply = channels === 1 ? clahePlane : claheRgb;
    apply(data, width, height, clipLimit, tilesX, tilesY, dst);
  },
});
