import type { Rng } from '../../../src/core/index.js';
import { rings } from '../fields.js';
import { anyLight } from '../light.js';
import { addNoise, developed, lit, plane, side, type Field, type Plane } from '../picture.js';
import { softened } from '../soften.js';
import { flipsAndTurns, known, labelled, type PlantedSet } from '../types.js';

const bands = [
  [1.5, 2.5],
  [5, 7],
] as const;

/** Sensor noise of any strength. */
export const noisy: PlantedSet = {
  name: 'noisy',
  summary: 'two kinds of texture with sensor noise whose variance is uniform from 0 to 900',
  classes: ['noisy-coarse', 'noisy-fine'],
  truth: {
    ...known('safe', flipsAndTurns, 'all directions are equally likely'),
    ...known('safe', ['GaussNoise'], 'it adds 10 to 50 to a variance of 0 to 900'),
    ...known('unsafe', ['Blur'], 'nearly every image has fine noise, which blur removes'),
    ...known('unsafe', ['ToGray'], 'noise is coloured'),
    ...known('unsafe', ['RandomSizedCrop'], 'enlarging makes the noise coarser'),
  },
  labels: {
    ...labelled(
      'keeps',
      ['ToGray'],
      'the class is how fine the texture is, whatever the colour of the noise',
    ),
  },
  image: (label, rng) => {
    const picture = lit(plane(rings(rng, bands[label][0], bands[label][1])), anyLight(rng));
    return developed(addNoise(picture, Math.sqrt(rng.uniform(0, 900)), rng));
  },
};

/**
 * Any sharpness: sums of box blurs whose variance is uniform from 0 to 40 square pixels. Blur by
 * 3, 5 or 7 adds 0.7, 2 or 4.
 */
export const soft: PlantedSet = {
  name: 'soft',
  summary: 'a large disc on an even ground, brighter or darker, from sharp to strongly blurred',
  classes: ['soft-bright', 'soft-dark'],
  truth: {
    ...known('safe', flipsAndTurns, 'all directions are equally likely'),
    ...known('safe', ['Blur'], 'it adds at most 4 to a variance of 0 to 40'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const [x0, y0] = [rng.uniform(8, 24), rng.uniform(8, 24)];
    const radius = rng.uniform(6, 11);
    const field = (x: number, y: number) => (Math.hypot(x - x0, y - y0) < radius ? 1 : -1);
    const light = anyLight(rng);
    const contrast = light.contrast.map((c) => (label === 0 ? c : -c));
    return developed(lit(blurred(field, rng.uniform(0, 40), rng), { ...light, contrast }));
  },
};

/** Drawn three times as wide, so that the border is blurred with what lies beyond it. */
function blurred(field: Field, variance: number, rng: Rng): Plane {
  const wide = 3 * side;
  const values = new Uint8Array(wide * wide);
  for (let y = 0; y < wide; y++)
    for (let x = 0; x < wide; x++)
      values[y * wide + x] = 128 + 120 * field(x - side + 0.5, y - side + 0.5);
  const soft = softened(values, wide, 1, variance, rng);
  return plane((x, y) => {
    const at = (Math.floor(y) + side) * wide + Math.floor(x) + side;
    return (soft[at] - 128) / 120;
  });
}
