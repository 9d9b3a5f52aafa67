import type { Rng } from '../../../src/core/index.js';
import { inside, shapes } from '../fields.js';
import { developed, side, type Picture } from '../picture.js';
import { known, labelled, type PlantedSet } from '../types.js';

/** Sky above, ground below, and something standing on the ground: left and right are alike. */
export const horizon: PlantedSet = {
  name: 'horizon',
  summary:
    'scenes with blue sky above and green ground below; the class is the colour of the object',
  classes: ['scene-red', 'scene-white', 'scene-dark'],
  truth: {
    ...known('safe', ['HorizontalFlip'], 'left and right are drawn alike'),
    ...known('unsafe', ['VerticalFlip', 'RandomRotate90', 'Transpose'], 'the sky is always above'),
    ...known('unsafe', ['ShiftScaleRotate'], 'the horizon is always level'),
    ...known('unsafe', ['ToGray'], 'sky and ground are always coloured'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled(
      'keeps',
      ['VerticalFlip', 'RandomRotate90', 'Transpose'],
      'the object keeps its colour',
    ),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => developed(scene(label, rng)),
};

const colours = [
  [200, 30, 30],
  [205, 205, 205],
  [35, 30, 40],
];

function scene(label: number, rng: Rng): Picture {
  const line = 16 + rng.uniform(-4, 4);
  const light = rng.uniform(0.6, 1.25);
  const x = rng.uniform(8, 24);
  const size = rng.uniform(3.5, 6);
  const y = line + rng.uniform(-1, 3);
  const colour = colours[label];
  const shape = shapes[rng.int(0, shapes.length)];
  const out = new Float64Array(3 * side * side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let s = 0; s < 4; s++) {
          const px = column + 0.25 + 0.5 * (s & 1);
          const py = row + 0.25 + 0.5 * (s >> 1);
          const depth = Math.abs(py - line);
          const sky = [110 - 2 * depth, 160 - 2 * depth, 215 + depth];
          const ground = [70 + 3 * depth, 120 + 3 * depth, 50 + 2 * depth];
          const back = py < line ? sky : ground;
          sum += inside(shape, (px - x) / size, (py - y) / size) ? colour[c] : back[c];
        }
        out[(row * side + column) * 3 + c] = (light * sum) / 4;
      }
  return out;
}
