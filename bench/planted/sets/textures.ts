import { rings } from '../fields.js';
import { anyColouredLight } from '../light.js';
import { developed, lit, plane } from '../picture.js';
import { flipsAndTurns, known, light, windows, type PlantedSet } from '../types.js';

const bands = [2.5, 4.5, 8];

/** Textures without direction or place: the class is how fine they are. */
export const textures: PlantedSet = {
  name: 'textures',
  summary: 'isotropic textures of three finenesses, coloured, in any light',
  classes: ['coarse', 'middle', 'fine'],
  truth: {
    ...known('safe', flipsAndTurns, 'every direction is as likely'),
    ...known('safe', windows, 'the same everywhere; only the mirrored border tells'),
    ...known('safe', light, 'level and contrast vary far more widely'),
    ...known('unsafe', ['ToGray'], 'every image has a colour'),
    ...known('unsafe', ['RandomSizedCrop'], 'enlarging makes finenesses that do not occur'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  image: (label, rng) => {
    const k = bands[label];
    return developed(lit(plane(rings(rng, 0.96 * k, 1.04 * k)), anyColouredLight(rng)));
  },
};
