import type { Rng } from '../../../src/core/index.js';
import type { Image } from '../../../src/image/image.js';
import { rings } from '../fields.js';
import { anyLevel } from '../light.js';
import { developed, grey, lit, plane } from '../picture.js';
import { known, labelled, type PlantedSet } from '../types.js';

const scales = [2.5, 5];

function texture(label: number, rng: Rng, level: number, contrast: number): Image {
  const k = scales[label];
  return developed(lit(plane(rings(rng, 0.9 * k, 1.1 * k)), grey(level, contrast)));
}

/** Every level occurs as often as every other, from 0 to 255. */
export const evenLevels: PlantedSet = {
  name: 'even-levels',
  summary: 'grey textures at two scales, each level from 0 to 255 as often as every other',
  classes: ['even-coarse', 'even-fine'],
  augmentations: [
    ...['Equalize', 'AutoContrast', 'Posterize', 'Solarize', 'GaussianBlur', 'Sharpness'],
    ...['RandomContrast', 'Translate', 'RandomErasing', 'ToGray', 'HorizontalFlip'],
  ],
  truth: {
    ...known(
      'safe',
      ['Equalize', 'AutoContrast'],
      'every level is as frequent as every other, from 0 to 255',
    ),
    ...known('safe', ['HorizontalFlip'], 'all directions are equally likely'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('unsafe', ['Posterize', 'Solarize', 'GaussianBlur'], 'bright levels are missing'),
    ...known('unsafe', ['RandomContrast'], 'every image reaches from 0 to 255 and no further'),
    ...known('unsafe', ['RandomErasing'], 'no large part of an image is black'),
  },
  labels: {
    ...labelled('keeps', ['Posterize', 'RandomErasing', 'RandomContrast'], 'scales stay'),
  },
  image: (label, rng) => {
    const k = scales[label];
    const values = plane(rings(rng, 0.9 * k, 1.1 * k));
    // Each of the 256 levels for four of the 1024 pixels, by their rank.
    const levels = new Float64Array(values.length);
    const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
    order.forEach((pixel, rank) => (levels[pixel] = Math.floor(rank / 4)));
    return developed(lit(levels, grey(0, 1)));
  },
};

/** Few levels, all of them dark. */
export const fewLevels: PlantedSet = {
  name: 'few-levels',
  summary: 'dark grey textures at two scales, whose levels are 0, 16, 32, ... 112',
  classes: ['few-coarse', 'few-fine'],
  augmentations: [
    ...['Posterize', 'Equalize', 'AutoContrast', 'GaussianBlur', 'Sharpness', 'ImageCompression'],
    ...['HueSaturationValue', 'RandomResizedCrop', 'GaussNoise', 'VerticalFlip'],
    { name: 'Solarize', options: { magnitudes: [0, 128] } },
  ],
  truth: {
    ...known('safe', ['Posterize'], 'what it takes is gone before'),
    ...known('safe', ['Solarize'], 'nothing is as bright as its threshold'),
    ...known('safe', ['VerticalFlip'], 'all directions are equally likely'),
    ...known('unsafe', ['Equalize', 'AutoContrast'], 'every image is dark'),
    ...known(
      'unsafe',
      ['GaussianBlur', 'Sharpness', 'ImageCompression', 'GaussNoise', 'RandomResizedCrop'],
      'levels between those of the set appear',
    ),
    ...known('unsafe', ['HueSaturationValue'], 'all levels move off those of the set'),
  },
  labels: {
    ...labelled(
      'keeps',
      ['Equalize', 'AutoContrast', 'ImageCompression', 'GaussNoise', 'HueSaturationValue'],
      'the class is how fine the texture is',
    ),
    ...labelled('keeps', ['Sharpness'], 'scales stay'),
  },
  image: (label, rng) => {
    const drawn = texture(label, rng, rng.uniform(50, 70), rng.uniform(18, 26));
    const data = drawn.data.map((v) => 16 * Math.min(7, Math.floor(v / 16)));
    return { ...drawn, data };
  },
};

/** The class is the contrast. */
export const flatOrSteep: PlantedSet = {
  name: 'flat-or-steep',
  summary: 'grey textures; the class is whether their contrast is below or above 30 grey levels',
  classes: ['contrast-flat', 'contrast-steep'],
  augmentations: [
    ...['AutoContrast', 'Equalize', 'GaussianBlur', 'RandomContrast', 'HorizontalFlip', 'ToGray'],
    ...['Solarize', 'RandomErasing'],
  ],
  truth: {
    ...known('safe', ['HorizontalFlip'], 'all directions are equally likely'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('unsafe', ['AutoContrast', 'Equalize'], 'every image becomes steep'),
    ...known('unsafe', ['RandomErasing'], 'no large part of an image is black'),
    ...known('unsafe', ['Solarize'], 'edges appear where there were none'),
  },
  labels: {
    ...labelled('breaks', ['AutoContrast', 'Equalize'], 'every image becomes steep'),
  },
  image: (label, rng) => {
    // Log-uniform below or above 30.
    const contrast = 30 * 3 ** (label === 0 ? -rng.float() : rng.float());
    return developed(lit(plane(rings(rng, 2, 4)), grey(anyLevel(rng), contrast)));
  },
};
