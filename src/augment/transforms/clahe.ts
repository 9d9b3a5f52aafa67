import { define } from '../definition.js';
import { clahePlane } from '../kernels/clahe.js';
import { labToRgb, rgbToLab } from '../kernels/lab.js';
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
    const { width, height } = image;
    if (image.channels === 1) {
      clahePlane(image.data, width, height, clipLimit, tilesX, tilesY, dst);
      return;
    }
    const n = width * height;
    const planes = new Uint8Array(4 * n);
    const [l, a, b, equalised] = [0, 1, 2, 3].map((k) => planes.subarray(k * n, (k + 1) * n));
    rgbToLab(image.data, l, a, b);
    clahePlane(l, width, height, clipLimit, tilesX, tilesY, equalised);
    labToRgb(equalised, a, b, dst);
  },
});
