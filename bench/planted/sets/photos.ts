import { join } from 'node:path';
import { listFolder } from '../../../src/data/folders.js';
import { decodeImage, type Image } from '../../../src/image/index.js';
import { packageRoot } from '../../../src/core/index.js';
import { developed, mirrored, turnedAtRandom, type Picture } from '../picture.js';
import { flipsAndTurns, known, type PlantedSet } from '../types.js';

const folder = join(packageRoot(), 'examples/cifar10-mini/train');
export const photoClasses = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/** A photograph of the sample; there are 200 a class, each taken once. */
export async function photo(label: number, index: number): Promise<Picture> {
  const files = listFolder(join(folder, photoClasses[label])).images;
  const image: Image = await decodeImage(
    join(folder, photoClasses[label], files[index % files.length]),
  );
  return Float64Array.from(image.data);
}

/** Grey photographs, half of them mirrored. */
export const greyPhotos: PlantedSet = {
  name: 'grey-photos',
  summary: 'CIFAR-10 photographs made grey and mirrored at random',
  classes: photoClasses,
  truth: {
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('safe', ['HorizontalFlip'], 'half of the images are mirrored'),
    ...known('unsafe', ['VerticalFlip', 'RandomRotate90', 'Transpose'], 'photographs are upright'),
    ...known('unsafe', ['CLAHE'], 'the images show no such traces'),
  },
  image: async (label, rng, index) => {
    const picture = await photo(label, index);
    const luma = picture.map((_, i) => {
      const p = i - (i % 3);
      return Math.round(0.299 * picture[p] + 0.587 * picture[p + 1] + 0.114 * picture[p + 2]);
    });
    return developed(rng.bool() ? mirrored(luma) : luma);
  },
};

/** Coloured photographs in all eight positions. */
export const turnedPhotos: PlantedSet = {
  name: 'turned-photos',
  summary: 'CIFAR-10 photographs, mirrored and turned at random',
  classes: photoClasses,
  truth: {
    ...known('safe', flipsAndTurns, 'all eight orientations are equally likely'),
    ...known('unsafe', ['ToGray'], 'photographs are coloured'),
    ...known('unsafe', ['CLAHE'], 'the images show no such traces'),
  },
  image: async (label, rng, index) => developed(turnedAtRandom(await photo(label, index), rng)),
};
