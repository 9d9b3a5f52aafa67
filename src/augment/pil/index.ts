import type { Definition } from '../definition/definition.js';
import { cutout } from './cutout.js';
import { brightness, color, contrast, sharpness } from './enhance.js';
import { autoContrast, equalize } from './histogram.js';
import { posterize, solarize } from './posterize-solarize.js';
import { paddedCrop } from './padded-crop.js';
import { rotate } from './rotate.js';
import { shearX, shearY } from './shear.js';
import { translateX, translateY } from './translate.js';

/**
 * The operations of RandAugment and TrivialAugment as torchvision does them on PIL images, the padded
 * crop and cutout: what the baselines are made of. Sharpness, Posterize, Solarize, AutoContrast and Equalize are augmentations
 * of the wide set too, with magnitudes; the others are drawn at levels of their own. torchvision has the baselines whole, so of those only
 * the padded crop, which a recommended policy contains, is written for other tools.
 */
export const pilDefinitions: readonly Definition[] = [
  shearX,
  shearY,
  translateX,
  translateY,
  rotate,
  brightness,
  color,
  contrast,
  sharpness,
  posterize,
  solarize,
  autoContrast,
  equalize,
  paddedCrop,
  cutout,
];
