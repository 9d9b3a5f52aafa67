import { unsupported } from '../../definition/albumentations-form.js';
import { define, sameSize } from '../../definition/definition.js';
import { shrunk } from '../../definition/shrunk.js';
import type { Limit, OptionReader } from '../../definition/option-reader.js';
import { clahePlane } from './equalise.js';
import { claheRgb } from './fast-equalise.js';

export interface ClaheOptions {
  /** Limit of contrast; default [1, 4]; x stands for [1, x]. */
  readonly clipLimit?: Limit;
  /** Tiles across and down; default 8. */
  readonly tilesX?: number;
  readonly tilesY?: number;
}

/**
 * Contrast-limited adaptive histogram equalisation of the lightness (L of CIE L*a*b*); of the values
 * themselves for one channel.
 *
 * Options: `clipLimit` (default [1, 4]; a number x stands for [1, x]), `tilesX` and `tilesY` (8 each).
 * Source: Albumentations 1.3 and OpenCV 4.
 */
export const clahe = define({
  name: 'CLAHE',
  versioned: false,
  options: (reader: OptionReader<ClaheOptions>) => ({
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
  outputSize: sameSize,
  isIdentity: () => false,
  cutsWindow: false,
  image: (image, { clipLimit, tilesX, tilesY }, dst) => {
    const { data, width, height, channels } = image;
    const apply = channels === 1 ? clahePlane : claheRgb;
    apply(data, width, height, clipLimit, tilesX, tilesY, dst);
  },
  mask: null,
  lut: null,
  magnitudes: (options) => [shrunk(options, 'clipLimit', 'clip limit above 1', 1)],
  albumentations: {
    write: (o) => ({
      name: 'CLAHE',
      args: { clip_limit: o.clipLimit, tile_grid_size: [o.tilesX, o.tilesY] },
    }),
    read: {
      CLAHE: (args) => {
        const { clip_limit: clipLimit, tile_grid_size: grid = [8, 8] } = args;
        if (!Array.isArray(grid) || grid.length !== 2)
          throw unsupported('CLAHE', 'tile_grid_size', 'two numbers of tiles', grid);
        return { clipLimit, tilesX: grid[0], tilesY: grid[1] };
      },
    },
  },
  // torchvision equalises whole images only.
  torchvision: null,
});
