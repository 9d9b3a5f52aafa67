import type { Json, Params } from '../augment/transform.js';
import type { Likeness, Operation } from './tool-defaults.js';

// What several tools share: torchvision's operations, and what they are among ours.

/** ShiftScaleRotate that does one of its three things. @param fill the grey level outside; null mirrors the image */
export function moved(
  options: { rotateLimit?: number; scaleLimit?: number | number[] } & (
    { shiftLimit?: number } | { shiftLimitX: number; shiftLimitY: number }
  ),
  fill: number | null,
): Likeness {
  const still = { rotateLimit: 0, scaleLimit: 0, shiftLimit: 0, fill };
  return { transform: 'ShiftScaleRotate', options: { ...still, ...options } as Params };
}

export const flipped: Operation = {
  name: 'horizontal flip',
  same: [{ transform: 'HorizontalFlip', options: {} }],
};

/** Every value times a factor of 1 - `limit` to 1 + `limit`: torchvision's and Pillow's brightness is our contrast. */
export function timesFactor(limit: number, fixed = false): Operation {
  return {
    name: 'Brightness',
    same: [{ transform: 'RandomContrast', options: { limit }, fixed }],
    near: ['RandomBrightness'],
  };
}

/** Towards or away from the image's mean grey: RandomContrast goes towards black. */
const contrast: Operation = { name: 'Contrast', same: [], near: ['RandomContrast'] };

/** Towards or away from each pixel's grey. */
const saturation: Operation = {
  name: 'Saturation',
  same: [],
  near: ['HueSaturationValue', 'ToGray'],
};

/** torchvision's ColorJitter without hue: brightness, contrast and saturation by factors of 1 ± `limit`, in random order. */
export function jittered(limit: number): Operation[] {
  return [timesFactor(limit), contrast, saturation];
}

/** A window of `areas` of the image's area, of sides 3:4 to 4:3, resized. */
export function resizedCrop(areas: readonly [low: number, high: number]): Operation {
  return {
    name: 'RandomResizedCrop',
    same: [
      {
        transform: 'RandomResizedCrop',
        options: { scale: [...areas], ratio: [3 / 4, 4 / 3] },
      },
    ],
    near: ['RandomSizedCrop', 'RandomCrop'],
  };
}

/** The smallest area that leaves out no more than this part, rounded up so that it stays within. */
export function areaFrom(leftOut: number): number {
  return Math.ceil(1e4 * (1 - leftOut) - 1e-6) / 1e4;
}

/** Shapes of windows (width by height) from the option `ratio`, rounded towards the square; squares where there is none. */
export function shapesOf(ratio: Json | undefined): [low: number, high: number] {
  const [low, high] = Array.isArray(ratio) ? ratio : [];
  if (typeof low !== 'number' || typeof high !== 'number') return [1, 1];
  return [Math.ceil(1e4 * low - 1e-6) / 1e4, Math.floor(1e4 * high + 1e-6) / 1e4];
}

/** A black rectangle of 2 to 33 % of the area. */
export const erased: Operation = {
  name: 'RandomErasing',
  same: [{ transform: 'RandomErasing', options: {} }],
};

/** The strongest levels of an operation table. */
interface Levels {
  /** Shifts, of the side. */
  readonly translate: number;
  /** Degrees. */
  readonly rotate: number;
  /** Brightness, colour, contrast and sharpness: factor minus 1. */
  readonly enhance: number;
  /** Bits that are lost. */
  readonly posterize: number;
  /** Grey levels below 255 from which on values are inverted. */
  readonly solarize: number;
  /** Always at these levels, with either sign, rather than up to them. */
  readonly fixed: boolean;
  /** Chance that an image gets a given one of the operations. */
  readonly share: number;
}

/**
 * The operations of RandAugment and TrivialAugment, but for the one that does nothing; black outside of what is moved.
 * Shears are about a corner, where ours is about the centre.
 */
export function thirteen(levels: Levels): readonly Operation[] {
  const { translate, rotate, enhance, posterize, solarize, fixed, share } = levels;
  const held = (likeness: Likeness): Likeness => ({ ...likeness, fixed });
  const near = ['Shear', 'ShiftScaleRotate'];
  const shifted = (name: string, x: number, y: number): Operation => ({
    name,
    same: [
      held({ transform: 'Translate', options: { limitX: x, limitY: y, fill: 0 } }),
      held(moved({ shiftLimitX: x, shiftLimitY: y }, 0)),
    ],
    near: ['Translate', 'ShiftScaleRotate'],
  });
  const levelled = (name: string, high: number): Operation => ({
    name,
    same: [held({ transform: name, options: { magnitudes: [0, high] } })],
  });
  const alone = (name: string): Operation => ({ name, same: [{ transform: name, options: {} }] });
  return [
    { name: 'ShearX', same: [], near },
    { name: 'ShearY', same: [], near },
    shifted('TranslateX', translate, 0),
    shifted('TranslateY', 0, translate),
    {
      name: 'Rotate',
      same: [held(moved({ rotateLimit: rotate }, 0))],
      near: ['ShiftScaleRotate'],
    },
    timesFactor(enhance, fixed),
    { ...saturation, name: 'Color' },
    contrast,
    levelled('Sharpness', enhance),
    levelled('Posterize', posterize),
    levelled('Solarize', solarize),
    alone('AutoContrast'),
    alone('Equalize'),
  ].map((operation) => ({ ...operation, share }));
}
