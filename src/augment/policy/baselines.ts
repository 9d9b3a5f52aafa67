import type { Size } from '../../image/image.js';
import type { Params, Policy, PolicyNode } from '../transform.js';

/** Names of the policies that the safe set is compared with. */
export const baselineNames = [
  'randaugment',
  'trivialaugment',
  'standard',
  'crop-flip-cutout',
  'crop-flip-randaugment',
  'crop-flip-trivialaugment',
] as const;
export type BaselineName = (typeof baselineNames)[number];

/** Strongest levels of an operation table, as options of its transforms. */
interface Strengths {
  readonly shear: number;
  readonly translate: Params;
  readonly rotate: number;
  readonly enhance: number;
  readonly posterize: number;
}

/** RandAugment's table in torchvision (`RandAugment._augmentation_space`). */
const narrow: Strengths = {
  shear: 0.3,
  translate: { unit: 'side', magnitudes: [0, 150 / 331] },
  rotate: 30,
  enhance: 0.9,
  posterize: 4,
};

/** TrivialAugmentWide's table in torchvision (`TrivialAugmentWide._augmentation_space`). */
const wide: Strengths = {
  shear: 0.99,
  translate: { unit: 'pixels', magnitudes: [0, 32] },
  rotate: 135,
  enhance: 0.99,
  posterize: 6,
};

/** The fourteen operations, the first of which does nothing. */
function operations(s: Strengths, level: Params): PolicyNode[] {
  const node = (name: string, options: Params): PolicyNode => ({
    kind: 'transform',
    name,
    options,
    p: 1,
  });
  const to = (high: number): Params => ({ magnitudes: [0, high], ...level });
  return [
    { kind: 'compose', members: [], p: 1 },
    node('ShearX', to(s.shear)),
    node('ShearY', to(s.shear)),
    node('TranslateX', { ...s.translate, ...level }),
    node('TranslateY', { ...s.translate, ...level }),
    node('Rotate', to(s.rotate)),
    node('Brightness', to(s.enhance)),
    node('Color', to(s.enhance)),
    node('Contrast', to(s.enhance)),
    node('Sharpness', to(s.enhance)),
    node('Posterize', to(s.posterize)),
    node('Solarize', to(255)),
    node('AutoContrast', {}),
    node('Equalize', {}),
  ];
}

/**
 * RandAugment (Cubuk et al., 2019) with torchvision's defaults: two operations, magnitude 9 of 31
 * levels, each drawn evenly with repetition, signs by chance.
 */
export function randAugment(size: Size, { count = 2, magnitude = 9, bins = 31 } = {}): Policy {
  return policy(size, {
    kind: 'someOf',
    members: operations(narrow, { bins, bin: magnitude }),
    n: count,
    replace: true,
    order: 'random',
    p: 1,
  });
}

/** TrivialAugment (Müller and Hutter, 2021), wide, as torchvision: one operation at one of 31 levels. */
export function trivialAugmentWide(size: Size, { bins = 31 } = {}): Policy {
  return policy(size, { kind: 'oneOf', members: operations(wide, { bins }), p: 1 });
}

/** The usual augmentation of small images: a crop from the padded image, a flip in half of the cases. */
export function standardAugment(size: Size): Policy {
  return policy(size, {
    kind: 'compose',
    members: [
      { kind: 'transform', name: 'PaddedCrop', options: {}, p: 1 },
      { kind: 'transform', name: 'HorizontalFlip', options: {}, p: 0.5 },
    ],
    p: 1,
  });
}

/**
 * A published recipe for small images: an augmentation, then crop and flip, then cutout (DeVries and Taylor, 2017). The
 * order is that of the authors' programs for CIFAR (AutoAugment, RandAugment and TrivialAugment). Crop and
 * square are in proportion to the image: 4 and 16 pixels at 32.
 *
 * @param first what comes first; default: nothing
 */
export function croppedFlippedCut(size: Size, first?: Policy): Policy {
  return policy(size, {
    kind: 'compose',
    members: [
      ...(first ? [first.root] : []),
      standardAugment(size).root,
      { kind: 'transform', name: 'Cutout', options: {}, p: 1 },
    ],
    p: 1,
  });
}

/** A baseline by its name. */
export function baselinePolicy(name: BaselineName, size: Size): Policy {
  switch (name) {
    case 'randaugment':
      return randAugment(size);
    case 'trivialaugment':
      return trivialAugmentWide(size);
    case 'standard':
      return standardAugment(size);
    case 'crop-flip-cutout':
      return croppedFlippedCut(size);
    case 'crop-flip-randaugment':
      return croppedFlippedCut(size, randAugment(size));
    case 'crop-flip-trivialaugment':
      return croppedFlippedCut(size, trivialAugmentWide(size));
  }
}

/** Whether a policy is called so. */
export function isBaselineName(name: string): name is BaselineName {
  return baselineNames.some((known) => known === name);
}

function policy({ width, height }: Size, root: PolicyNode): Policy {
  return { version: 1, restore: 'reflect', size: { width, height }, root };
}
