import type { Range } from '../../definition/option-reader.js';
import { ends, tuple } from '../../definition/torchvision-form.js';
import { levelArguments, type LevelOptions } from '../../pil/level.js';
import type { Params } from '../../transform.js';
import type { Form } from '../leaf.js';
import { literal } from '../python.js';

const range = (value: Params[string]): string => tuple(value as Range);

function levels(change: string, base: number, options: Params): string {
  return `Levels(${change}, ${base}, ${levelArguments(options as LevelOptions)})`;
}

/** The wide set in Keras; JPEG is left out, because Keras has no codec that runs in a layer. */
export const kerasWideForms: Readonly<Record<string, Form>> = {
  HueSaturationValue: ({ hueShiftLimit, satShiftLimit, valShiftLimit }) =>
    `Recoloured(hue=${range(hueShiftLimit)}, saturation=${range(satShiftLimit)}, value=${range(valShiftLimit)})`,
  Translate: ({ limitX, limitY, fill }) =>
    `Shifted(fill=${literal(fill)}, x=${range(limitX)}, y=${range(limitY)})`,
  Shear: ({ limitX, limitY, fill }) =>
    `Sheared(fill=${literal(fill)}, x=${range(limitX)}, y=${range(limitY)})`,
  Perspective: ({ distortionScale, fill }) =>
    `Projected(scale=${literal(distortionScale)}, fill=${literal(fill)})`,
  RandomErasing: ({ scale, ratio, value }) =>
    `Erased(scale=${range(scale)}, ratio=${range(ratio)}, value=${literal(value)})`,
  Sharpness: (options) => levels('sharpened', 1, options),
  Posterize: (options) => levels('posterized', 0, { ...options, signed: false }),
  Solarize: (options) => levels('solarized', 0, { ...options, signed: false }),
  Equalize: () => 'Equalized()',
  AutoContrast: () => 'Coloured(keras.layers.AutoContrast(value_range=(0, 255)))',
  GaussianBlur: ({ sigmaLimit }) => `Smoothed(${ends(sigmaLimit as Range)})`,
  RandomResizedCrop: ({ scale, ratio, height, width }, size) =>
    `Enlarged(scale=${range(scale)}, ratio=${range(ratio)}, size=${tuple([Number(height ?? size.height), Number(width ?? size.width)])})`,
};
