import type { Rng } from '../../../src/core/index.js';
import { anyLevel } from '../light.js';
import { addNoise, developed, mirrored, side, type Picture } from '../picture.js';
import { softened } from '../soften.js';
import { known, light, type PlantedSet } from '../types.js';
import { photo, photoClasses } from './photos.js';

// Photographs taken under known conditions. What is upright stays so; half of them are mirrored.

const upright = {
  ...known('safe', ['HorizontalFlip'], 'half of the images are mirrored'),
  ...known('unsafe', ['VerticalFlip', 'RandomRotate90', 'Transpose'], 'photographs are upright'),
  ...known('unsafe', ['ToGray'], 'photographs are coloured'),
  ...known('unsafe', ['CLAHE'], 'the images show no such traces'),
};

/** The same mean and deviation in every photograph. */
export const fixedLightPhotos: PlantedSet = {
  name: 'fixed-light-photos',
  summary: 'CIFAR-10 photographs brought to a mean of 128 and a deviation of 40',
  classes: photoClasses,
  truth: { ...upright, ...known('unsafe', light, 'mean and deviation hardly change') },
  image: async (label, rng, index) => {
    const values = standardised(await taken(label, rng, index));
    return developed(values.map((v) => 128 + 40 * v));
  },
};

/** Photographs in any light. */
export const variedLightPhotos: PlantedSet = {
  name: 'varied-light-photos',
  summary: 'CIFAR-10 photographs in widely varying brightness and contrast',
  classes: photoClasses,
  truth: { ...upright, ...known('safe', light, 'brightness and contrast vary much more') },
  image: async (label, rng, index) => {
    const values = standardised(await taken(label, rng, index));
    const level = anyLevel(rng);
    const contrast = 15 * 3 ** rng.float();
    return developed(values.map((v) => level + contrast * v));
  },
};

/** Photographs with sensor noise of any strength. */
export const noisyPhotos: PlantedSet = {
  name: 'noisy-photos',
  summary: 'CIFAR-10 photographs with noise whose variance is uniform from 0 to 900',
  classes: photoClasses,
  truth: {
    ...upright,
    ...known('safe', ['GaussNoise'], 'it adds 10 to 50 to a variance of 0 to 900'),
    ...known('unsafe', ['Blur'], 'nearly every image has fine noise, which blur removes'),
  },
  image: async (label, rng, index) =>
    developed(addNoise(await taken(label, rng, index), Math.sqrt(rng.uniform(0, 900)), rng)),
};

/** Photographs of any sharpness. */
export const softPhotos: PlantedSet = {
  name: 'soft-photos',
  summary: 'CIFAR-10 photographs, from sharp to strongly blurred',
  classes: photoClasses,
  truth: {
    ...upright,
    ...known('safe', ['Blur'], 'it adds at most 4 to a variance of 0 to 40'),
    ...known('unsafe', ['GaussNoise'], 'most images are too soft for any grain'),
  },
  image: async (label, rng, index) => {
    const values = Uint8Array.from(await taken(label, rng, index));
    return developed(Float64Array.from(softened(values, side, 3, rng.uniform(0, 40), rng)));
  },
};

async function taken(label: number, rng: Rng, index: number): Promise<Picture> {
  const picture = await photo(label, index);
  return rng.bool() ? mirrored(picture) : picture;
}

/** Mean 0 and deviation 1 over pixels and channels, cut off where 8 bits would end. */
function standardised(picture: Picture): Picture {
  const mean = picture.reduce((a, b) => a + b) / picture.length;
  const deviation = Math.sqrt(picture.reduce((a, b) => a + (b - mean) ** 2, 0) / picture.length);
  return picture.map((v) => Math.max(-3, Math.min(3, (v - mean) / Math.max(deviation, 1))));
}
