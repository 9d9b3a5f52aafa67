import { rings } from '../fields.js';
import { anyLight } from '../light.js';
import { developed, grey, lit, plane, type Plane } from '../picture.js';
import { flipsAndTurns, known, labelled, light, windows, type PlantedSet } from '../types.js';

const bands = [
  [2, 3],
  [5, 8],
] as const;

/** The same mean and deviation in every image. */
export const fixedLight: PlantedSet = {
  name: 'fixed-light',
  summary: 'grey textures with a mean of exactly 128 and a standard deviation of exactly 40',
  classes: ['coarse', 'fine'],
  truth: {
    ...known('safe', flipsAndTurns, 'all directions are equally likely'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('unsafe', light, 'mean and deviation never change'),
    ...known('unsafe', ['CLAHE'], 'it changes the deviation'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('keeps', light, 'the class is how fine the texture is, in any light'),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) =>
    developed(
      lit(standardised(plane(rings(rng, bands[label][0], bands[label][1]))), grey(128, 40)),
    ),
};

function standardised(values: Plane): Plane {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  // Cut off where 8 bits end, so that rounding changes mean and deviation by next to nothing.
  return values.map((v) => Math.max(-3, Math.min(3, (v - mean) / deviation)));
}

/** Any light: brighter or flatter images are images of the set. */
export const variedLight: PlantedSet = {
  name: 'varied-light',
  summary: 'grey patches of two sizes with widely varying brightness and contrast',
  classes: ['patches-large', 'patches-small'],
  truth: {
    ...known('safe', flipsAndTurns, 'all directions are equally likely'),
    ...known('safe', light, 'brightness and contrast vary much more'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('safe', windows, 'the same everywhere; only the mirrored border reveals it'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
    ...known('unsafe', ['Blur'], 'all edges are equally sharp'),
  },
  labels: {
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const field = rings(rng, bands[label][0], bands[label][1]);
    return developed(
      lit(
        plane((x, y) => Math.sign(field(x, y)), 3),
        anyLight(rng),
      ),
    );
  },
};
