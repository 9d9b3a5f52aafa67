import type { Image } from '../../image/image.js';
import { requireArgument, type AlbumentationsForm } from '../definition/albumentations-form.js';
import { define, sameSize } from '../definition/definition.js';
import type { TorchvisionForm } from '../definition/torchvision-form.js';
import type { Params } from '../transform.js';
import { mapEach, type TableOf } from './map-each.js';

/** An operation that replaces every channel's values by a table made from the channel's histogram. */
function byHistogram<const N extends string>(
  name: N,
  tableOf: TableOf,
  forms: {
    readonly albumentations: AlbumentationsForm<Params>;
    readonly torchvision: TorchvisionForm<Params>;
  },
) {
  return define({
    name,
    versioned: false,
    options: () => ({}),
    sample: () => ({}),
    params: () => ({}),
    outputSize: sameSize,
    isIdentity: () => false,
    cutsWindow: false,
    image: ({ data, channels }: Image, _params, dst) => mapEach(data, channels, tableOf, dst),
    mask: null,
    lut: null,
    magnitudes: () => [],
    ...forms,
  });
}

const asIs = Uint8Array.from({ length: 256 }, (_, value) => value);

/** Stretches each channel's values to the whole range. Source: Pillow's `ImageOps.autocontrast`. */
export const autoContrast = byHistogram(
  'AutoContrast',
  (histogram) => {
    const low = histogram.findIndex((n) => n > 0);
    const high = histogram.findLastIndex((n) => n > 0);
    if (high <= low) return asIs;
    const scale = 255 / (high - low);
    const offset = -low * scale;
    return asIs.map((value) => Math.min(255, Math.max(0, Math.trunc(value * scale + offset))));
  },
  {
    // In Albumentations since 1.4.19, as Pillow's only since 2.0; it rounds where Pillow cuts off.
    albumentations: {
      write: (_o, release) =>
        release !== '2.0'
          ? null
          : { name: 'AutoContrast', args: { cutoff: 0, ignore: null, method: 'pil' } },
      read: {
        AutoContrast: (args) => {
          requireArgument('AutoContrast', args, 'cutoff', 0);
          requireArgument('AutoContrast', args, 'ignore', null);
          requireArgument('AutoContrast', args, 'method', 'pil');
          return {};
        },
      },
    },
    torchvision: { write: () => ({ code: 'v2.RandomAutocontrast(p=1.0)' }), helpers: {} },
  },
);

/** Evens out each channel's histogram. Source: Pillow's `ImageOps.equalize`. */
export const equalize = byHistogram(
  'Equalize',
  (histogram) => {
    const filled = histogram.filter((n) => n > 0);
    const last = filled.at(-1) ?? 0;
    const step = Math.floor((filled.reduce((a, b) => a + b, 0) - last) / 255);
    if (filled.length <= 1 || step === 0) return asIs;
    const table = new Uint8Array(256);
    let below = Math.floor(step / 2);
    for (let value = 0; value < 256; value++) {
      table[value] = Math.min(255, Math.floor(below / step));
      below += histogram[value];
    }
    return table;
  },
  {
    // Albumentations counts a value's own pixels as below it, Pillow does not.
    albumentations: {
      write: () => ({ name: 'Equalize', args: { mode: 'pil', by_channels: true } }),
      read: {
        Equalize: (args) => {
          requireArgument('Equalize', args, 'mode', 'pil');
          requireArgument('Equalize', args, 'by_channels', true);
          requireArgument('Equalize', args, 'mask', null);
          return {};
        },
      },
    },
    torchvision: { write: () => ({ code: 'v2.RandomEqualize(p=1.0)' }), helpers: {} },
  },
);
