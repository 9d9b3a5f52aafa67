import { drawn as drawnCall, tuple } from '../definition/torchvision-form.js';
import type { Range } from '../definition/option-reader.js';
import type { Params } from '../transform.js';
import { definitionOf } from '../registry.js';
import type { TransformName } from '../transforms/index.js';
import { levelArguments, type LevelOptions } from '../pil/level.js';
import type { Form } from './leaf.js';

/**
 * The wide set for libraries on PyTorch: calls of a Python class that draws the arguments of a function of `torchWide` for
 * every image, with what stays the same, and moves masks where it says so.
 */
export function wideForms(name: string): Readonly<Record<string, Form>> {
  const drawn = (...call: [change: string, draw: string, ...fixed: string[]]): string =>
    drawnCall(...call).replace('Drawn', name);
  /** As torchvision's files say it. */
  const asTorchvision = (transform: TransformName): Form => {
    const { torchvision } = definitionOf(transform);
    return (options, size) => (torchvision?.write(options, size).code ?? '').replace('Drawn', name);
  };
  const level = (change: string, base: number, options: Params, signed: boolean): string => {
    const [low, high, count, both] = levelArguments({ ...(options as LevelOptions), signed }).split(
      ', ',
    );
    return drawn(
      change,
      `levels, base=${base}, low=${low}, high=${high}, count=${count}, signed=${both}`,
    );
  };
  return {
    HueSaturationValue: asTorchvision('HueSaturationValue'),
    Translate: asTorchvision('Translate'),
    Shear: asTorchvision('Shear'),
    Perspective: asTorchvision('Perspective'),
    RandomErasing: ({ scale, ratio, value }) =>
      drawn(
        'erased',
        `rectangles, scale=${range(scale)}, ratio=${range(ratio)}`,
        `value=${Number(value)}`,
      ),
    Sharpness: (options) => level('sharpened', 1, options, options.signed === true),
    Posterize: (options) => level('posterized', 0, options, false),
    Solarize: (options) => level('solarized', 0, options, false),
    Equalize: () => `${name}(equalized)`,
    AutoContrast: () => `${name}(stretched)`,
    GaussianBlur: ({ sigmaLimit }) => drawn('smoothed', `between, sigma=${range(sigmaLimit)}`),
    ImageCompression: ({ qualityRange }) => {
      const [low, high] = qualityRange as Range;
      return drawn('re_encoded', `qualities, low=${low}, high=${high}`);
    },
    RandomResizedCrop: ({ scale, ratio, height, width }, size) =>
      drawn(
        'enlarged',
        `windows, scale=${range(scale)}, ratio=${range(ratio)}`,
        moving,
        `size=${tuple([Number(height ?? size.height), Number(width ?? size.width)])}`,
      ),
  };
}

const moving = 'moves=True';
const range = (value: Params[string]): string => tuple(value as Range);

/** Modules of Python's own that code with these functions needs. */
export function wideImports(code: string): string[] {
  return [
    ...(/\bio\./.test(code) ? ['import io'] : []),
    ...(/\bmath\./.test(code) ? ['import math'] : []),
    ...(/\bpartial\(/.test(code) ? ['from functools import partial'] : []),
  ];
}
