import { createTransform } from '../../../src/augment/index.js';
import { rings } from '../fields.js';
import { anyLight } from '../light.js';
import { developed, grey, lit, plane, side } from '../picture.js';
import { known, labelled, type PlantedSet } from '../types.js';

/** The class is how sharp the image is, without a gap. */
export const sharpOrSoft: PlantedSet = {
  name: 'sharp-or-soft',
  summary:
    'a disc with an edge 1 to 9 pixels wide; the class is whether it is narrower or wider than 3',
  classes: ['edge-sharp', 'edge-soft'],
  augmentations: [
    ...['GaussianBlur', 'VerticalFlip', 'HorizontalFlip', 'ToGray', 'GaussNoise', 'RandomErasing'],
    ...['Solarize', 'Translate'],
  ],
  nearMiss: 'blurred, a sharp disc is one of the soft ones',
  truth: {
    ...known('safe', ['HorizontalFlip', 'VerticalFlip', 'ToGray'], 'discs are symmetric, and grey'),
    ...known('unsafe', ['GaussianBlur'], 'it makes soft discs of sharp ones'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
    ...known('unsafe', ['RandomErasing', 'Solarize'], 'there is nothing but a disc'),
  },
  labels: {
    ...labelled('breaks', ['GaussianBlur'], 'it makes soft discs of sharp ones'),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const width = 3 ** (label + rng.float());
    const [x0, y0] = [rng.uniform(12, 20), rng.uniform(12, 20)];
    const radius = rng.uniform(6, 9);
    const values = plane(
      (x, y) => Math.tanh((2 * (radius - Math.hypot(x - x0, y - y0))) / width),
      3,
    );
    const sign = rng.bool() ? 1 : -1;
    return developed(lit(values, grey(rng.uniform(110, 145), sign * rng.uniform(60, 90))));
  },
};

/** The class is a pattern of colours from pixel to pixel, which JPEG takes away. */
export const checkedColours: PlantedSet = {
  name: 'checked-colours',
  summary: 'grey textures, or ones whose pixels are reddish and bluish in turn',
  classes: ['colour-checked', 'colour-plain'],
  augmentations: [
    ...['ImageCompression', 'GaussianBlur', 'ToGray', 'VerticalFlip', 'HorizontalFlip'],
    ...['GaussNoise', 'RandomErasing'],
  ],
  nearMiss:
    'after JPEG, which keeps one colour for four pixels, all images are grey like those of the other class',
  truth: {
    ...known('safe', ['HorizontalFlip', 'VerticalFlip'], 'all directions are equally likely'),
    ...known('unsafe', ['ImageCompression', 'GaussianBlur', 'ToGray'], 'the pattern is gone'),
    ...known('unsafe', ['RandomErasing'], 'no large part of an image is black'),
  },
  labels: {
    ...labelled('breaks', ['ImageCompression', 'GaussianBlur', 'ToGray'], 'the pattern is gone'),
    ...labelled('keeps', ['RandomErasing'], 'the rest of the pattern stays'),
  },
  image: (label, rng) => {
    const { level, contrast } = anyLight(rng);
    const picture = lit(plane(rings(rng, 2, 4)), grey(level[0], 0.6 * contrast[0]));
    const strength = rng.uniform(10, 20);
    const phase = rng.int(0, 2);
    return developed(
      picture.map((v, i) => {
        const p = Math.floor(i / 3);
        const odd = (p + Math.floor(p / side) + phase) & 1;
        // Red up and blue down or the other way round; as bright as before, nearly.
        const way = label === 0 ? [1, -0.33, -1][i % 3] : 0;
        return v + (odd === 0 ? way : -way) * strength;
      }),
    );
  },
};

/** Every image was a JPEG before, and the grain that Sharpness changes is gone. */
export const reEncoded: PlantedSet = {
  name: 're-encoded',
  summary: 'textures at two scales that were saved as JPEG of quality 40 to 75',
  classes: ['re-encoded-coarse', 're-encoded-fine'],
  augmentations: [
    ...['ImageCompression', 'ToGray', 'GaussNoise', 'Posterize', 'RandomErasing', 'Solarize'],
    { name: 'Sharpness', options: { magnitudes: [0, 0.1] } },
  ],
  truth: {
    ...known('safe', ['ImageCompression'], 'JPEG of higher quality keeps what a lower one left'),
    ...known('safe', ['Sharpness'], 'it changes less than a level of smooth textures'),
    ...known('unsafe', ['ToGray'], 'every image has a colour'),
    ...known('unsafe', ['GaussNoise', 'Posterize'], 'the images are free of noise and steps'),
    ...known('unsafe', ['RandomErasing', 'Solarize'], 'no part of an image is black or inverted'),
  },
  labels: {
    ...labelled('keeps', ['ToGray', 'GaussNoise', 'RandomErasing'], 'scales stay'),
  },
  image: (label, rng) => {
    const k = [2, 4][label];
    const { level, contrast } = anyLight(rng);
    const tint = rng.uniform(10, 30);
    const image = developed(
      lit(plane(rings(rng, 0.9 * k, 1.1 * k)), {
        level: [level[0] + tint, level[1], level[2] - tint],
        contrast,
      }),
    );
    const jpeg = createTransform({ name: 'ImageCompression' });
    return jpeg.apply(image, { quality: rng.int(40, 76) });
  },
};
