import { boxBlur } from '../../../src/augment/fast/blur.js';
import { deadLeaves, shapes } from '../fields.js';
import { anyLight } from '../light.js';
import { addNoise, developed, lit, plane, side } from '../picture.js';
import { flipsAndTurns, known, windows, type PlantedSet } from '../types.js';

/** Sensor noise of any strength. */
export const noisy: PlantedSet = {
  name: 'noisy',
  summary: 'piles of shapes with sensor noise whose variance is uniform from 0 to 900',
  classes: shapes.slice(0, 3).map((s) => `noisy-${s}`),
  truth: {
    ...known('safe', flipsAndTurns, 'every direction is as likely'),
    ...known('safe', ['GaussNoise'], 'it adds 10 to 50 to a variance of 0 to 900'),
    ...known('unsafe', ['Blur'], 'nearly every image has fine noise, which blur takes away'),
    ...known('unsafe', ['ToGray'], 'noise is coloured'),
    ...known('unsafe', ['RandomSizedCrop'], 'enlarging makes the noise coarser'),
  },
  image: (label, rng) => {
    const light = anyLight(rng);
    const contrast = light.contrast.map((c) => 1.3 * c);
    const picture = lit(plane(deadLeaves(rng, shapes[label], 5), 2), { ...light, contrast });
    return developed(addNoise(picture, Math.sqrt(rng.uniform(0, 900)), rng));
  },
};

/**
 * Any sharpness: sums of box blurs whose variance is uniform from 0 to 40 square pixels. Blur by
 * 3, 5 or 7 adds 0.7, 2 or 4.
 */
export const soft: PlantedSet = {
  name: 'soft',
  summary: 'piles of large shapes, from sharp to strongly blurred',
  classes: shapes.slice(0, 3).map((s) => `soft-${s}`),
  truth: {
    ...known('safe', flipsAndTurns, 'every direction is as likely'),
    ...known('safe', ['Blur'], 'it adds at most 4 to a variance of 0 to 40'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('safe', windows, 'the same everywhere; only the mirrored border tells'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  image: (label, rng) => {
    const field = deadLeaves(rng, shapes[label], 8);
    const wanted = rng.uniform(0, 40);
    // Drawn three times as wide, so that the border is blurred with what lies beyond it.
    const wide = 3 * side;
    let values: Uint8Array = new Uint8Array(wide * wide);
    for (let y = 0; y < wide; y++)
      for (let x = 0; x < wide; x++)
        values[y * wide + x] = 128 + 120 * field(x - side + 0.5, y - side + 0.5);
    for (let left = wanted; left > 0.5;) {
      const fitting = [3, 5, 7].filter((k) => (k * k - 1) / 12 <= left + 0.4);
      const k = fitting.length === 0 ? 3 : fitting[rng.int(0, fitting.length)];
      const blurred = new Uint8Array(values.length);
      boxBlur(values, wide, wide, 1, k, blurred);
      values = blurred;
      left -= (k * k - 1) / 12;
    }
    const cut = plane((x, y) => {
      const at = (Math.floor(y) + side) * wide + Math.floor(x) + side;
      return (values[at] - 128) / 120;
    });
    const light = anyLight(rng);
    return developed(lit(cut, { ...light, contrast: light.contrast.map((c) => 1.3 * c) }));
  },
};
