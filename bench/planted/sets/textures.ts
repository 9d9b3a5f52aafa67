import { rings } from '../fields.js';
import { anyColouredLight } from '../light.js';
import { developed, lit, plane } from '../picture.js';
import { flipsAndTurns, known, labelled, light, windows, type PlantedSet } from '../types.js';

const bands = [2.5, 4.5, 8];

/** Textures without direction or place: the class is how fine they are. */
export const textures: PlantedSet = {
  name: 'textures',
  summary: 'coloured isotropic textures at three scales, in any light',
  classes: ['coarse', 'middle', 'fine'],
  truth: {
    ...known('safe', flipsAndTurns, 'all directions are equally likely'),
    ...known('safe', windows, 'the same everywhere; only the mirrored border reveals it'),
    ...known('safe', light, 'brightness and contrast vary much more'),
    ...known('unsafe', ['ToGray'], 'every image has a colour'),
    ...known('unsafe', ['RandomSizedCrop'], 'enlarging creates texture scales that do not occur'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('keeps', ['ToGray'], 'the class is how fine the texture is, not its colour'),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const k = bands[label];
    return developed(lit(plane(rings(rng, 0.96 * k, 1.04 * k)), anyColouredLight(rng)));
  },
};
