import { deadLeaves, inside, rings, shapes } from '../fields.js';
import { anyLight } from '../light.js';
import { developed, grey, lit, plane } from '../picture.js';
import { flipsAndTurns, known, labelled, windows, type PlantedSet } from '../types.js';

const crops = [...windows, 'RandomSizedCrop'];

/** Objects of any size anywhere. */
export const objects: PlantedSet = {
  name: 'objects',
  summary:
    'piles of shapes of any size and place, the smallest from 2 to 14 pixels in radius; the class is the colour',
  classes: ['objects-red', 'objects-blue'],
  truth: {
    ...known('safe', flipsAndTurns, 'all directions are equally likely'),
    ...known('safe', windows, 'the same everywhere; only the mirrored border reveals it'),
    ...known('unsafe', ['ToGray'], 'the class is the colour'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('breaks', ['ToGray'], 'the class is the colour'),
    ...labelled('keeps', ['GaussNoise', 'Blur', 'RandomSizedCrop'], 'the colour stays'),
  },
  image: (label, rng) => {
    const shape = shapes[rng.int(0, shapes.length)];
    const values = plane(deadLeaves(rng, shape, 2 * 7 ** rng.float()), 2);
    const { level, contrast } = anyLight(rng);
    const tint = label === 0 ? 18 : -18;
    return developed(
      lit(values, { level: [level[0] + tint, level[1], level[2] - tint], contrast }),
    );
  },
};

/** One object that fills its frame exactly, in every image. */
export const framed: PlantedSet = {
  name: 'framed',
  summary: 'one shape of fixed size in the middle of a frame that runs along the border',
  classes: shapes.slice(0, 3).map((s) => `framed-${s}`),
  truth: {
    ...known('safe', ['HorizontalFlip'], 'shapes and frame are symmetric'),
    ...known('unsafe', crops, 'the frame is cut off'),
    ...known('unsafe', ['ShiftScaleRotate'], 'the frame is always parallel to the border'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('unsafe', ['GaussNoise'], 'the images are free of noise'),
  },
  labels: {
    ...labelled('keeps', ['CenterCrop'], 'the shape lies whole in the window'),
    ...labelled('keeps', ['GaussNoise'], 'the noise is weak beside what is drawn'),
  },
  image: (label, rng) => {
    const values = plane((x, y) => {
      const edge = Math.min(x, y, 32 - x, 32 - y);
      if (edge < 2) return 0.2;
      return inside(shapes[label], (x - 16) / 10, (y - 16) / 10) ? 1 : -1;
    }, 3);
    const light = anyLight(rng);
    return developed(lit(values, rng.bool() ? light : grey(light.level[0], -light.contrast[0])));
  },
};

const grain = [
  [1, 14],
  [6, 14],
] as const;

/** A fine grain in which a mirrored border, or a shift by one pixel that leaves one, can be seen. */
export const grained: PlantedSet = {
  name: 'grained',
  summary: 'fine isotropic grain of two kinds in any light',
  classes: ['broad', 'fine'],
  nearMiss: 'windows leave a mirrored border, which is recognisable but harmless',
  truth: {
    ...known('safe', flipsAndTurns, 'all directions are equally likely'),
    ...known('safe', windows, 'the same everywhere; only the mirrored border reveals it'),
    ...known('safe', ['ToGray'], 'the images are grey'),
    ...known('unsafe', ['Blur'], 'the fine grain is lost'),
  },
  image: (label, rng) =>
    developed(lit(plane(rings(rng, grain[label][0], grain[label][1])), anyLight(rng))),
};
